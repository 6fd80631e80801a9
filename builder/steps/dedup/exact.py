"""Drop exact duplicates: documents of one canonical key, which sees neither script, width, case, spaces nor marks.

Short documents are treated like long ones. Of the documents with one key, the first in keeper order stays: published in an
earlier release, no filter would drop it, highest source priority, fewest repairs, longest text; of those that are equal so far,
one that a hash of the text chooses, then of the id, so that it does not matter in which file or order they stand. Documents of
earlier releases all stay.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
import pyarrow as pa
import xxhash

from builder.core.batch import EARLIER, PART, PRIORITY, REPAIRS, ROW, WOULD_DROP, Batch, chars, integers
from builder.core.index import KEY, unpacked_keys
from builder.core.step import VERDICT, CorpusStep, Finding, joined_column
from builder.text.canonical import canonical_keys
from builder.text.groups import is_new

ORDER = {"would_drop": bool, "repairs": np.int32, "chars": np.int64, "priority": np.int16, "text": np.uint64, "id": np.uint64}


class Exact(CorpusStep, frozen=True):
    """Equal is equal: there is no limit to set."""

    version: ClassVar[int] = 2
    adds: ClassVar[pa.Schema] = pa.schema([("exact_duplicate_of", pa.string())])
    verdict: ClassVar[pa.Schema] = VERDICT.append(pa.field("peer_id", pa.string()))

    action: Literal["drop", "annotate"] = "drop"  # annotate: all stay, and a column names the one to keep

    def sketch(self, batch: Batch, round: int, found: pa.Table | None) -> pa.Table:  # noqa: A002 - the word of the contract
        """The key (bucket and `key_low`), the place, and what keeper order asks for; 61 bytes a document."""
        del round, found
        return _sketch(
            batch,
            canonical_keys(batch["text"]),
            would_drop=integers(batch, WOULD_DROP),
            repairs=integers(batch, REPAIRS),
            chars=chars(batch),
            priority=integers(batch, PRIORITY),
            text=_hashes(batch, "text"),
            id=_hashes(batch, "id"),
            names=batch["id"] if self.action == "annotate" else None,
        )

    def recall(self, index: Batch) -> pa.Table:
        """The same of documents of earlier releases, of which keeper order asks nothing more."""
        return _sketch(index, unpacked_keys(index[KEY]), index["id"] if self.action == "annotate" else None)

    def match(self, bucket: pa.Table, round: int) -> pa.Table:  # noqa: A002 - the word of the contract
        """One verdict row for each document whose key an earlier one in keeper order has."""
        del round
        column = {name: bucket[name].to_numpy() for name in bucket.column_names if name != "name"}
        order = np.lexsort(
            (
                column["row"],
                column["part"],
                column["id"],
                column["text"],
                -column["chars"],
                column["repairs"],
                -column["priority"].astype(np.int64),
                column["would_drop"],
                column["part"] < EARLIER,
                column["key_low"],
                column["bucket"],
            )
        )
        part, row = column["part"][order], column["row"][order]
        first = is_new(column["bucket"][order], column["key_low"][order])
        keeper = np.flatnonzero(first)[np.cumsum(first) - 1]
        gone = np.flatnonzero(~first & (part < EARLIER))
        peer = keeper[gone]
        ids = bucket["name"].take(order[peer]) if "name" in bucket.column_names else pa.nulls(len(gone), pa.string())
        columns = (part[gone], row[gone], ["exact_duplicate"] * len(gone), np.ones(len(gone)), part[peer], row[peer])
        table = pa.table([pa.array(values, field.type) for values, field in zip(columns, VERDICT, strict=True)], schema=VERDICT)
        return table.append_column(self.verdict.field("peer_id"), ids)

    def annotate(self, batch: Batch, verdict: pa.Table | None = None) -> Batch:
        """Append the id of the document to keep, where that is asked for; null for those to keep and those like no other."""
        if self.action == "drop" or self.adds.names[0] in batch.column_names:
            return batch
        known = self.verdict.empty_table() if verdict is None or "peer_id" not in verdict.column_names else verdict
        return batch.append_column(self.adds.field(0), joined_column(batch, known, "peer_id"))

    def detect(self, batch: Batch, verdict: pa.Table | None = None) -> list[Finding]:
        """The duplicates, unless they are only to be annotated."""
        return [] if self.action == "annotate" else super().detect(batch, verdict)

    def limit(self) -> float:
        """Similarity of equal keys."""
        return 1.0


def _sketch(batch: Batch, keys: np.ndarray, names: pa.ChunkedArray | None = None, **order: np.ndarray) -> pa.Table:
    """Key, place, and the columns of keeper order; what is not given is 0. `names`: of the documents, where they are wanted."""
    columns = {name: order.get(name, np.zeros(batch.num_rows, kind)).astype(kind) for name, kind in ORDER.items()}
    place = {"part": integers(batch, PART), "row": integers(batch, ROW)}
    named = {} if names is None else {"name": names}
    return pa.table({"bucket": keys[:, 0], "key_low": keys[:, 1], **place, **columns, **named})


def _hashes(batch: Batch, name: str) -> np.ndarray:
    """uint64[n]: of the texts of a column."""
    return np.array([xxhash.xxh3_64_intdigest(text.encode()) for text in batch[name].to_pylist()], np.uint64)
