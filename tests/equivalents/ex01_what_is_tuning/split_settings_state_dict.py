"""Settings from optimizer.state_dict(), a tuple where groups differ, tensors in a set."""


def split_settings(model, optimizer):
    groups = optimizer.state_dict()["param_groups"]
    hyper = {name: tuple(group[name] for group in groups) for name in optimizer.defaults}
    hyper = {name: v[0] if v.count(v[0]) == len(v) else v for name, v in hyper.items()}
    moved = set()
    for group in optimizer.param_groups:
        moved.update(group["params"])  # a tensor's hash is its identity
    return hyper, {
        name: list(tensor.size())
        for name, tensor in model.named_parameters()
        if tensor in moved and tensor.requires_grad
    }
