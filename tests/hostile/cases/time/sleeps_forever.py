# expected_best -> timeout: still running
# seconds: 1
import time
def expected_best(scores, n): time.sleep(10**6)
