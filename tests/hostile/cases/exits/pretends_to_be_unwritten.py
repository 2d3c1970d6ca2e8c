# A task that is to do earns nothing either.
# expected_best -> not_attempted
def expected_best(scores, n): raise NotImplementedError
