"""One if after the other; pairs are lists."""

from __future__ import annotations

GROUP = {"lr": 0, "width": 1, "depth": 1, "activation": 1, "batch_size": 2}
GROUP |= {"dropout": 3, "weight_decay": 3}


def lint_plan(plan):
    names = []
    for stage in plan["stages"]:
        for name in stage:
            if name not in plan["space"]:
                raise ValueError(name)
            names.append(name)
    for name in plan["space"]:
        if name not in names:
            raise ValueError(name)
    found = []
    if plan["select_on"] == "test":
        found.append(["test-data", "Keep the test data for the end."])
    elif plan["select_on"] != "validation" and plan["select_on"] != "cross-validation":
        raise ValueError("select_on")
    if plan["method"] == "random":
        least = 59
    elif plan["method"] == "bayesian":
        least = 20
    else:
        raise ValueError("method")
    points, ranges = 1, False
    for choices in plan["space"].values():
        if isinstance(choices, list):
            points *= len(choices)
        else:
            ranges = True
    if plan["trials"] < least and (ranges or plan["trials"] < points):
        found.append(["too-few-trials", "Run more trials."])
    for stage in plan["stages"]:
        if "batch_size" in stage and "lr" not in stage:
            found.append(["ignored-interactions", "Tune lr along with the batch size."])
            break
    if "patience" not in plan or plan["patience"] is None:
        found.append(["no-early-stopping", "Give a patience."])
    lr = plan["space"].get("lr")
    if lr is not None and not isinstance(lr, list) and lr[-1] != "log":
        found.append(["linear-lr", "Use a log scale."])
    seen, highest = set(), -1
    for stage in plan["stages"]:
        groups = [GROUP.get(name, 4) for name in stage if name not in seen]
        seen.update(stage)
        if groups and min(groups) < highest:
            found.append(["tuning-order", "Begin with the learning rate."])
            break
        highest = max([highest, *groups])
    return found
