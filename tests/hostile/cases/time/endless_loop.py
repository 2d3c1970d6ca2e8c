# expected_best -> timeout: still running
# seconds: 1
def expected_best(scores, n):
    while True: pass
