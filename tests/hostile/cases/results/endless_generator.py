# count_parameters -> failed
import itertools
def count_parameters(model): return (i for i in itertools.count())
