"""The documents of a batch that a step changed: their texts are encoded once, for the batch, the ledger and the sample."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import xxhash

from builder.core.batch import REPAIRS, Batch, integers, measured_again
from builder.core.step import NOTHING, Edit, Edits
from builder.text.buffers import spliced
from builder.text.difference import differ


class Changes(NamedTuple):
    """Parallel, one entry for each document."""

    rows: np.ndarray  # int64[k]: positions in the batch, ascending
    texts: pa.LargeStringArray  # as they are now
    counts: Sequence[int | Mapping[str, int]]  # places changed, or by code
    fills: Sequence[Mapping[str, str]]  # values for columns that are null


NO_CHANGES = Changes(np.empty(0, np.int64), pa.array([], pa.large_string()), (), ())


def of_all(batch: Batch, rows: np.ndarray, edits: Edits) -> tuple[Changes, np.ndarray]:
    """What a compiled repair changed of the texts and filled of the columns at some rows, and the rows that it left alone."""
    done = edits.texts.is_valid().to_numpy(zero_copy_only=False).copy()
    texts = edits.texts if done.all() else edits.texts.drop_null()
    changed = differ(batch["text"], rows[done], texts) | _fills(batch, rows[done], edits, done)
    numbers = np.stack([number[done][changed] for number in edits.counts.values()], axis=1)
    counts = [dict(zip(edits.counts, number, strict=True)) for number in numbers.tolist()]
    texts = texts if changed.all() else texts.filter(pa.array(changed))
    done[done] = changed
    return Changes(rows[done], texts, counts, _by_row(edits.fills, done)), rows[
        edits.texts.is_null().to_numpy(zero_copy_only=False)
    ]


def _fills(batch: Batch, rows: np.ndarray, edits: Edits, done: np.ndarray) -> np.ndarray:
    """bool[k]: the documents of which a column that is null gets a value."""
    filled = np.zeros(rows.size, bool)
    for name, values in edits.fills.items():
        null = pc.is_null(batch[name].take(pa.array(rows))).to_numpy()
        filled |= null & values.is_valid().to_numpy(zero_copy_only=False)[done]
    return filled


def _by_row(fills: Mapping[str, pa.StringArray], chosen: np.ndarray) -> Sequence[Mapping[str, str]]:
    """The values of each chosen row by column, without nulls."""
    columns = [(name, column.filter(pa.array(chosen)).to_pylist()) for name, column in fills.items()]
    if not columns:
        return [NOTHING] * int(chosen.sum())
    names = [name for name, _ in columns]
    return [
        {name: value for name, value in zip(names, values, strict=True) if value is not None}
        for values in zip(*(column for _, column in columns), strict=True)
    ]


def merged(one: Changes, other: Changes) -> Changes:
    """The changes of both, which are of different documents."""
    if not one.rows.size or not other.rows.size:
        return one if one.rows.size else other
    rows = np.concatenate([one.rows, other.rows])
    order = np.argsort(rows)
    counts, fills = [*one.counts, *other.counts], [*one.fills, *other.fills]
    places = order.tolist()
    texts = pa.concat_arrays([one.texts, other.texts]).take(pa.array(order))
    return Changes(rows[order], texts, [counts[place] for place in places], [fills[place] for place in places])


def of_edits(edits: Mapping[int, Edit]) -> Changes:
    """What was repaired one by one; positions ascend."""
    rows, texts = np.fromiter(edits, np.int64, len(edits)), [edit.text for edit in edits.values()]
    counts, fills = [edit.count for edit in edits.values()], [edit.fill for edit in edits.values()]
    return Changes(rows, pa.array(texts, pa.large_string()), counts, fills)


def digest(utf8_bytes: memoryview) -> int:
    """XXH3 of a text, 64 bits."""
    return xxhash.xxh3_64_intdigest(utf8_bytes)


def edited(batch: Batch, changes: Changes) -> Batch:
    """The batch with the new texts, fills and repair counts; the profile is measured again for changed rows alone."""
    if not changes.rows.size:
        return batch
    batch = _replaced(batch, "text", changes.rows, changes.texts)
    for name in sorted({name for fill in changes.fills for name in fill}):
        batch = _filled(
            batch, name, {at: fill[name] for at, fill in zip(changes.rows.tolist(), changes.fills, strict=True) if name in fill}
        )
    if REPAIRS in batch.column_names:
        repairs = integers(batch, REPAIRS).copy()
        repairs[changes.rows] += 1
        place = batch.schema.get_field_index(REPAIRS)
        batch = batch.set_column(place, batch.schema.field(place), pa.array(repairs, pa.int32()))
    return measured_again(batch, changes.rows, changes.texts)


def _replaced(batch: Batch, name: str, rows: np.ndarray, values: pa.Array) -> Batch:
    place = batch.schema.get_field_index(name)
    field, column = batch.schema.field(place), batch[name]
    if field.type == pa.large_string() and not column.null_count:
        return batch.set_column(place, field, spliced(column, rows, values))
    mask = np.zeros(batch.num_rows, bool)
    mask[rows] = True
    return batch.set_column(place, field, pc.replace_with_mask(column.combine_chunks(), pa.array(mask), values.cast(field.type)))


def _filled(batch: Batch, name: str, values: Mapping[int, str]) -> Batch:
    """Set values where the column is null; a column that has a value keeps it."""
    null = pc.is_null(batch[name]).to_numpy()
    wanted = {at: value for at, value in values.items() if null[at]}
    rows = np.fromiter(wanted, np.int64, len(wanted))
    return _replaced(batch, name, rows, pa.array(list(wanted.values()), pa.large_string())) if wanted else batch
