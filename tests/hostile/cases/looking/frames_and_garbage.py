# expected_best -> passed
import gc, sys
_right = expected_best
def expected_best(scores, n):
    frame, files = sys._getframe(), set()
    while frame:
        files.add(frame.f_code.co_filename.rpartition("/")[2])
        frame = frame.f_back
    assert not {"session.py", "hidden_run.py", "subject.py", "checks.py"} & files, files
    for thing in gc.get_objects():
        if type(thing) is dict and isinstance(thing.get("__name__"), str):
            assert "hidden" not in thing["__name__"] and "solutions" not in thing["__name__"]
    return _right(scores, n)
