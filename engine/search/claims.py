"""Who trains what: every trial of a search is trained by one process, and none is lost.

A search knows its trials beforehand as numbered slots. A claim is a running Optuna trial that
carries its slot's number and its worker's name from the moment it exists, so there is no instant
at which a killed process leaves a claim without an owner. Of several claims on a slot the
first that was not given up holds it; storages number trials in one order for all.
"""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.search.result import SearchResult, State, Trial
from engine.search.space import configure

if TYPE_CHECKING:
    import optuna
    from optuna.trial import FrozenTrial

    from engine.config import TrainConfig
    from engine.search.evaluation import Outcome
    from engine.search.pace import Pace
    from engine.search.problem import Problem
    from engine.search.progress import Progress
    from engine.search.space import Params, Value
    from engine.search.store import Store
    from engine.search.workers import Workers

# Seconds between two looks at a study in which others do the rest of the work.
_POLL = 0.2


@dataclass(frozen=True)
class Slot:
    """A trial that the search shall make, by whichever process comes first.

    Attributes:
        index: Its number in the search, from 0.
        group: Slots of one group are claimed together, because they compete.
        params: The searched fields, or None if they are suggested when the slot is claimed.
    """

    index: int
    group: int
    params: Params | None


@dataclass(frozen=True)
class Claim:
    """A slot that this process trains.

    Attributes:
        slot: What is claimed.
        config: What to train.
        trial_id: What the storage calls the trial.
        number: What the study calls it.
    """

    slot: Slot
    config: TrainConfig
    trial_id: int
    number: int


Suggest = Callable[[int], "Params"]
"""Called as `suggest(trial_id)` for the parameters of a running trial that has none."""


class Claims:
    """The slots of one search in its study.

    Attributes:
        store: The study.
    """

    def __init__(
        self,
        problem: Problem,
        store: Store,
        workers: Workers,
        slots: Sequence[Slot],
        progress: Progress,
        suggest: Suggest | None = None,
    ) -> None:
        """Prepare; `suggest` is needed only if slots come without parameters."""
        self._problem = problem
        self.store = store
        self._workers = workers
        self._slots = {slot.index: slot for slot in slots}
        self._progress = progress
        self._suggest = suggest
        self._mine: dict[int, Claim] = {}

    def batches(self, pace: Pace) -> Iterator[list[Claim]]:
        """Claim slots until all are finished, waiting for those that other processes train.

        Args:
            pace: How many claims to put into a batch; more only to complete a group.

        Yields:
            Claims, to be passed to `finish` before the next batch is asked for.
        """
        while True:
            with self.store.exclusive:
                self._give_up_abandoned()
                table = self._table()
                n_finished = sum(trial.state.is_finished() for trial in table.values())
                self._progress.at(n_finished)
                if n_finished == len(self._slots):
                    return
                claims = self._claim(table, pace.limit)
            if claims:
                yield claims
            else:
                time.sleep(_POLL)

    def report(self, claim: Claim, epoch: int, mean: float) -> None:
        """Keep a mean over the folds after an epoch."""
        from optuna.exceptions import UpdateFinishedTrialError

        with suppress(UpdateFinishedTrialError):
            self.store.storage.set_trial_intermediate_value(claim.trial_id, epoch, mean)

    def finish(self, claim: Claim, outcome: Outcome) -> None:
        """Keep an outcome.

        One that comes late is dropped: the process was taken for dead, and another has the slot.
        """
        from optuna.exceptions import UpdateFinishedTrialError
        from optuna.trial import TrialState

        kept = {
            "scores": [None if math.isnan(score) else score for score in outcome.scores],
            "epochs": outcome.epochs,
            "diverged": outcome.ended == "diverged",
        }
        # Optuna, too, takes NaN for a failure. A loss has no worst value, and one made up would
        # bend what a sampler believes of the neighborhood.
        state = {
            "finished": TrialState.COMPLETE,
            "dropped": TrialState.PRUNED,
            "diverged": TrialState.FAIL,
        }[outcome.ended]
        value = outcome.value if state == TrialState.COMPLETE else None
        with suppress(UpdateFinishedTrialError):
            self.store.storage.set_trial_user_attr(claim.trial_id, "outcome", kept)
            self.store.study.tell(claim.number, value, state, skip_if_finished=True)
        self._mine.pop(claim.slot.index, None)
        self._progress.advance()

    def release(self) -> None:
        """Give up what this process has claimed and not finished."""
        for claim in list(self._mine.values()):
            self._give_up(claim.number)
        self._mine.clear()

    def result(self) -> SearchResult:
        """The finished trials, whoever trained them."""
        finished = [(i, held) for i, held in self._table().items() if held.state.is_finished()]
        trials = sorted(
            (_trial(self._problem, i, held) for i, held in finished), key=lambda t: t.index
        )
        return SearchResult(tuple(trials), self._problem.metric)

    def _claim(self, table: Mapping[int, FrozenTrial], limit: int) -> list[Claim]:
        claims: list[Claim] = []
        for slots in self._free_groups(table):
            if len(claims) >= limit:
                break
            claims += [self._claimed(slot) for slot in slots]
        if not claims:
            return []
        # Where nothing kept others out, the first slot decides who has the whole group.
        table = self._table()
        first = {claim.slot.group: claim for claim in reversed(claims)}
        won = {group for group, c in first.items() if table[c.slot.index]._trial_id == c.trial_id}
        for claim in claims:
            if claim.slot.group not in won:
                self._give_up(claim.number)
        claims = [claim for claim in claims if claim.slot.group in won]
        self._mine |= {claim.slot.index: claim for claim in claims}
        return claims

    def _free_groups(self, table: Mapping[int, FrozenTrial]) -> Iterable[list[Slot]]:
        groups: dict[int, list[Slot]] = defaultdict(list)
        for slot in self._slots.values():
            groups[slot.group].append(slot)
        for slots in groups.values():
            held = [table[slot.index] for slot in slots if slot.index in table]
            if all(trial.state.is_finished() for trial in held) and len(held) < len(slots):
                yield [slot for slot in slots if slot.index not in table]

    def _claimed(self, slot: Slot) -> Claim:
        from optuna.trial import TrialState, create_trial

        # A trial that was given up keeps its suggested parameters when it is trained again.
        params = self._params_of_abandoned(slot) if slot.params is None else slot.params
        distributions = {} if params is None else dict(self._problem.distributions)
        template = create_trial(
            state=TrialState.RUNNING,
            params=dict(params or {}),
            distributions=distributions,
            user_attrs={"slot": slot.index, "worker": self._workers.id},
        )
        trial_id = self.store.storage.create_new_trial(self.store.study_id, template)
        if params is None:
            assert self._suggest is not None
            params = self._suggest(trial_id)
        number = self.store.storage.get_trial(trial_id).number
        return Claim(slot, configure(self._problem.base, params), trial_id, number)

    def _params_of_abandoned(self, slot: Slot) -> dict[str, Value] | None:
        for trial in reversed(self.store.study.get_trials(deepcopy=False)):
            known = trial.params.keys() == self._problem.distributions.keys()
            if trial.user_attrs.get("slot") == slot.index and known:
                return trial.params
        return None

    def _table(self) -> dict[int, FrozenTrial]:
        """The trial that holds each slot."""
        table: dict[int, FrozenTrial] = {}
        for trial in self.store.study.get_trials(deepcopy=False):
            slot = trial.user_attrs.get("slot")
            if slot in self._slots and not _given_up(trial):
                table.setdefault(slot, trial)
        return table

    def _give_up_abandoned(self) -> None:
        from optuna.trial import TrialState

        running = self.store.study.get_trials(deepcopy=False, states=(TrialState.RUNNING,))
        for trial in running:
            worker = trial.user_attrs.get("worker")
            if worker is not None and not self._workers.alive(worker):
                self._give_up(trial.number)

    def _give_up(self, number: int) -> None:
        from optuna.exceptions import UpdateFinishedTrialError
        from optuna.trial import TrialState

        with suppress(UpdateFinishedTrialError):
            self.store.study.tell(number, state=TrialState.FAIL, skip_if_finished=True)


def _given_up(trial: FrozenTrial) -> bool:
    from optuna.trial import TrialState

    # A trial that diverged failed too, but it is an answer.
    outcome = trial.user_attrs.get("outcome", {"diverged": False})
    return trial.state == TrialState.FAIL and not outcome["diverged"]


def _trial(problem: Problem, index: int, trial: FrozenTrial) -> Trial:
    from optuna.trial import TrialState

    outcome = trial.user_attrs["outcome"]
    scores = tuple(math.nan if score is None else float(score) for score in outcome["scores"])
    states: dict[optuna.trial.TrialState, State] = {
        TrialState.COMPLETE: "complete",
        TrialState.PRUNED: "pruned",
        TrialState.FAIL: "failed",
    }
    return Trial(
        index=index,
        config=configure(problem.base, trial.params),
        params=dict(trial.params),
        state=states[trial.state],
        value=math.fsum(scores) / len(scores),
        scores=scores,
        epochs=outcome["epochs"],
        reports=dict(trial.intermediate_values),
    )
