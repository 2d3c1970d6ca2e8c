"""Objects built where the learner's code runs: generators, models, optimizers, spies.

A check names a factory and plain values; the object itself is made in the learner's own process
or in the sandboxed worker, and never crosses between the two. Labs ship with the learner's kit and
hold nothing secret.
"""

from __future__ import annotations

from importlib import import_module


def build(factory: str, **values: object) -> object:
    """Call `factory`, given as "module:name" inside this package, with `values`.

    Raises:
        ValueError: If there is no such factory.
    """
    module_name, _, name = factory.partition(":")
    if not module_name.isidentifier() or not name.isidentifier() or name.startswith("_"):
        raise ValueError(f"`factory` must read 'module:name', but got {factory!r}.")
    module = import_module(f"{__name__}.{module_name}")
    try:
        make = vars(module)[name]
    except KeyError:
        raise ValueError(f"{module.__name__} has no factory {name!r}.") from None
    result: object = make(**values)
    return result
