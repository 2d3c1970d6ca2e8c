# expected_best -> timeout: still running
# seconds: 1
import threading
def expected_best(scores, n):
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()
