# Setting a file's attributes asks for its owner, not for a descriptor to write through.
# expected_best -> passed
# uses: tries
import fcntl, os
_right = expected_best
def expected_best(scores, n):
    with open(os.__file__, "rb") as file:
        for command in (0x40086602, 0x401C5820, 0x40806685, 0x40087602):
            refused(fcntl.ioctl, file.fileno(), command, bytes(128))
    return _right(scores, n)
