# three_way_split -> error: used twice
# uses: forge
def three_way_split(n, fractions, seed):
    array = ["a", "<i8", [2], 0]
    send({"op": "return", "nonce": nonce(), "value": ["t", [array] * 3]}, [bytes(16)])
