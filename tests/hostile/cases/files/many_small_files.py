# Empty files fill no disk, but the kernel's memory. (Tier B has no folder to make them in.)
# expected_best -> error: ended the process
import os
def expected_best(scores, n):
    try:
        for i in range(10**9): open(f"left-by-mallory-{i}", "x").close()
    except PermissionError: os._exit(1)
