# expected_best -> timeout: still running
# seconds: 1
import signal
def expected_best(scores, n):
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
    for number in (signal.SIGALRM, signal.SIGTERM, signal.SIGINT): signal.signal(number, signal.SIG_IGN)
    while True:
        try:
            while True: pass
        except BaseException: pass
