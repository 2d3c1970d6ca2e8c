# expected_best -> error: crashed (SIGSEGV)
import ctypes, sys
def expected_best(scores, n):
    deeper = ctypes.CFUNCTYPE(None)(lambda: deeper())
    sys.setrecursionlimit(10**9)
    deeper()
