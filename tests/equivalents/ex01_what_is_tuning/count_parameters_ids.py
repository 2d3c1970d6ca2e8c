"""Every module's own tensors, told apart by id; returns a list of NumPy integers."""

import numpy as np


def count_parameters(model):
    seen = {}
    for module in model.modules():
        for parameter in module._parameters.values():
            if parameter is not None:
                seen[id(parameter)] = parameter
    counts = np.array([[p.numel() * p.requires_grad, p.numel()] for p in seen.values()])
    return list(counts.reshape(-1, 2).sum(axis=0))
