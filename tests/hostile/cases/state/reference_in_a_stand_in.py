# A wrong sibling is replaced by the reference, which stays on the other side.
# smooth -> partial
# topic: ex02_manual_tuning
def smooth(losses, beta): return [-1.0]
_right = range_test
def range_test(*args, **kwargs):
    for name in ("__code__", "__globals__", "__closure__", "__wrapped__", "__self__", "__func__"):
        assert not hasattr(smooth, name), name
    return _right(*args, **kwargs)
