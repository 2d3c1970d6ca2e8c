# expected_best -> error: broke the protocol
import os
def expected_best(scores, n):
    os.write(3, b"garbage" * 100)
