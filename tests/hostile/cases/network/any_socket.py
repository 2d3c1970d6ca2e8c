# expected_best -> passed
# uses: tries
import socket
_right = expected_best
def expected_best(scores, n):
    for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX, socket.AF_NETLINK, socket.AF_PACKET):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET):
            refused(socket.socket, family, kind)
    refused(socket.socketpair, socket.AF_UNIX, socket.SOCK_DGRAM)
    mine = socket.socket(fileno=3)
    for action, place in ((mine.bind, "\0left-by-mallory"), (mine.connect, "/run/docker.sock")):
        refused(action, place)
    refused(mine.listen)
    mine.detach()
    return _right(scores, n)
