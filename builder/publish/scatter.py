"""One finished part to rows of the dataset: sorted by split and shuffle order, so that a shard reads only what is its own."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import xxhash

from builder.core.batch import EARLIER
from builder.core.executor import Payload, Result
from builder.core.ledger import DICTIONARY, LEDGER
from builder.core.published import REMOVED
from builder.publish.copies import COPIES, PEERS
from builder.publish.rows import ORDER, SPLIT, Peer, published_rows, removed_rows, repair_codes, with_kept
from builder.run.job import Job, job_from
from builder.run.stored import stored_batches
from builder.text.places import packed_places


def scatter_part(payload: Payload) -> Result:
    """Task. Writes `rows/`, `gone/`, `ids/` and `ledger/` of one part below the folder of the publication."""
    job, folder, part = job_from(payload["job"]), payload["folder"], payload["part"]
    written = f"{folder}/rows/{part:05d}.arrow", f"{folder}/out/ledger/{part:05d}.parquet"
    if all(job.store.exists(name) for name in written):
        return {}
    ledger = _ledger(job, folder, part)
    job.store.write_parquet(f"{folder}/out/ledger/{part:05d}.parquet", ledger)
    job.store.write_arrow(f"{folder}/gone/{part:05d}.arrow", _removed(job, folder, part))
    job.store.write_arrow(f"{folder}/ids/{part:05d}.arrow", _ids(job, part))
    job.store.write_arrow(f"{folder}/rows/{part:05d}.arrow", _rows(job, folder, part, ledger))
    return {}


def _ids(job: Job, part: int) -> pa.Table:
    """A hash of the id of every document of a part, those that were dropped later too."""
    ids = (name for batch in stored_batches(job, job.stages[0], part, ("id",)) for name in batch["id"].to_pylist())
    return pa.table({"hash": pa.array([xxhash.xxh3_64_intdigest(name.encode()) for name in ids], pa.uint64())})


def _ledger(job: Job, folder: str, part: int) -> pa.Table:
    """All stages of a part, sorted by row; of one row in the order of the steps."""
    tables = [job.store.read_parquet(job.folder(stage, "ledger", part, "parquet")) for stage in job.stages]
    table = pa.concat_tables(tables).unify_dictionaries().combine_chunks()
    return _released(job, folder, table.take(np.argsort(table["row"].to_numpy(), kind="stable")).cast(LEDGER))


def _released(job: Job, folder: str, ledger: pa.Table) -> pa.Table:
    """A peer in an earlier release: what the release is called, the document's id, and part and row that it had there."""
    parts = ledger["peer_part"].to_pylist()
    if not any(part is not None and part >= EARLIER for part in parts):
        return ledger
    peers = _peers(job, folder, ledger)
    columns = {name: ledger[name].to_pylist() for name in ("peer_part", "peer_row", "peer_release", "peer_name")}
    for place, peer_place in enumerate(zip(parts, ledger["peer_row"].to_pylist(), strict=True)):
        peer = peers.get(peer_place)
        if peer and peer.release is not None:
            _, old_part, old_row = peer.doc_id.rsplit(":", 2)
            values = (int(old_part), int(old_row), peer.release, peer.id)
            for column, value in zip(columns.values(), values, strict=True):
                column[place] = value
    for name, values in columns.items():
        field = LEDGER.field(name)
        column = (
            pa.array(values, pa.string()).dictionary_encode().cast(DICTIONARY)
            if field.type == DICTIONARY
            else pa.array(values, field.type)
        )
        ledger = ledger.set_column(ledger.schema.get_field_index(name), field, column)
    return ledger


def _rows(job: Job, folder: str, part: int, ledger: pa.Table) -> pa.Table:
    settings = job.recipe.publish
    repairs, copies = repair_codes(ledger), _copies(job, folder, part)
    batches = stored_batches(job, job.stages[-1], part)
    tables = [published_rows(batch, repairs, copies, settings, job.recipe.steps) for batch in batches]
    if not tables:
        return pa.table({ORDER: pa.array([], pa.uint64()), SPLIT: pa.array([], pa.int32())})
    table = pa.concat_tables(tables).combine_chunks()
    return table.take(np.lexsort((table[ORDER].to_numpy(), table[SPLIT].to_numpy())))


def _removed(job: Job, folder: str, part: int) -> pa.Table:
    dropped = [job.store.read_parquet(job.folder(stage, "removed", part, "parquet")) for stage in job.stages]
    table = pa.concat_tables(dropped, promote_options="default").combine_chunks()
    if not table.num_rows:
        return with_kept(REMOVED, job.recipe.kept_fields()).empty_table()
    table = table.take(np.argsort(table["_row"].to_numpy(), kind="stable"))
    return removed_rows(table, _peers(job, folder, table), job.recipe.publish.removed, job.recipe.kept_fields())


def _copies(job: Job, folder: str, part: int) -> dict[int, int]:
    table = job.store.mapped(f"{folder}/{COPIES}")
    first, last = (int(place) for place in np.searchsorted(table["part"].to_numpy(), [part, part + 1]))
    mine = table.slice(first, last - first)
    return dict(zip(mine["row"].to_pylist(), mine["copies"].to_pylist(), strict=True))


def _peers(job: Job, folder: str, dropped: pa.Table) -> dict[tuple[int, int], Peer]:
    """The documents that explain these drops, by (part, row)."""
    table = job.store.mapped(f"{folder}/{PEERS}")
    known = packed_places(table["part"].to_numpy(), table["row"].to_numpy())
    named = dropped.filter(pc.is_valid(dropped["peer_row"]))
    wanted = np.unique(packed_places(named["peer_part"].to_numpy(), named["peer_row"].to_numpy()))
    mine = table.take(np.searchsorted(known, wanted)).to_pydict()
    places = zip(mine["part"], mine["row"], strict=True)
    return dict(zip(places, map(Peer, mine["id"], mine["doc_id"], mine["release"]), strict=True))
