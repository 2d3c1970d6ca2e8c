# The finder of an editable install names the project's folder; nothing in it opens.
# expected_best -> passed
# uses: tries
import glob, os, re, sys
_right = expected_best
def _folders():
    yield from ("/work", "/home", "/root", "/srv", "/autograder", "/hyperlings", "/box", "/tmp", "/etc")
    for place in sys.path:
        for finder in glob.glob(f"{place}/__editable__*") + glob.glob(f"{place}/*.pth"):
            yield from re.findall(r"'(/[^']+)'", open(finder).read())
def expected_best(scores, n):
    for folder in list(_folders()):
        refused(os.listdir, folder)
        for inside in ("hidden", "../solutions", "../.git", "../exercises"):
            refused(os.listdir, os.path.join(folder, inside))
        for file in ("hidden/test_ex01_what_is_tuning.py", "../solutions/ex01_what_is_tuning.py",
                     "misconceptions/ex01_what_is_tuning.py", "run.py", "../pyproject.toml"):
            refused(open, os.path.join(folder, file))
    return _right(scores, n)
