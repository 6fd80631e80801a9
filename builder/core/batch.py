"""A batch of documents: an Arrow table whose first columns are fixed and whose private columns start with `_`.

Private columns are the engine's notes on a document. They travel between stages where the engine needs them
(`PART`, `ROW`, `REPAIRS`, `WOULD_DROP`) and are never published.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pyarrow as pa

from builder.text.classes import SPACES
from builder.text.genre_lines import COUNTS, line_counts
from builder.text.places import packed_places
from builder.text.profile import COUNTERS, profile

if TYPE_CHECKING:
    from collections.abc import Sequence

Batch: TypeAlias = pa.Table

BATCH = pa.schema(
    [
        ("doc_id", pa.string()),  # source:part:row, a locator
        ("id", pa.string()),  # the user's own, or else doc_id
        ("source", pa.string()),
        ("url", pa.string()),
        ("date", pa.string()),
        ("text", pa.large_string()),
    ]
)

PART = "_part"  # int32: number of the input slice
ROW = "_row"  # int64: ordinal in the part, malformed rows counted
EARLIER = 1 << 22  # parts numbered from here on are shards of earlier releases: their documents always stay
PRIORITY = "_priority"  # int16: of the source; higher is kept first
REPAIRS = "_repairs"  # int32: steps that edited this document so far
WOULD_DROP = "_would_drop"  # bool: a filter later in the recipe would drop it
CLUSTER = "_cluster"  # uint64: the smallest key among the documents that are near this one; null where none is
PROFILE = "_profile"  # fixed_size_list<int32>: text.profile counters of the text as it is now
HAN_READ = "_han_read"  # int64: Han of the text as it was read
LINES = "_lines"  # fixed_size_list<int32>: text.genre_lines counts of the text as it is now, where a step has asked for them

ENGINE = pa.schema(
    [(PART, pa.int32()), (ROW, pa.int64()), (PRIORITY, pa.int16()), (REPAIRS, pa.int32()), (WOULD_DROP, pa.bool_())]
)
PROFILE_FIELD = pa.field(PROFILE, pa.list_(pa.int32(), len(COUNTERS)))
LINES_FIELD = pa.field(LINES, pa.list_(pa.int32(), len(COUNTS)))
_POSITION = {name: place for place, name in enumerate(COUNTERS)}


def texts_batch(texts: Sequence[str | None], *, part: int = 0, source: str = "text", priority: int = 0) -> Batch:
    """A batch of bare texts, numbered from row 0: what `clean` and the tests start from."""
    rows = range(len(texts))
    ids = [f"{source}:{part}:{row}" for row in rows]
    nulls = [None] * len(texts)
    return with_engine_columns(
        pa.table([ids, ids, [source] * len(texts), nulls, nulls, texts], schema=BATCH), np.arange(len(texts)), part, priority
    )


def with_engine_columns(batch: Batch, rows: np.ndarray, part: int, priority: int) -> Batch:
    """Append the engine's private columns. `rows`: int64[n], each document's ordinal in its part."""
    n = batch.num_rows
    columns = (
        np.full(n, part, np.int32),
        rows.astype(np.int64),
        np.full(n, priority, np.int16),
        np.zeros(n, np.int32),
        np.zeros(n, bool),
    )
    for field, column in zip(ENGINE, columns, strict=True):
        batch = batch.append_column(field, pa.array(column, field.type))
    return batch


def with_profile(batch: Batch) -> Batch:
    """Append (or replace) the profile column, computed from the text; where there was none the text counts as read now."""
    column = _numbers_column(profile(batch["text"]))
    place = batch.schema.get_field_index(PROFILE)
    if place >= 0:
        return batch.set_column(place, PROFILE_FIELD, column)
    batch = batch.append_column(PROFILE_FIELD, column)
    return batch.append_column(HAN_READ, pa.array(counter(batch, "han"), pa.int64()))


def han_read(batch: Batch) -> np.ndarray:
    """int64[n]: Han of each text as it was read; of the text as it is where that is not known."""
    return integers(batch, HAN_READ) if HAN_READ in batch.column_names else counter(batch, "han")


def with_lines(batch: Batch) -> Batch:
    """Append the counts of lines, unless the batch carries them."""
    return batch if LINES in batch.column_names else batch.append_column(LINES_FIELD, _numbers_column(line_counts(batch["text"])))


def counters(batch: Batch) -> np.ndarray:
    """int32[n, len(COUNTERS)]: the profile of each document, measured now if the batch does not carry it."""
    return numbers_of(batch, PROFILE) if PROFILE in batch.column_names else profile(batch["text"])


def lines(batch: Batch) -> np.ndarray:
    """int32[n, len(COUNTS)]: the shapes of the lines of each document, measured now if the batch does not carry them."""
    return numbers_of(batch, LINES) if LINES in batch.column_names else line_counts(batch["text"])


def numbers_of(batch: Batch, name: str) -> np.ndarray:
    """int32[n, k]: a column of lists of k numbers."""
    column = batch[name].combine_chunks()
    return column.flatten().to_numpy().reshape(len(column), column.type.list_size)


def measured_again(batch: Batch, rows: np.ndarray, texts: pa.LargeStringArray) -> Batch:
    """The batch with what it carries of measurements true of the new texts at some positions."""
    for field, measure in ((PROFILE_FIELD, profile), (LINES_FIELD, line_counts)):
        place = batch.schema.get_field_index(field.name)
        if place >= 0:
            table = numbers_of(batch, field.name).copy()
            table[rows] = measure(texts)
            batch = batch.set_column(place, field, _numbers_column(table))
    return batch


def counter(batch: Batch, *names: str) -> np.ndarray:
    """int64[n]: the sum of the named counters for each document. KeyError for a name that is no counter."""
    table = counters(batch)
    return table[:, [_POSITION[name] for name in names]].sum(axis=1, dtype=np.int64)


def integers(batch: Batch, name: str) -> np.ndarray:
    """A column without nulls as a NumPy array."""
    return batch[name].to_numpy()


def places_of(batch: Batch) -> np.ndarray:
    """uint64[n]: the place of each document, part and row in one number."""
    return packed_places(integers(batch, PART), integers(batch, ROW))


def chars(batch: Batch) -> np.ndarray:
    """int64[n]: characters of each text."""
    return counter(batch, "chars")


def visible_chars(batch: Batch) -> np.ndarray:
    """int64[n]: characters of each text that are no spaces and no line breaks."""
    return counter(batch, "chars") - counter(batch, *SPACES)


def without_private(batch: Batch) -> Batch:
    """The batch without the columns whose name starts with `_`."""
    return batch.select([name for name in batch.column_names if not name.startswith("_")])


def _numbers_column(table: np.ndarray) -> pa.FixedSizeListArray:
    flat = pa.array(np.ascontiguousarray(table, np.int32).reshape(-1), pa.int32())
    return pa.FixedSizeListArray.from_arrays(flat, table.shape[1])
