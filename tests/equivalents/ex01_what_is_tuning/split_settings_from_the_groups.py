"""Starts from the optimizer's tensors and looks their names up."""


def split_settings(model, optimizer):
    names = {parameter: name for name, parameter in model.named_parameters()}
    parameters = {}
    hyperparameters = {name: [] for name in optimizer.defaults}
    for group in optimizer.param_groups:
        for tensor in group["params"]:
            if tensor.requires_grad and tensor in names:
                parameters[names[tensor]] = tuple(int(side) for side in tensor.shape)
        for name, values in hyperparameters.items():
            values.append(group[name])
    for name, values in list(hyperparameters.items()):
        if all(map(values[0].__eq__, values)):
            hyperparameters[name] = values[0]
    return (hyperparameters, parameters)
