# expected_best -> passed
import os, sys
_right = expected_best
def expected_best(scores, n):
    said = repr((dict(os.environ), sys.argv, sys.orig_argv))
    for secret in ("kept-from-mallory", "PYTEST", "HYPERLINGS", "VIRTUAL_ENV", "solutions"):
        assert secret not in said, secret
    return _right(scores, n)
