# Each task has a process of its own: what one task leaves, no other finds.
# * -> passed
import builtins, os, sys, tempfile
MARK = "left-by-mallory"
def _found():
    places = [MARK in os.environ, MARK in sys.modules, hasattr(builtins, MARK)]
    for folder in (".", tempfile.gettempdir(), "/dev/shm", "/box"):
        try: places.append(MARK in os.listdir(folder))
        except OSError: pass
    return any(places)
def _leave():
    os.environ[MARK] = sys.modules[MARK] = MARK
    setattr(builtins, MARK, 1)
    for folder in (".", tempfile.gettempdir(), "/dev/shm", "/box"):
        try: open(f"{folder}/{MARK}", "w").close()
        except OSError: pass
assert not _found()
_leave()
