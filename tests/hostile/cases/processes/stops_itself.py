# expected_best -> timeout: still running
# seconds: 1
import os, signal
def expected_best(scores, n): os.kill(os.getpid(), signal.SIGSTOP)
