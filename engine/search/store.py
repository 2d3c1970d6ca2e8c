"""Where trials are kept: an Optuna study in memory, in a journal file or in a database."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from engine.search.locking import JournalLock
from engine.search.logs import quiet_optuna

if TYPE_CHECKING:
    import optuna
    from filelock import FileLock
    from optuna.storages.journal import JournalFileOpenLock

Storage = str | Path | None
"""None for memory, the path of a journal file, or a database's URL as SQLAlchemy takes it."""

_QUESTION = "question"

# A waiting SQLite connection gives up after this many seconds; its own default of 5 is less than
# many processes may need that all start at once.
_SQLITE_PATIENCE = 60

# Seconds between two looks at a lock that another process holds, usually for a millisecond.
_POLL = 0.002


@dataclass(frozen=True)
class Store:
    """One open study.

    Attributes:
        study: Reads and tells trials.
        storage: The study's storage, for what a study does not do.
        study_id: What the storage calls the study.
        shared: Whether other processes can open it too, now or later.
        exclusive: A context manager that keeps other processes of this package out while several
            steps must be one. It may be entered again within itself. It does nothing in memory,
            nor for a database server, whose own row locks have to do.
    """

    study: optuna.Study
    storage: optuna.storages.BaseStorage
    study_id: int
    shared: bool
    exclusive: AbstractContextManager[object]


@contextmanager
def opened(
    storage: Storage,
    name: str,
    direction: Literal["maximize", "minimize"],
    question: Mapping[str, str],
) -> Iterator[Store]:
    """Open a study, or create it; Optuna is quiet meanwhile.

    Args:
        storage: Where it is, or shall be.
        name: The study's name there.
        direction: "maximize" or "minimize".
        question: What the study answers, in parts; kept with it.

    Yields:
        The open study.

    Raises:
        ValueError: If the study that is there answers another question, or the folder of a
            journal file does not exist.
    """
    import optuna

    with quiet_optuna():
        lock = _lock(storage)
        exclusive = nullcontext() if lock is None else lock
        with exclusive:
            backend = _backend(storage, lock)
            study = optuna.create_study(
                storage=backend, study_name=name, direction=direction, load_if_exists=True
            )
            _check(study, question, storage)
        yield Store(
            study=study,
            storage=backend,
            study_id=backend.get_study_id_from_name(name),
            shared=storage is not None,
            exclusive=exclusive,
        )


def _backend(storage: Storage, lock: FileLock | None) -> optuna.storages.BaseStorage:
    from optuna.storages import InMemoryStorage, JournalStorage, RDBStorage
    from optuna.storages.journal import JournalFileBackend

    if storage is None:
        return InMemoryStorage()
    if _is_url(storage):
        url = str(storage)
        patience = {"connect_args": {"timeout": _SQLITE_PATIENCE}}
        return RDBStorage(url, engine_kwargs=patience if url.startswith("sqlite") else None)
    assert lock is not None
    _drop_torn_line(Path(storage))
    # Optuna's interface for such a lock is in none of its public modules, so it cannot be a base.
    journal_lock = cast("JournalFileOpenLock", JournalLock(lock))
    return JournalStorage(JournalFileBackend(str(storage), lock_obj=journal_lock))


def _is_url(storage: Storage) -> bool:
    return isinstance(storage, str) and "://" in storage


def _lock(storage: Storage) -> FileLock | None:
    path = _file(storage)
    if path is None:
        return None
    if not path.parent.is_dir():
        raise ValueError(
            f"`storage` must be in a folder that exists, but got {str(path)!r}. Make the folder."
        )
    from filelock import FileLock

    # The kernel frees it when its holder dies, however that happens. It is not Optuna's own
    # `.lock`: that name must stay free for other programs that open the same journal.
    return FileLock(path.with_name(f"{path.name}.search-lock"), poll_interval=_POLL)


def _file(storage: Storage) -> Path | None:
    if storage is None:
        return None
    if not _is_url(storage):
        return Path(storage)
    from sqlalchemy.engine import make_url

    url = make_url(str(storage))
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return None
    return Path(str(url.database))


def _drop_torn_line(path: Path) -> None:
    # Power that fails within a write leaves half a line, which Optuna refuses to read past. What
    # it was to record had not been acknowledged, so nothing is lost with it.
    if not path.exists():
        return
    with path.open("rb+") as file:
        size = file.seek(0, os.SEEK_END)
        kept = size
        while kept > 0:
            file.seek(kept - 1)
            if file.read(1) == b"\n":
                break
            kept -= 1
        if kept < size:
            file.truncate(kept)


def _check(study: optuna.Study, question: Mapping[str, str], storage: Storage) -> None:
    stored = study.user_attrs.get(_QUESTION)
    if stored is None:
        if study.get_trials(deepcopy=False):
            raise ValueError(
                f"`name` must be a study that a search began, but {study.study_name!r} in "
                f"{str(storage)!r} was made otherwise. Choose another name or another file."
            )
        study.set_user_attr(_QUESTION, dict(question))
        return
    for part in sorted(question.keys() | stored.keys()):
        if question.get(part) != stored.get(part):
            raise ValueError(
                f"`storage` must be of the same search to go on with it, but the study "
                f"{study.study_name!r} in {str(storage)!r} was begun with another `{part}`: "
                f"{_shown(stored.get(part))}, and got {_shown(question.get(part))}. "
                "Choose another name or another file."
            )


def _shown(text: str | None) -> str:
    return "none" if text is None else text if len(text) <= 200 else f"{text[:200]}…"
