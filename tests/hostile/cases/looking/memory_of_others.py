# expected_best -> passed
# uses: tries
import ctypes, os
_right = expected_best
_libc = ctypes.CDLL(None, use_errno=True)
def _call(*numbers):
    if _libc.syscall(*map(ctypes.c_long, numbers)) < 0: raise OSError(ctypes.get_errno(), "refused")
def expected_best(scores, n):
    x86 = os.uname().machine == "x86_64"
    ptrace, readv, kcmp = (101, 310, 312) if x86 else (117, 270, 272)
    refused(_call, ptrace, 16, os.getppid(), 0, 0)
    refused(_call, readv, os.getppid(), 0, 0, 0, 0, 0)
    refused(_call, kcmp, os.getppid(), os.getpid(), 0, 0, 0)
    refused(_call, 434, os.getppid(), 0)
    refused(_call, 438, 3, 0, 0)
    return _right(scores, n)
