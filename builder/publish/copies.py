"""How many documents each kept one stands for, and the ids of the documents that explain a drop."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from builder.core.batch import EARLIER, ROW
from builder.core.executor import Payload, Result
from builder.core.ledger import DROP
from builder.run.earlier import named
from builder.run.job import Job, job_from
from builder.run.stored import stored_batches
from builder.text.places import packed_places, place_parts, place_rows

COPIES = "copies.arrow"
PEERS = "peers.arrow"


def count_copies(payload: Payload) -> Result:
    """Task. From the drops that name a peer: `copies.arrow` (part, row, copies), sorted, of all documents that stand for others.

    A drop that points to a dropped document is followed to the one that stays. What was published earlier is not counted again.
    """
    job = job_from(payload["job"])
    gone, peer = _drops(job)
    order = np.argsort(gone)
    gone, peer = gone[order], peer[order]
    root = _followed(gone, peer)
    place, count = np.unique(root[place_parts(root) < EARLIER], return_counts=True)
    table = pa.table(
        {
            "part": pa.array(place_parts(place)),
            "row": pa.array(place_rows(place)),
            "copies": pa.array(count),
        }
    )
    wanted = np.unique(peer)
    peers = pa.table({"part": pa.array(place_parts(wanted)), "row": pa.array(place_rows(wanted))})
    ids = [_named(job, peers, part) for part in np.unique(peers["part"].to_numpy()).tolist()]
    empty = pa.table(
        {
            "part": pa.array([], pa.int32()),
            "row": pa.array([], pa.int64()),
            "id": pa.array([], pa.string()),
            "doc_id": pa.array([], pa.string()),
            "release": pa.array([], pa.string()),
        }
    )
    job.store.write_arrow(f"{payload['folder']}/{COPIES}", table)
    job.store.write_arrow(f"{payload['folder']}/{PEERS}", pa.concat_tables([empty, *ids]))  # last: it says that both are there
    return {}


def _drops(job: Job) -> tuple[np.ndarray, np.ndarray]:
    """(dropped, peer): uint64[k] each, the places of every drop with a peer."""
    gone: list[np.ndarray] = [np.empty(0, np.uint64)]
    peer: list[np.ndarray] = [np.empty(0, np.uint64)]
    for stage in job.stages:
        if stage.opening is None:
            continue
        for part in range(job.parts):
            table = job.store.read_parquet(
                job.folder(stage, "ledger", part, "parquet"), ["part", "row", "action", "peer_part", "peer_row"]
            )
            drops = table.filter(pc.and_(pc.equal(table["action"].cast(pa.string()), DROP), pc.is_valid(table["peer_row"])))
            columns = [drops[name].to_numpy() for name in ("part", "row", "peer_part", "peer_row")]
            gone.append(packed_places(*columns[:2]))
            peer.append(packed_places(*columns[2:]))
    return np.concatenate(gone), np.concatenate(peer)


def _followed(gone: np.ndarray, peer: np.ndarray) -> np.ndarray:
    """The end of each chain of drops. `gone` ascends; chains end, since each stage points to documents that it keeps."""
    root = peer.copy()
    while len(gone):
        place = np.minimum(np.searchsorted(gone, root), len(gone) - 1)
        on = gone[place] == root
        if not on.any():
            break
        root[on] = peer[place[on]]
    return root


def _named(job: Job, peers: pa.Table, part: int) -> pa.Table:
    """The ids of the wanted rows of one part, from the documents of its first stage, or from the index of an earlier release."""
    rows = peers["row"].to_numpy()[peers["part"].to_numpy() == part]
    release = None
    if part >= EARLIER:
        chosen, release = named(job.shard(part), rows), job.shard(part).release
    else:
        documents = pa.concat_tables(stored_batches(job, job.stages[0], part, (ROW, "id", "doc_id")))
        chosen = documents.take(np.searchsorted(documents[ROW].to_numpy(), rows))
    return pa.table(
        {
            "part": pa.array(np.full(len(rows), part, np.int32)),
            "row": pa.array(rows),
            "id": chosen["id"],
            "doc_id": chosen["doc_id"],
            "release": pa.array([release] * len(rows), pa.string()),
        }
    )
