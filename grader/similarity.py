"""Submissions of a class that share more than the exercise explains: runs of alike tokens.

Token shingles, as MOSS has them (Schleimer, Wilkerson & Aiken 2003): each submission is the set of
its runs of 16 tokens, in which the names that a learner chooses all count as the same. What the
stub and the reference hold says nothing about anybody, and neither does what a tenth of the class
wrote. The rest is compared through an inverted index, in which a run counts the more, the fewer
wrote it.

copydetect (0.5.0, of March 2024) was tried first. It compares every pair for itself, at 2 ms each,
after 50 ms a file: about 20 minutes for a class of 1,000, where this takes a few seconds. It brings
Matplotlib, its hashes change with every start of Python, and what it takes for a file's own code
has no limit on what the whole class shares.
"""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Hashes = npt.NDArray[np.uint64]

RUN = 16  # tokens in a row that are compared as one: two to three lines
SHARE = 0.5  # of the smaller one's own code, from which a pair is worth a look
LEAST = 50  # shared runs, below which a few alike lines make a large share of little
MOST_PAIRS = 30
_COMMON_SHARE, _COMMON_LEAST = 0.1, 10  # of a class; MOSS, too, passes over what over 10 share
_MOST_TEXT = 100_000  # characters of a submission that are compared; an honest one has 10,000
_FACTOR = 0x9E3779B97F4A7C15  # odd, of 64 bits: the golden ratio's, as Knuth multiplies

# Possessive, and content with a quote that never closes: a hostile text must not make it go back.
_TOKEN = re.compile(
    r"""(?P<comment>\#[^\n]*)
    |(?P<text>[rbfuRBFU]{0,2}(?:\"{3}(?:[^\\"]++|\\.|\"(?!\"\"))*+(?:\"{3})?
        |'{3}(?:[^\\']++|\\.|'(?!''))*+(?:'{3})?
        |"(?:[^"\\\n]++|\\.)*+"?|'(?:[^'\\\n]++|\\.)*+'?))
    |(?P<number>\.?\d(?:[eE][+-]|[\w.])*)
    |(?P<name>\w+)
    |(?P<sign>\*\*|//|->|:=|[<>=!]=|[^\s\w])""",
    re.VERBOSE | re.DOTALL,
)
_HEADS = frozenset({"def", "class", "async", "@"})
_KEPT = frozenset({*keyword.kwlist, *dir(builtins)})


@dataclass(frozen=True)
class Entry:
    """A submission to compare.

    Attributes:
        student: Whose it is; nobody is compared with themselves.
        file: Its file.
        source: Its text, Python or nearly so.
    """

    student: str
    file: str
    source: str


@dataclass(frozen=True)
class Side:
    """One of a pair.

    Attributes:
        entry: The submission.
        share: Part of its own code that the other has too, 0 <= share <= 1.
        spans: Where that stands, as (start, end) in its text, in order and apart from each other.
    """

    entry: Entry
    share: float
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Pair:
    """Two submissions that share much.

    Attributes:
        first: The one whose student's name comes first.
        second: The other.
        share: Shared part of the own code of the one that has less of it.
        tokens: How many tokens of the first are shared.
    """

    first: Side
    second: Side
    share: float
    tokens: int


@dataclass(frozen=True)
class Comparison:
    """What comparing a class gave.

    Attributes:
        compared: How many submissions there were.
        pairs: The most telling first, at most `MOST_PAIRS`. A pair whose two are linked already
            by pairs before it is left out: in a group of ten there are 45.
        more: How many further pairs share as much.
    """

    compared: int
    pairs: tuple[Pair, ...]
    more: int


@dataclass(frozen=True)
class _Tokens:
    hashes: Hashes  # of the runs
    places: npt.NDArray[np.intp]  # the first token of each run
    starts: Sequence[int]  # of the tokens, in the text
    ends: Sequence[int]


def compare(entries: Sequence[Entry], shared: Iterable[str] = ()) -> Comparison:
    """Find the pairs of a class that share much of their own code.

    A submission's own code is what neither `shared` nor more than a tenth of the class (and more
    than ten of it) has. Rare code weighs more: ln(1 + n / m) for a run that m of n wrote.

    Args:
        entries: The submissions of one topic.
        shared: Texts that everybody may have used, such as the stub.

    Returns:
        The pairs that share at least `SHARE` of what the smaller one has of its own, and at least
        `LEAST` runs.
    """
    import numpy as np
    from scipy import sparse

    words: dict[str, int] = {}
    read = [_tokens(entry.source, words) for entry in entries]
    known = [_tokens(text, words).hashes for text in shared]
    base = np.unique(np.concatenate([*known, np.empty(0, np.uint64)]))
    own = [np.setdiff1d(each.hashes, base) for each in read]
    runs, column, count = np.unique(
        np.concatenate([*own, np.empty(0, np.uint64)]), return_inverse=True, return_counts=True
    )
    ends = np.cumsum([0, *(len(each) for each in own)])
    limit = max(_COMMON_LEAST, _COMMON_SHARE * len(entries))
    weight = np.where(count <= limit, np.log1p(len(entries) / np.maximum(count, 1)), 0.0)
    held = sparse.csr_array(
        (weight[column] > 0, column, ends), shape=(len(entries), len(runs)), dtype=np.float64
    )
    size = held @ weight
    alike = held[:, (count > 1) & (weight > 0)]
    evidence = sparse.triu((alike * weight[(count > 1) & (weight > 0)]) @ alike.T, k=1).tocoo()
    least = np.minimum(size[evidence.row], size[evidence.col])
    share = evidence.data / np.maximum(least, 1e-12)
    found = np.flatnonzero(share >= SHARE)
    found = found[np.argsort(-evidence.data[found] * share[found] ** 2, kind="stable")]
    return _pairs(
        entries,
        read,
        [each[weight[column[ends[i] : ends[i + 1]]] > 0] for i, each in enumerate(own)],
        [(int(evidence.row[at]), int(evidence.col[at]), float(evidence.data[at])) for at in found],
        size.tolist(),
    )


def _pairs(
    entries: Sequence[Entry],
    read: Sequence[_Tokens],
    own: Sequence[Hashes],
    candidates: Sequence[tuple[int, int, float]],
    size: Sequence[float],
) -> Comparison:
    """Take the pairs that share enough, and that are not linked by others before them."""
    import numpy as np

    pairs: list[Pair] = []
    more = 0
    group = list(range(len(entries)))
    for i, j, evidence in candidates:
        if entries[i].student == entries[j].student:
            continue
        both = np.intersect1d(own[i], own[j], assume_unique=True)
        if len(both) < LEAST:
            continue
        if group[i] == group[j] or len(pairs) == MOST_PAIRS:
            more += 1
            continue
        group = [group[i] if each == group[j] else each for each in group]
        if (entries[j].student, entries[j].file) < (entries[i].student, entries[i].file):
            i, j = j, i
        (first, tokens), (second, _) = (
            _covered(read[each], both, entries[each].source) for each in (i, j)
        )
        pairs.append(
            Pair(
                Side(entries[i], evidence / size[i], first),
                Side(entries[j], evidence / size[j], second),
                share=evidence / min(size[i], size[j]),
                tokens=tokens,
            )
        )
    return Comparison(len(entries), tuple(pairs), more)


def _covered(read: _Tokens, both: Hashes, source: str) -> tuple[tuple[tuple[int, int], ...], int]:
    """Find where the tokens of shared runs stand in a text, and how many there are."""
    import numpy as np

    covered = np.zeros(len(read.starts), dtype=bool)
    for shift in range(RUN):
        covered[read.places[np.isin(read.hashes, both)] + shift] = True
    spans: list[tuple[int, int]] = []
    for at in np.flatnonzero(covered).tolist():
        start, end = read.starts[at], read.ends[at]
        if spans and source[spans[-1][1] : start].strip(" ") == "":
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return tuple(spans), int(covered.sum())


def _tokens(source: str, words: dict[str, int]) -> _Tokens:
    """Read a text's tokens; names that a learner chooses are all the same one.

    Comments, line breaks and texts that stand alone (docstrings) do not count, and all other texts
    are alike. No run goes from one definition of the file into the next: their order is chance. A
    scanner of our own: it goes on behind a syntax error, and reads an f-string as
    every Python did before 3.12.
    """
    import numpy as np

    numbers: list[int] = []
    starts: list[int] = []
    ends: list[int] = []
    parts: list[int] = []  # which definition of the file each token belongs to
    part = 0
    before, end = "", 0
    source = source[:_MOST_TEXT]
    for match in _TOKEN.finditer(source):
        kind, start = match.lastgroup, match.start()
        if kind == "comment":
            continue
        text = match[0]
        if kind == "text":
            if not end or "\n" in source[end:start]:  # a docstring, or nearly
                continue
            text = '"'
        elif kind == "name" and before != "." and text not in _KEPT:
            text = "name"
        if text in _HEADS and source[start - 1 : start] in ("", "\n"):
            part += 1
        before, end = text, match.end()
        parts.append(part)
        numbers.append(words.setdefault(text, len(words) + 1))
        starts.append(start)
        ends.append(end)
    values, inside = np.array(numbers, dtype=np.uint64), np.array(parts, dtype=np.intp)
    length = max(0, len(values) - RUN + 1)
    hashes = np.zeros(length, dtype=np.uint64)
    for shift in range(RUN if length else 0):
        hashes = hashes * np.uint64(_FACTOR) + values[shift : shift + length]
    whole = np.flatnonzero(inside[:length] == inside[len(values) - length :])
    return _Tokens(hashes[whole], whole, starts, ends)
