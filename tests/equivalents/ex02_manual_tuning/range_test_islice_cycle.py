"""itertools for the loader, clones for the state; the running average kept by hand."""

import copy
import math
from itertools import cycle, islice


def range_test(model, optimizer, loss_fn, batches, low, high, n, *, beta=0.98, stop=4.0):
    if not 0 <= beta < 1:
        raise ValueError("beta")
    rates = lr_schedule(low, high, n)  # noqa: F821
    tensors = {key: value.clone() for key, value in model.state_dict().items()}
    before = copy.deepcopy(optimizer.state_dict())
    modes = {name: module.training for name, module in model.named_modules()}
    record, average, best = [], 0.0, None
    model.train(True)
    try:
        for step, (x, y) in enumerate(islice(cycle(batches), n), start=1):
            for group in optimizer.param_groups:
                group.update(lr=rates[step - 1])
            loss = loss_fn(model(x), y)
            number = loss.item()
            if math.isnan(number) or math.isinf(number):
                break
            record.append((rates[step - 1], number))
            average = beta * average + (1 - beta) * number
            corrected = average / (1 - beta**step)
            if best is not None and corrected > stop * best:
                break
            best = corrected if best is None else min(best, corrected)
            optimizer.zero_grad(set_to_none=False)
            loss.backward()
            optimizer.step()
    finally:
        model.load_state_dict(tensors)
        optimizer.load_state_dict(before)
        for name, module in model.named_modules():
            module.training = modes[name]
    return tuple(rate for rate, _ in record), tuple(number for _, number in record)
