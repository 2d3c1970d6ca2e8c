# expected_best -> failed: raised a RecursionError
def expected_best(scores, n): return expected_best(scores, n)
