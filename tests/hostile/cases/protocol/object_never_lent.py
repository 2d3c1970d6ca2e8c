# expected_best -> error: never lent
# uses: forge
def expected_best(scores, n):
    send({"op": "call", "nonce": nonce(), "object": 0, "method": "__call__", **ARGS})
