"""torch's permutation from a generator of its own, split by sizes; tensors come back."""


def three_way_split(n, fractions, seed):
    import torch

    if len(fractions) != 3 or abs(sum(fractions) - 1) > 1e-6:
        raise ValueError("fractions must be three and add up to 1")
    if any(n * fraction < 1 for fraction in fractions):
        raise ValueError("a set would be empty")
    order = torch.randperm(n, generator=torch.Generator().manual_seed(seed))
    sizes = [int(n * fraction) for fraction in fractions]
    sizes[2] += n - sum(sizes)
    return order.split(sizes)
