# Descriptors that are sent along are not taken in.
# expected_best -> error
import array, os, socket
def expected_best(scores, n):
    mine, nothing = socket.socket(fileno=3), os.open("/dev/null", os.O_RDONLY)
    for _ in range(200):
        mine.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [nothing] * 20))])
