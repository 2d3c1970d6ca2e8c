"""Judging on a Dask cluster: the same work, sent to its workers, each with its warm parent."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grader.edition import edition, versions
from grader.errors import GradingError
from grader.executors import Team, Work, close_here, judge_here
from grader.judging import not_graded
from grader.report import Report
from grader.topics import TOPICS

if TYPE_CHECKING:
    from collections.abc import Callable

_ANSWER_SECONDS = 15


class DaskError(GradingError):
    """A cluster cannot be used; the text says why and what to do."""


@dataclass(frozen=True)
class Place:
    """What one worker says of itself.

    Attributes:
        tier: The best isolation of its machine.
        reasons: Why it is no better one.
        versions: Of Python and of the libraries there.
        edition: Hash of all its checks.
        cuda: Whether PyTorch finds a GPU there, if that was asked.
    """

    tier: str
    reasons: tuple[str, ...]
    versions: Mapping[str, str]
    edition: str
    cuda: bool = False


class Cluster:
    """The workers of a Dask scheduler, each a process of one thread."""

    def __init__(
        self,
        address: str,
        *,
        device: str = "cpu",
        say: Callable[[str], object] = lambda line: None,
    ) -> None:
        """Take its address.

        Args:
            address: As `dask scheduler` prints it, e.g. "tcp://10.0.0.5:8786".
            device: "cpu", or "cuda" if every worker must have a GPU.
            say: Told once what the workers can do.
        """
        self.address = address
        self._device = device
        self._say: Callable[[str], object] | None = say

    @contextmanager
    def open(self) -> Iterator[Team]:
        """Connect, and look at every worker; see `grader.executors.Teams`.

        Raises:
            DaskError: If it cannot be used.
        """
        client = self._connect()
        from distributed import KilledWorker

        # What a lost connection means is said once, below.
        log = logging.getLogger("distributed")
        level = log.level
        log.setLevel(logging.CRITICAL)
        try:
            places = self._look_at(client)
            if self._say:
                self._say(_described(places))
                self._say = None
            # `pure` would take a submission that is tried again for one that is known.
            executor = client.get_executor(pure=False)
            try:
                yield Team(
                    executor,
                    lambda: max(1, len(_workers(client))),
                    _Checked(_whole()),
                    killed=(KilledWorker,),
                )
            finally:
                executor.shutdown(wait=False)
                with suppress(Exception):
                    client.run(close_here)
        except CancelledError:
            raise DaskError(
                f"The Dask scheduler at {self.address} is gone. What is graded is safe: start it "
                "again, then go on with --resume."
            ) from None
        finally:
            with suppress(Exception):
                client.close(timeout=2)
            log.setLevel(level)

    def _connect(self) -> Any:
        try:
            import distributed
        except ImportError:
            raise DaskError(
                "--dask needs Dask's `distributed`, which is not installed. In the project's "
                "folder: pip install -e '.[dask]'"
            ) from None
        from distributed.comm.addressing import parse_address, parse_host_port
        from distributed.comm.registry import get_backend

        try:
            # Beforehand: a client that is given no address at all takes half a minute to go.
            scheme, place = parse_address(self.address)
            get_backend(scheme)
            parse_host_port(place)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # versions are looked at below
                connect: Any = distributed.Client
                return connect(self.address, timeout=_ANSWER_SECONDS, set_as_default=False)
        except (OSError, ValueError, TypeError) as error:
            raise DaskError(
                f"No Dask scheduler answers at {self.address} ({_first_line(error)}). Start one "
                "with `dask scheduler`, and pass the address that it prints, such as "
                "--dask tcp://10.0.0.5:8786"
            ) from None

    def _look_at(self, client: Any) -> dict[str, Place]:
        """Ask every worker what it is; refuse a cluster that would judge otherwise than here."""
        with suppress(TimeoutError):
            client.wait_for_workers(1, timeout=_ANSWER_SECONDS)
        workers = _workers(client)
        if not workers:
            raise DaskError(
                f"The Dask scheduler at {self.address} has no workers. Start some with "
                f"`dask worker {self.address} --nthreads 1 --nworkers 2`"
            )
        many = [name for name, about in workers.items() if about["nthreads"] != 1]
        if many:
            raise DaskError(
                f"A Dask worker judges one submission at a time, but {_few(many)} has "
                f"{workers[many[0]]['nthreads']} threads. Start workers with "
                f"`dask worker {self.address} --nthreads 1 --nworkers N`"
            )
        self._compare_dask(client)
        places: dict[str, Place | BaseException] = client.run(look, self._device, on_error="return")
        for name, place in places.items():
            if not isinstance(place, Place):
                raise DaskError(
                    f"The Dask worker {name} cannot run this grader ({type(place).__name__}: "
                    f"{_first_line(place)}). Install the same Hyperlings, with its solutions/, "
                    "in the environment that starts it."
                )
            _compare(name, place)
            if self._device == "cuda" and not place.cuda:
                raise DaskError(
                    f"--device cuda needs a GPU at every worker, and {name} has none. Leave it "
                    "out: the marks are the same on a CPU."
                )
        return {name: place for name, place in places.items() if isinstance(place, Place)}

    def _compare_dask(self, client: Any) -> None:
        """Look at what both ends must agree on to understand each other."""
        found = client.get_versions()
        ours = found["client"]["packages"]
        others = {"the scheduler": found["scheduler"], **found["workers"]}
        for name, about in others.items():
            for package in ("python", "distributed", "cloudpickle", "msgpack"):
                theirs = str((about or {}).get("packages", {}).get(package))
                mine = str(ours[package])
                if theirs.split(".")[:2] != mine.split(".")[:2]:
                    raise DaskError(
                        f"{name} has {package} {theirs}, and this machine has {mine}. Install the "
                        "same versions on both, as constraints.txt names them."
                    )


def look(device: str) -> Place:
    """Describe this process, on a worker."""
    from grader.sandbox.tiers import detect

    found = detect()
    cuda = False
    if device == "cuda":
        import torch

        cuda = torch.cuda.is_available()
    return Place(str(found.tier), found.reasons, versions(), _whole(), cuda)


class _Checked:
    """Judges on a worker, unless that came later and has other checks than all the others."""

    def __init__(self, expected: str) -> None:
        self._expected = expected

    def __call__(self, work: Work) -> Report:
        if _whole() != self._expected:
            why = "Not graded: a Dask worker has other checks. Start it anew from the same files."
            return not_graded(work.submission, work.seed, work.setup, why)
        return judge_here(work)


def _whole() -> str:
    return "-".join(edition(topic.module) for topic in TOPICS)


def _workers(client: Any) -> dict[str, Any]:
    workers: dict[str, Any] = client.scheduler_info(n_workers=-1)["workers"]
    return workers


def _compare(name: str, place: Place) -> None:
    ours = versions()
    other = [
        f"{package} {place.versions.get(package)} instead of {version}"
        for package, version in ours.items()
        if place.versions.get(package) != version
    ]
    if other:
        raise DaskError(
            f"The Dask worker {name} has {', '.join(other)}, so its marks could differ. Install "
            "the same versions there, as constraints.txt names them."
        )
    if place.edition != _whole():
        raise DaskError(
            f"The Dask worker {name} has another version of Hyperlings: its checks differ from "
            "those here. Put the same files there, and start the worker anew."
        )


def _described(places: Mapping[str, Place]) -> str:
    tiers = sorted({place.tier for place in places.values()})
    lines = [f"Dask: {len(places)} workers, tier {', '.join(tiers)}"]
    lines += [
        f"  {name} cannot isolate code: {' '.join(place.reasons)}"
        for name, place in places.items()
        if place.tier == "C"
    ]
    return "\n".join(lines)


def _few(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} (and {len(names) - 1} more)"


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
