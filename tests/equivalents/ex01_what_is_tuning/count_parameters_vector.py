"""All tensors flattened into one vector; torch counts."""


def count_parameters(model):
    import torch

    def numbers(parameters):
        flat = [parameter.detach().flatten() for parameter in parameters]
        return torch.cat([torch.zeros(0), *(f.cpu() for f in flat)]).numel()

    parameters = list(model.parameters())
    return numbers(p for p in parameters if p.requires_grad), numbers(parameters)
