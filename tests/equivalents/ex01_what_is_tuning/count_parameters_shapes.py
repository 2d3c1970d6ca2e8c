"""Products of shapes, from the named parameters; a frozen part is taken off the total."""

import math


def count_parameters(model):
    sizes = {name: math.prod(p.shape) for name, p in model.named_parameters()}
    frozen = {name for name, p in model.named_parameters() if not p.requires_grad}
    total = sum(sizes.values())
    return total - sum(sizes[name] for name in frozen), total
