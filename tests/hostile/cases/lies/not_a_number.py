# count_parameters -> failed
def count_parameters(model): return float("nan")
