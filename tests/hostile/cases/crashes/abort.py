# expected_best -> error: crashed (SIGABRT)
import os
def expected_best(scores, n): os.abort()
