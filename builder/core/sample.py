"""A seeded sample of what each step changed: before and after, at most 200 for each step and code.

Which documents are shown is decided by a hash of their text, so that neither place nor number of workers matters.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import pyarrow as pa

SAMPLE_LIMIT = 200  # samples kept for each step and code of a whole build
EXCERPT_CHARS = 300  # characters shown around the first change
LEAD_CHARS = 60  # of them before the change

SAMPLES = pa.schema(
    [
        ("order", pa.uint64()),
        ("step", pa.string()),
        ("code", pa.string()),
        ("action", pa.string()),
        ("doc_id", pa.string()),
        ("before", pa.string()),
        ("after", pa.string()),
    ]
)


class Sample(NamedTuple):
    """One change, in the order of the columns of SAMPLES."""

    order: int
    step: str
    code: str
    action: str
    doc_id: str
    before: str
    after: str | None


def first_difference(before: str, after: str) -> int:
    """The first position at which two texts differ, found by halving: O(n) comparisons of machine words."""
    low, high = 0, min(len(before), len(after))
    while low < high:
        middle = (low + high + 1) // 2
        if before[low:middle] == after[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def excerpts(before: str, after: str | None) -> tuple[str, str | None]:
    """The surroundings of the first change in both texts; the beginning of a text that was dropped."""
    if after is None:
        return before[:EXCERPT_CHARS], None
    start = max(0, first_difference(before, after) - LEAD_CHARS)
    return before[start : start + EXCERPT_CHARS], after[start : start + EXCERPT_CHARS]


def smallest(samples: Iterable[Sample], limit: int = SAMPLE_LIMIT) -> list[Sample]:
    """For each step and code the `limit` samples of smallest order, sorted."""
    groups: defaultdict[tuple[str, str], list[Sample]] = defaultdict(list)
    for sample in samples:
        groups[sample.step, sample.code].append(sample)
    return [sample for key in sorted(groups) for sample in heapq.nsmallest(limit, groups[key])]


def samples_table(samples: Iterable[Sample]) -> pa.Table:
    """Samples to a table of schema SAMPLES."""
    columns: list[Sequence[object]] = list(zip(*samples, strict=True)) or [[] for _ in SAMPLES]
    return pa.table([pa.array(column, field.type) for field, column in zip(SAMPLES, columns, strict=True)], schema=SAMPLES)
