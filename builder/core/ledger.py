"""The ledger: why every document was edited or dropped, a few bytes a row, and no text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pyarrow as pa

DICTIONARY = pa.dictionary(pa.int32(), pa.string())

LEDGER = pa.schema(
    [
        ("part", pa.int32()),
        ("row", pa.int64()),
        ("step", DICTIONARY),
        ("action", DICTIONARY),  # edit | drop
        ("code", DICTIONARY),
        ("count", pa.int32()),  # places changed by the step's edit, on the first of its codes; null for a drop
        ("value", pa.float64()),
        ("limit", pa.float64()),
        ("peer_part", pa.int32()),
        ("peer_row", pa.int64()),
        ("hash", pa.uint64()),  # XXH3 of the text after the edit; null for a drop
        ("peer_release", DICTIONARY),  # the earlier release in whose build the peer has this part and row; null: in this one
        ("peer_name", DICTIONARY),  # name of what explains the row and is no document: a question of a benchmark
    ]
)

EDIT, DROP = "edit", "drop"


class Entry(NamedTuple):
    """One row of the ledger, in the order of its columns."""

    part: int
    row: int
    step: str
    action: str
    code: str
    count: int | None  # type: ignore[assignment]  # places changed; hides tuple.count, which nobody needs here
    value: float | None
    limit: float | None
    peer_part: int | None
    peer_row: int | None
    hash: int | None
    peer_release: str | None = None
    peer_name: str | None = None


def ledger_table(entries: Sequence[Entry]) -> pa.Table:
    """Entries to a table of schema LEDGER."""
    columns: list[Sequence[object]] = list(zip(*entries, strict=True)) if entries else [[] for _ in LEDGER]
    arrays = [
        pa.array(column, pa.string()).dictionary_encode().cast(field.type)
        if field.type == DICTIONARY
        else pa.array(column, field.type)
        for field, column in zip(LEDGER, columns, strict=True)
    ]
    return pa.table(arrays, schema=LEDGER)
