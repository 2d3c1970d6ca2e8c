# expected_best -> passed
import os
_right = expected_best
def expected_best(scores, n):
    found = []
    for descriptor in range(256):
        try: os.fstat(descriptor)
        except OSError: continue
        found.append(descriptor)
    assert found == [0, 1, 2, 3], found
    return _right(scores, n)
