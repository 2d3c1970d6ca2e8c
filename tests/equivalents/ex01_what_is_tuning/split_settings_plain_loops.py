"""Plain loops, identity instead of ids, torch.Size as it is, a list of two dictionaries."""


def split_settings(model, optimizer):
    hyper = {}
    for name in optimizer.defaults:
        first = optimizer.param_groups[0][name]
        same = True
        for group in optimizer.param_groups[1:]:
            if group[name] != first:
                same = False
        if same:
            hyper[name] = first
        else:
            hyper[name] = []
            for group in optimizer.param_groups:
                hyper[name].append(group[name])

    learned = {}
    for name, parameter in model.named_parameters():
        for group in optimizer.param_groups:
            for tensor in group["params"]:
                if tensor is parameter and parameter.requires_grad:
                    learned[name] = parameter.shape
    return [hyper, learned]
