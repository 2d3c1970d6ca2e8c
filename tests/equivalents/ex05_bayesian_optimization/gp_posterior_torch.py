"""torch's Cholesky factor; tensors come back."""

from __future__ import annotations


def gp_posterior(X, y, Xs, length, variance, noise):
    import torch

    if length <= 0 or variance <= 0 or noise <= 0 or len(X) != len(y):
        raise ValueError("settings")
    X, y, Xs = (torch.as_tensor(part, dtype=torch.float64) for part in (X, y, Xs))

    def k(a, b):
        squares = ((a[:, None] - b[None]) ** 2).sum(dim=-1)
        return variance * torch.exp(-squares / (2 * length * length))

    lower = torch.linalg.cholesky(k(X, X) + noise * torch.eye(len(X), dtype=torch.float64))
    cross = k(Xs, X)
    mean = cross @ torch.cholesky_solve(y[:, None], lower)[:, 0]
    half = torch.linalg.solve_triangular(lower, cross.T, upper=False)
    return mean, (variance - (half * half).sum(dim=0)).clamp(min=0).sqrt()
