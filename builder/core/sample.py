"""A seeded sample of what each step changed: before and after, at most 200 for each step and code.

Which documents are shown is decided by a hash of their text, so that neither place nor number of workers matters.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from builder.text.buffers import views
from builder.text.difference import surroundings

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


def excerpts(before: pa.ChunkedArray, rows: np.ndarray, after: pa.Array) -> list[tuple[str, str]]:
    """The surroundings of the first change in the texts of `before` at some rows, and in what became of them."""
    starts, stops, new_stops = surroundings(before, rows, after, LEAD_CHARS, EXCERPT_CHARS).tolist()
    texts = zip(views(before, rows), views(after), starts, stops, new_stops, strict=True)
    return [(str(text[at:stop], "utf-8"), str(new[at:new_stop], "utf-8")) for text, new, at, stop, new_stop in texts]


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
