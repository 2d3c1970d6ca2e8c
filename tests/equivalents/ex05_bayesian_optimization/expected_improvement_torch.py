"""torch's normal distribution; a tensor comes back."""

from __future__ import annotations


def expected_improvement(mu, sigma, best, xi=0.0):
    import torch

    mu, sigma = torch.as_tensor(mu).double(), torch.as_tensor(sigma).double()
    if not bool((sigma >= 0).all()):
        raise ValueError("sigma")
    normal = torch.distributions.Normal(0.0, 1.0)
    d = best - mu - xi
    z = d / sigma.clamp(min=1e-300)
    density = torch.exp(normal.log_prob(z.clamp(-1e3, 1e3)))
    return torch.where(sigma > 0, d * normal.cdf(z) + sigma * density, d.clamp(min=0))
