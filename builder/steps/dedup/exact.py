"""Drop exact duplicates: documents of one canonical key, which sees neither script, width, case, spaces nor marks.

Short documents are treated like long ones. Of the documents with one key, the first in keeper order stays: no filter
would drop it, fewest repairs, longest text, highest source priority; of those that are equal so far, one that a hash of text and
id chooses, so that it does not matter in which file or order they stand.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import xxhash

from builder.core.batch import PART, PRIORITY, REPAIRS, ROW, WOULD_DROP, Batch, chars, integers
from builder.core.step import VERDICT, CorpusStep
from builder.text.canonical import canonical_keys


class Exact(CorpusStep, frozen=True):
    """No settings: equal is equal."""

    def sketch(self, batch: Batch, round: int, found: pa.Table | None) -> pa.Table:  # noqa: A002 - the word of the contract
        """The key (bucket and `key_low`), the place, and what keeper order asks for; 53 bytes a document."""
        del round, found
        keys = canonical_keys(batch["text"])
        return pa.table(
            {
                "bucket": keys[:, 0],
                "key_low": keys[:, 1],
                "part": integers(batch, PART),
                "row": integers(batch, ROW),
                "would_drop": integers(batch, WOULD_DROP),
                "repairs": integers(batch, REPAIRS),
                "chars": chars(batch),
                "priority": integers(batch, PRIORITY),
                "choice": _choices(batch),
            }
        )

    def match(self, bucket: pa.Table, round: int) -> pa.Table:  # noqa: A002 - the word of the contract
        """One verdict row for each document whose key an earlier one in keeper order has."""
        del round
        column = {name: bucket[name].to_numpy() for name in bucket.column_names}
        order = np.lexsort(
            (
                column["row"],
                column["part"],
                column["choice"],
                -column["priority"].astype(np.int64),
                -column["chars"],
                column["repairs"],
                column["would_drop"],
                column["key_low"],
                column["bucket"],
            )
        )
        high, low = column["bucket"][order], column["key_low"][order]
        part, row = column["part"][order], column["row"][order]
        first = np.ones(len(order), bool)
        first[1:] = (high[1:] != high[:-1]) | (low[1:] != low[:-1])
        keeper = np.flatnonzero(first)[np.cumsum(first) - 1] if len(order) else np.empty(0, np.int64)
        gone = np.flatnonzero(~first)
        peer = keeper[gone]
        columns = (part[gone], row[gone], ["exact_duplicate"] * len(gone), np.ones(len(gone)), part[peer], row[peer])
        return pa.table([pa.array(values, field.type) for values, field in zip(columns, VERDICT, strict=True)], schema=VERDICT)

    def limit(self) -> float:
        """Similarity of equal keys."""
        return 1.0


def _choices(batch: Batch) -> np.ndarray:
    """uint64[n]: a hash of id and text."""
    pairs = zip(batch["id"].to_pylist(), batch["text"].to_pylist(), strict=True)
    return np.array([xxhash.xxh3_64_intdigest(f"{name}\0{text}".encode()) for name, text in pairs], np.uint64)
