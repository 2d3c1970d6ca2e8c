# count_parameters -> failed: returned something other
import numpy
def count_parameters(model): return numpy.zeros(10**7)
