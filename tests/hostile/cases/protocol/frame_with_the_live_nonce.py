# It is only a value; the worker's own answer after it answers nothing.
# expected_best -> error: answers nothing
# uses: forge
def expected_best(scores, n):
    send({"op": "return", "nonce": nonce(), "value": 0.5})
    return 0.5
