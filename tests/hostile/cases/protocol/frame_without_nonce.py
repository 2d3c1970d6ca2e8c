# expected_best -> error: broke the protocol
# uses: forge
def expected_best(scores, n): send({"op": "return", "value": 0.5})
