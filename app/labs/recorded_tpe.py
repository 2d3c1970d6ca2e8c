"""What Optuna's TPE asks for on the race's tracks, run by run: recorded, as it takes minutes.

`python -m app.labs.recorded_tpe` asks it anew.
"""

from __future__ import annotations

import contextlib
import json
from functools import lru_cache
from pathlib import Path

from app.labs.contestants import Ledger, OutOfBudget
from app.labs.track import NAMES, Name, Track, track

FILE = Path(__file__).resolve().parent / "recorded_tpe.json"
RUNS = 40
TRIALS = 64  # whole trainings of a run; the first of them are what a smaller budget buys


@lru_cache(maxsize=len(NAMES))
def recorded(name: Name) -> tuple[tuple[int, ...], ...]:
    """The configurations that each run trains, by number, in order; repeated ones are left out."""
    runs = json.loads(FILE.read_text(encoding="utf-8"))[name]
    return tuple(tuple(run) for run in runs)


def ask(on: Track, run: int, trials: int) -> tuple[int, ...]:
    """Ask Optuna's TPE, with its own defaults; settings in an order are whole numbers to it.

    Args:
        on: The track.
        run: TPE's seed; training follows the landscape's seeds in turn.
        trials: Different configurations to train at most. Repeated ones are free, but end a run
            that asks for as many again.
    """
    import optuna

    from engine.search.logs import quiet_optuna

    ledger = Ledger(on, run % len(on.validation), trials * on.max_epochs)
    with quiet_optuna(), contextlib.suppress(OutOfBudget):
        sampler = optuna.samplers.TPESampler(seed=run)
        study = optuna.create_study(direction="maximize", sampler=sampler)
        for _ in range(2 * trials):
            trial = study.ask()
            places = tuple(
                values.index(trial.suggest_categorical(name, values))
                if isinstance(values[0], str)
                else trial.suggest_int(name, 0, len(values) - 1)
                for name, values in on.axes.items()
            )
            study.tell(trial, ledger.train(on.number(places)))
    return tuple(number for _, number, _, _ in ledger.moves)


def main() -> None:
    """Record all runs on all tracks."""
    from tqdm import tqdm

    found = {
        name: [list(ask(track(name), run, TRIALS)) for run in tqdm(range(RUNS), desc=name)]
        for name in NAMES
    }
    lines = ",\n".join(
        f" {json.dumps(name)}: [\n" + ",\n".join(f"  {json.dumps(run)}" for run in runs) + "\n ]"
        for name, runs in found.items()
    )
    FILE.write_text("{\n" + lines + "\n}\n", encoding="utf-8")
    print(f"{FILE.name}: {FILE.stat().st_size / 1024:.0f} KiB")


if __name__ == "__main__":
    main()
