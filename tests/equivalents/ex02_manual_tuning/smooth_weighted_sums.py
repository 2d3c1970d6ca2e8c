"""Every value from its definition, as a weighted mean of all losses up to it; a tuple."""


def smooth(losses, beta):
    if beta >= 1 or beta < 0:
        raise ValueError
    out = ()
    for last in range(len(losses)):
        weights = [beta ** (last - i) for i in range(last + 1)]
        out += (sum(w * x for w, x in zip(weights, losses, strict=False)) / sum(weights),)
    return out
