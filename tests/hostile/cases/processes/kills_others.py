# expected_best -> passed
# uses: tries
import os, resource, signal
_right = expected_best
def expected_best(scores, n):
    for number in (signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM):
        for pid in (1, os.getppid(), -1, 0): refused(os.kill, pid, number)
        refused(os.killpg, os.getpgid(os.getppid()) if False else 1, number)
    refused(resource.prlimit, os.getppid(), resource.RLIMIT_CPU, (0, 0))
    refused(os.sched_setaffinity, os.getppid(), {0})
    refused(os.setpriority, os.PRIO_PROCESS, os.getppid(), 19)
    return _right(scores, n)
