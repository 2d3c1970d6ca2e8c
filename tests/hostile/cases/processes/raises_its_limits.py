# expected_best -> passed
import resource
_right = expected_best
def expected_best(scores, n):
    for which in (resource.RLIMIT_AS, resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE, resource.RLIMIT_CPU,
                  resource.RLIMIT_CORE, resource.RLIMIT_NPROC):
        soft, hard = resource.getrlimit(which)
        assert soft == hard != resource.RLIM_INFINITY, which
        try: resource.setrlimit(which, (hard + 1, hard + 1))
        except (ValueError, PermissionError): continue
        raise RuntimeError(which)
    return _right(scores, n)
