# expected_best -> error: broke the protocol
# uses: forge
import threading, time
_right = expected_best
def _flood():
    while True: send({"op": "return", "nonce": "0" * 32, "value": 1})
def expected_best(scores, n):
    threading.Thread(target=_flood, daemon=True).start()
    time.sleep(0.2)
    return _right(scores, n)
