# expected_best -> passed
# uses: tries
import ctypes, os
_right = expected_best
_libc = ctypes.CDLL(None, use_errno=True)
def _namespace(flags):
    if _libc.unshare(flags) < 0: raise OSError(ctypes.get_errno(), "refused")
def _mount():
    if _libc.mount(b"none", b"/tmp", b"tmpfs", 0, None) < 0: raise OSError(ctypes.get_errno(), "refused")
def expected_best(scores, n):
    refused(_namespace, 0x10000000)
    refused(_namespace, 0x00020000)
    refused(_mount)
    refused(os.chroot, "/")
    for action in (os.setuid, os.setgid):
        try: action(1)
        except OSError: continue
        raise RuntimeError(action)
    refused(os.setgroups, [0])
    return _right(scores, n)
