# expected_best -> error: crashed (SIGSEGV)
import ctypes
def expected_best(scores, n): ctypes.string_at(0)
