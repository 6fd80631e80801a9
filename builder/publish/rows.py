"""The columns of the published configs, and how a finished part becomes rows of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from builder.core.batch import BATCH, CLUSTER, ROW, Batch, chars, integers, without_private
from builder.core.index import INDEX, KEY, SPLIT_KEY, packed_keys
from builder.core.ledger import EDIT
from builder.core.published import DOCUMENTS, REMOVED
from builder.core.step import CorpusStep, Step
from builder.run.earlier import depended_on, remembered
from builder.run.recipe import Recipe
from builder.run.settings import PublishSettings
from builder.text.canonical import canonical_keys
from builder.text.mixing import mixed

ORDER, SPLIT, INDEXED = "_order", "_split", "_index."  # INDEXED: before the names of the index's columns
EXCERPT_CHARS = 500  # of a dropped document's text, with `removed: excerpt`


def with_kept(schema: pa.Schema, kept: Sequence[str]) -> pa.Schema:
    """DOCUMENTS or REMOVED with the users' own columns, which are text."""
    return pa.schema([*schema, *(pa.field(name, pa.string()) for name in kept)])


class Peer(NamedTuple):
    """What the columns peer, peer_doc_id and peer_release say."""

    id: str
    doc_id: str
    release: str | None  # None: this one


def index_schema(recipe: Recipe) -> pa.Schema:
    """INDEX and what the corpus steps of a recipe remember; its metadata say what the columns depend on."""
    kept = [remembered(step) for step in recipe.steps if isinstance(step, CorpusStep)]
    metadata = dict(depended_on(recipe.publish))
    for schema in kept:
        metadata |= schema.metadata or {}
    return pa.schema([*INDEX, *(field for schema in kept for field in schema)], metadata)


def published_rows(
    batch: Batch, repairs: dict[int, list[str]], copies: dict[int, int], publish: PublishSettings, steps: Iterable[Step]
) -> pa.Table:
    """Kept documents as rows of DOCUMENTS and the user's own columns, with order, split and the columns of the index beside them.

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
    split_keys = _split_keys(batch, keys)
    table = table.append_column(ORDER, pa.array(mixed(keys[:, 0], 2 * publish.seed)))
    table = table.append_column(SPLIT, pa.array(_splits(split_keys, publish)))
    index = {"id": batch["id"], "doc_id": batch["doc_id"], KEY: packed_keys(keys), SPLIT_KEY: pa.array(split_keys)}
    for step in steps:
        kept = step.remember(batch) if isinstance(step, CorpusStep) else pa.table({})
        index |= {name: kept[name] for name in kept.column_names}
    for name, column in index.items():
        table = table.append_column(INDEXED + name, column)
    return table


def index_rows(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    """The rows of the index of what `published_rows` gave."""
    return pa.table([rows[INDEXED + name] for name in schema.names], schema=schema)


def removed_index_rows(removed: pa.Table, schema: pa.Schema) -> pa.Table:
    """The rows of the index of dropped documents, which have names and nothing else."""
    names = [
        removed[name] if name in ("id", "doc_id") else pa.nulls(removed.num_rows, schema.field(name).type)
        for name in schema.names
    ]
    return pa.table(names, schema=schema)


def removed_rows(dropped: pa.Table, peers: dict[tuple[int, int], Peer], show: str, kept: Sequence[str] = ()) -> pa.Table:
    """Dropped documents as rows of REMOVED and the users' own columns.

    `peers`: by (part, row). `show`: full, excerpt or none of the text. `kept`: the names of the users' columns.
    """
    places = zip(dropped["peer_part"].to_pylist(), dropped["peer_row"].to_pylist(), strict=True)
    mine = [peers.get(place) for place in places]
    names = dropped["peer_name"].to_pylist()
    text = dropped["text"]
    if show != "full":
        text = pc.utf8_slice_codeunits(text, 0, EXCERPT_CHARS if show == "excerpt" else 0)
    columns = {
        "text": text,
        "peer": pa.array([peer.id if peer else name for peer, name in zip(mine, names, strict=True)], pa.string()),
        "peer_doc_id": pa.array([peer and peer.doc_id for peer in mine], pa.string()),
        "peer_release": pa.array([peer and peer.release for peer in mine], pa.string()),
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


def _split_keys(batch: Batch, keys: np.ndarray) -> np.ndarray:
    """uint64[n]: the smallest key among the documents near each one."""
    key = keys[:, 0].copy()
    if CLUSTER in batch.column_names:
        cluster = batch[CLUSTER].combine_chunks()
        near = pc.is_valid(cluster).to_numpy(zero_copy_only=False)
        key[near] = cluster.fill_null(0).to_numpy()[near]
    return key


def _splits(split_keys: np.ndarray, publish: PublishSettings) -> np.ndarray:
    """int32[n]: the number of the split, by a hash."""
    edges = np.cumsum(list(publish.splits.values()))[:-1]
    return np.searchsorted(edges, mixed(split_keys, 2 * publish.seed + 1) / 2.0**64, side="right").astype(np.int32)
