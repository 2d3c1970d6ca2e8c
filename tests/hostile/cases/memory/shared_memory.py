# expected_best -> passed
# uses: tries
import ctypes
_right = expected_best
_libc = ctypes.CDLL(None, use_errno=True)
def _segment(function, *args):
    if function(*args) < 0: raise OSError(ctypes.get_errno(), "refused")
def expected_best(scores, n):
    refused(_segment, _libc.shmget, 0, 4096, 0o1666)
    refused(_segment, _libc.msgget, 0, 0o1666)
    refused(_segment, _libc.semget, 0, 1, 0o1666)
    refused(open, "/dev/shm/left-by-mallory", "w")
    return _right(scores, n)
