"""A tensor of two counts, added up in a plain loop."""


def count_parameters(model):
    import torch

    counts = torch.zeros(2, dtype=torch.int64)
    for parameter in model.parameters():
        counts += torch.tensor(
            [parameter.nelement() if parameter.requires_grad else 0, parameter.nelement()]
        )
    return counts
