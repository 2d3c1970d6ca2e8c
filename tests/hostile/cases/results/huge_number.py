# count_parameters -> failed: returned something other
def count_parameters(model): return 1 << 10**7
