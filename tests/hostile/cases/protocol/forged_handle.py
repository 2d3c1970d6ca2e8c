# expected_best -> error: malformed handle
# uses: forge
def expected_best(scores, n): send({"op": "return", "nonce": nonce(), "value": ["h", 10**9, "float"]})
