# count_parameters -> failed: returned something other
import functools
def count_parameters(model): return functools.reduce(lambda inner, _: [inner], range(10**5), 0.5)
