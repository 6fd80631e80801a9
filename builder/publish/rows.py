"""The columns of the published configs, and how a finished part becomes rows of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from builder.core.batch import BATCH, CLUSTER, ROW, Batch, chars, integers, without_private
from builder.core.ledger import EDIT
from builder.text.canonical import canonical_keys
from builder.text.mixing import mixed

DOCUMENTS = pa.schema(
    [
        ("id", pa.string()),
        ("text", pa.large_string()),
        ("url", pa.string()),
        ("source", pa.string()),
        ("date", pa.string()),
        ("script", pa.string()),  # what it was before
        ("repairs", pa.list_(pa.string())),  # codes of the ledger's edits, in order
        ("chars", pa.int64()),
        ("copies", pa.int64()),  # documents that were dropped as duplicates of this one, directly or by way of others
    ]
)
REMOVED = pa.schema(
    [
        ("id", pa.string()),
        ("doc_id", pa.string()),
        ("text", pa.large_string()),
        ("url", pa.string()),
        ("source", pa.string()),
        ("date", pa.string()),
        ("step", pa.string()),
        ("code", pa.string()),
        ("value", pa.float64()),
        ("limit", pa.float64()),
        ("peer", pa.string()),  # id of the document that explains this one: the kept duplicate
        ("peer_doc_id", pa.string()),
    ]
)
INDEX = pa.schema([("id", pa.string()), ("doc_id", pa.string()), ("key", pa.binary(16))])
ORDER, SPLIT, DOC_ID, KEY = "_order", "_split", "_doc_id", "_key"
EXCERPT_CHARS = 500  # of a dropped document's text, with `removed: excerpt`


def with_kept(schema: pa.Schema, kept: Sequence[str]) -> pa.Schema:
    """DOCUMENTS or REMOVED with the users' own columns, which are text."""
    return pa.schema([*schema, *(pa.field(name, pa.string()) for name in kept)])


def published_rows(
    batch: Batch, repairs: dict[int, list[str]], copies: dict[int, int], seed: int, shares: list[float]
) -> pa.Table:
    """Kept documents as rows of DOCUMENTS and the user's own columns, with order, split, doc_id and key beside them.

    `repairs`, `copies`: by row of the part. Order and split are hashes of the key: adding documents moves nothing.
    """
    rows = integers(batch, ROW).tolist()
    keys = canonical_keys(batch["text"])
    columns = {
        "script": batch["script"] if "script" in batch.column_names else pa.nulls(len(rows), pa.string()),
        "repairs": pa.array([repairs.get(row, []) for row in rows], pa.list_(pa.string())),
        "chars": pa.array(chars(batch)),
        "copies": pa.array([copies.get(row, 0) for row in rows], pa.int64()),
    }
    table = pa.table(
        [columns.get(field.name, batch[field.name] if field.name in batch.column_names else None) for field in DOCUMENTS],
        schema=DOCUMENTS,
    )
    for name in without_private(batch).column_names:
        if name not in BATCH.names and name not in DOCUMENTS.names:
            table = table.append_column(batch.schema.field(name), batch[name])
    order = mixed(keys[:, 0], 2 * seed)
    table = table.append_column(ORDER, pa.array(order)).append_column(SPLIT, pa.array(_splits(batch, keys, seed, shares)))
    table = table.append_column(DOC_ID, batch["doc_id"])
    return table.append_column(
        KEY, pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), len(rows), [None, pa.py_buffer(np.ascontiguousarray(keys))])
    )


def removed_rows(
    dropped: pa.Table, peers: dict[tuple[int, int], tuple[str, str]], show: str, kept: Sequence[str] = ()
) -> pa.Table:
    """Dropped documents as rows of REMOVED and the users' own columns.

    `peers`: (part, row) to (id, doc_id). `show`: full, excerpt or none of the text. `kept`: the names of the users' columns.
    """
    places = list(zip(dropped["peer_part"].to_pylist(), dropped["peer_row"].to_pylist(), strict=True))
    text = dropped["text"]
    if show != "full":
        text = pc.utf8_slice_codeunits(text, 0, EXCERPT_CHARS if show == "excerpt" else 0)
    columns = {
        "text": text,
        "peer": pa.array([peers[place][0] if place in peers else None for place in places], pa.string()),
        "peer_doc_id": pa.array([peers[place][1] if place in peers else None for place in places], pa.string()),
    }
    schema = with_kept(REMOVED, kept)
    return pa.table(
        [columns.get(field.name, dropped[field.name] if field.name in dropped.column_names else None) for field in schema],
        schema=schema,
    )


def repair_codes(ledger: pa.Table) -> dict[int, list[str]]:
    """The codes that edited each row of a part, in the order of the steps, each once."""
    edits = ledger.filter(pc.equal(ledger["action"].cast(pa.string()), EDIT))
    codes: dict[int, list[str]] = {}
    for row, code in zip(edits["row"].to_pylist(), edits["code"].to_pylist(), strict=True):
        mine = codes.setdefault(row, [])
        if code not in mine:
            mine.append(code)
    return codes


def _splits(batch: Batch, keys: np.ndarray, seed: int, shares: list[float]) -> np.ndarray:
    """int32[n]: the number of the split, by a hash of the smallest key among the documents near each one."""
    key = keys[:, 0].copy()
    if CLUSTER in batch.column_names:
        cluster = batch[CLUSTER].combine_chunks()
        near = pc.is_valid(cluster).to_numpy(zero_copy_only=False)
        key[near] = cluster.fill_null(0).to_numpy()[near]
    edges = np.cumsum(shares)[:-1]
    return np.searchsorted(edges, mixed(key, 2 * seed + 1) / 2.0**64, side="right").astype(np.int32)
