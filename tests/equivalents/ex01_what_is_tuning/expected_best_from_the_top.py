"""Weights one from the other, highest score first, without large numbers."""


def expected_best(scores, n):
    scores = [float(score) for score in scores]
    size = len(scores)
    if n < 1 or n > size:
        raise ValueError("n")
    if any(score != score for score in scores):
        raise ValueError("NaN")
    expected, weight = 0.0, n / size
    for rank, score in zip(range(size, n - 1, -1), sorted(scores, reverse=True), strict=False):
        expected += weight * score
        if rank > n:
            weight *= (rank - n) / (rank - 1)
    return expected
