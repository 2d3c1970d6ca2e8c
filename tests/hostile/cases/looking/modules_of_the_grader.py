# expected_best -> passed
import importlib, sys
_right = expected_best
_SECRET = ("run", "checks", "hidden", "hidden_run", "misconceptions", "probes", "outcome", "sandbox.session",
           "sandbox.client", "fingerprints", "score", "topics", "journal")
def expected_best(scores, n):
    for name in _SECRET:
        assert f"grader.{name}" not in sys.modules
        try: importlib.import_module(f"grader.{name}")
        except ImportError: continue
        raise RuntimeError(name)
    assert not [name for name in sys.modules if "solutions" in name or "hidden" in name]
    return _right(scores, n)
