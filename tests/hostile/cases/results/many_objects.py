# count_parameters -> failed: returned something other
class Thing: pass
def count_parameters(model): return [Thing() for _ in range(60_000)]
