# A file's mode, owner and times are its owner's to change, and root's files may belong to a worker.
# Each is set to what it is, so that nothing is harmed should this ever be let through.
# expected_best -> passed
# uses: tries
import os, sys, numpy
_right = expected_best
def expected_best(scores, n):
    for path in ("/usr/lib", os.__file__, numpy.__file__, "/dev/null", "/dev/zero"):
        now = os.stat(path)
        refused(os.chmod, path, now.st_mode & 0o7777)
        refused(os.utime, path, ns=(now.st_atime_ns, now.st_mtime_ns))
        refused(os.chown, path, now.st_uid, now.st_gid)
        refused(os.chown, path, -1, -1)
        for action in (os.rename, os.link): refused(action, path, "left-by-mallory")
    for path in (os.__file__, numpy.__file__):
        refused(os.remove, path)
        refused(open, path, "ab")
    return _right(scores, n)
