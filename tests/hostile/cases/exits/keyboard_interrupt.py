# expected_best -> failed: raised a KeyboardInterrupt
def expected_best(scores, n): raise KeyboardInterrupt
