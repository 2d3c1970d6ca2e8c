# expected_best -> passed
# uses: tries
import os
_right = expected_best
def expected_best(scores, n):
    refused(os.listdir, "/proc")
    for pid in (1, 2, os.getppid(), "self", "thread-self"):
        for name in ("environ", "mem", "mountinfo", "cwd/x", "root/etc/passwd", "task/1/environ"):
            refused(open, f"/proc/{pid}/{name}", "rb")
        refused(os.listdir, f"/proc/{pid}/fd")
    for pid in range(1, 400):
        if pid != os.getpid(): refused(open, f"/proc/{pid}/cmdline", "rb")
    return _right(scores, n)
