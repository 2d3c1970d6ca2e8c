# split_settings -> error: collide
# uses: forge
def split_settings(model, optimizer):
    pairs = [[1, "a"], [True, "b"]]
    send({"op": "return", "nonce": nonce(), "value": ["t", [["d", pairs], ["d", pairs]]]})
