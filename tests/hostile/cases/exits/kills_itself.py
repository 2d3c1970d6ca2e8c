# expected_best -> error: was killed (SIGKILL)
import os, signal
def expected_best(scores, n): os.kill(os.getpid(), signal.SIGKILL)
