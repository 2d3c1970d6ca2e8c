# An honest one too: joblib's processes, as n_jobs=2 starts them.
# expected_best -> failed: raised a
import multiprocessing
def expected_best(scores, n):
    with multiprocessing.get_context("spawn").Pool(2) as pool: return max(pool.map(abs, scores))
