"""Drop near duplicates: MinHash bands propose, the exact Jaccard of 5-character shingles verifies, keeper order decides.

All documents are walked in keeper order; one goes if and only if a document that stays, shares a band with it and agrees
with it in at least `jaccard` - 0.15 of the signature has an exact Jaccard of at least `jaccard` with it. There is no
transitive closure: documents are compared only with documents that may stay. Shingles are those of the canonical key, so that
script, width, spaces and marks make no difference. Permutations are datasketch's (scheme affine32).

Keeper order ends with a hash of the text, then of the id, so that places decide nothing. Where more than 2,000 documents
that have not gone share a band, it is skipped; who stays though not compared with all is counted in `build.json` and on the card.

Three rounds: bands give groups of documents that share one, groups that touch get one name, and in each bucket the texts
meet, each once save at the borders of large families.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.metadata import version
from typing import ClassVar, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field

from builder.core.batch import (
    CLUSTER,
    EARLIER,
    PART,
    ROW,
    WOULD_DROP,
    Batch,
    chars,
    integers,
    places_of,
)
from builder.core.index import packed, unpacked
from builder.core.keeper import lower_priority, packed_rank, repairs, shorter, would_drop
from builder.core.step import VERDICT, CorpusStep, Finding, joined_column
from builder.text.canonical import canonical_codes, canonical_keys
from builder.text.groups import group_starts, unique_pairs
from builder.text.minhash import EMPTY, MULTIPLIERS, band_hashes, signatures
from builder.text.mixing import mixed
from builder.text.near.buckets import best_bands, renamed, sharing
from builder.text.near.decision import keeper_values, keepers, smallest_keys
from builder.text.near.edges import UNCOMPARED, edge_table, no_edges, numbered, peer_ids
from builder.text.near.facts import fact_classes
from builder.text.near.permutations import SCHEME, permutations
from builder.text.near.ties import ties
from builder.text.near.units import utf16_units
from builder.text.near.walk import Documents, Limits, walk_buckets
from builder.text.places import ROW_BITS, place_parts, place_rows

MARGIN = 0.15  # a pair whose signatures agree in less than limit - MARGIN is not verified: 4 standard errors at 128 permutations
CLUSTER_AGREEMENT = 0.5  # documents whose signatures agree in this share are near for the split
SIGNATURE = "signature"  # the column of an index
FIRST_EARLIER = np.uint64(EARLIER << ROW_BITS)  # places from here on are of earlier releases
NOTES = {
    "near_duplicate_of": "peer_id",
    "near_duplicate_similarity": "value",
}  # columns of `annotate`: of the verdict


class Near(CorpusStep, frozen=True):
    """`jaccard`: the least similarity of a duplicate, of 5-character shingles."""

    version: ClassVar[int] = 2
    rounds: ClassVar[int] = 3
    adds: ClassVar[pa.Schema] = pa.schema(
        [(CLUSTER, pa.uint64()), ("near_duplicate_of", pa.string()), ("near_duplicate_similarity", pa.float64())]
    )
    verdict: ClassVar[pa.Schema] = pa.schema(
        [*VERDICT, ("cluster", pa.uint64()), ("peer_id", pa.string()), ("uncompared", pa.bool_())]
    )

    jaccard: float = Field(0.8, gt=0.2, le=1.0)  # 0.8: the usual limit of published corpora, here exact and not estimated
    num_perm: int = Field(128, ge=16, le=1024)  # values in a signature
    shingle_chars: int = Field(5, ge=2, le=16)  # 5 characters are about 3 words
    seed: int = Field(1, ge=0, lt=1 << 32)  # of datasketch's permutations
    protect_facts: bool = False  # documents that differ in numbers and names stay: forecasts, notices, results of one template
    action: Literal["drop", "annotate"] = "drop"  # annotate: all stay, and two columns name the one to keep and how similar it is

    def depends(self) -> dict[str, str]:
        """The permutations are drawn by datasketch."""
        return {"datasketch": version("datasketch")}

    def bands(self) -> tuple[int, int]:
        """(bands, rows): the most rows that find a pair at the limit."""
        return best_bands(self.num_perm, self.jaccard)

    def columns(self, round: int) -> tuple[str, ...]:  # noqa: A002 - the word of the contract
        """Round 1 needs no texts."""
        return (PART, ROW, WOULD_DROP) if round == 1 else ()

    def sketch(self, batch: Batch, round: int, found: pa.Table | None) -> pa.Table:  # noqa: A002 - the word of the contract
        """Round 0: a row for each band. 1: for each group of a document. 2: signature, key and shingle text, for each bucket."""
        if round == 0 or found is None:
            return self._propose(batch)
        rows, groups = _wanted(integers(batch, ROW), found)
        return _named(batch, rows, groups) if round == 1 else self._collect(batch, rows, groups)

    def match(self, bucket: pa.Table, round: int) -> pa.Table:  # noqa: A002 - the word of the contract
        """Round 0: who shares a band. 1: the names of groups that touch. 2: the pairs that decide."""
        hashes = bucket["bucket"].to_numpy()
        if round == 0:
            return _grouped(*sharing(hashes, _places(bucket), FIRST_EARLIER))
        if round == 1:
            return _grouped(*renamed(hashes, _places(bucket), bucket["least"].to_numpy() if bucket.num_rows else hashes))
        return self._verify(bucket)

    def decide(self, edges: Iterator[pa.Table]) -> Iterator[pa.Table]:
        """Walk in keeper order, then cluster; one verdict row for each document that has a pair."""
        tables = list(edges)
        pairs = numbered(tables)
        alike = pairs.similarity >= self.jaccard
        verified = pairs.earlier[alike], pairs.later[alike], pairs.similarity[alike]
        published = pairs.places >= FIRST_EARLIER
        keeper = keepers(len(pairs.places), *verified, published)
        gone = keeper >= 0
        uncompared = np.zeros(len(gone), bool)
        uncompared[pairs.later[pairs.similarity == UNCOMPARED]] = True
        peer = pairs.places[np.maximum(keeper, 0)]
        ids = peer_ids(tables, peer) if self.action == "annotate" else pa.nulls(len(gone), pa.string())
        columns = (
            place_parts(pairs.places),
            place_rows(pairs.places),
            pa.array(["near_duplicate"] * len(gone), pa.string(), mask=~gone),
            pa.array(keeper_values(keeper, *verified), pa.float64(), mask=~gone),
            pa.array(place_parts(peer), mask=~gone),
            pa.array(place_rows(peer), mask=~gone),
            smallest_keys(pairs.keys, pairs.earlier, pairs.later, alike, published),
            pc.if_else(pa.array(gone), ids, None),
            uncompared & ~gone,
        )
        yield pa.table([pa.array(column) for column in columns], schema=self.verdict)

    def annotate(self, batch: Batch, verdict: pa.Table | None = None) -> Batch:
        """Append the smallest key among the documents that are near, on which the split depends, and what `action` asks for."""
        known = self.verdict.empty_table()
        if verdict is not None and "cluster" in verdict.column_names:  # one read back from the ledger knows no cluster
            known = verdict
        for name, of in ({CLUSTER: "cluster"} | (NOTES if self.action == "annotate" else {})).items():
            if name not in batch.column_names:
                batch = batch.append_column(self.adds.field(name), joined_column(batch, known, of))
        return batch

    def detect(self, batch: Batch, verdict: pa.Table | None = None) -> list[Finding]:
        """The duplicates, unless they are only to be annotated."""
        return [] if self.action == "annotate" else super().detect(batch, verdict)

    def remember(self, batch: Batch) -> pa.Table:
        """The signature of each document, `num_perm` little-endian uint32, and in the metadata how it was made."""
        offsets, codes = canonical_codes(batch["text"])
        column = packed(self._signatures(codes, offsets).astype("<u4", copy=False))
        settings = {"scheme": SCHEME, **self.model_dump(include={"num_perm", "seed", "shingle_chars"})}
        metadata = {self.name(): json.dumps(settings, sort_keys=True)}
        return pa.table([column], pa.schema([pa.field(SIGNATURE, column.type)], metadata))

    def recall(self, index: Batch) -> pa.Table:
        """The bands of documents of earlier releases; one that is too short for shingles has none."""
        signed = np.ascontiguousarray(unpacked(index[SIGNATURE], "<u4"))
        long = np.flatnonzero((signed != EMPTY).any(axis=1))
        return self._proposed(signed[long], places_of(index)[long])

    def uncompared(self, verdict: pa.Table) -> int:
        """The documents that stay and were not compared with all that share a band with them: too many did."""
        return pc.sum(verdict["uncompared"]).as_py() or 0

    def limit(self) -> float:
        """The least Jaccard of a duplicate."""
        return self.jaccard

    def _signatures(self, codes: np.ndarray, offsets: np.ndarray) -> np.ndarray:
        return signatures(codes, offsets, *permutations(self.num_perm, self.seed), self.shingle_chars)

    def _propose(self, batch: Batch) -> pa.Table:
        offsets, codes = canonical_codes(batch["text"])
        long = np.flatnonzero(np.diff(offsets) >= self.shingle_chars)
        return self._proposed(self._signatures(codes, offsets)[long], places_of(batch)[long])

    def _proposed(self, signed: np.ndarray, places: np.ndarray) -> pa.Table:
        """A row for each band of the documents at `places`."""
        hashes = band_hashes(signed, *self.bands())
        return pa.table({"bucket": hashes.reshape(-1), "place": np.repeat(places, hashes.shape[1])})

    def _collect(self, batch: Batch, rows: np.ndarray, groups: np.ndarray) -> pa.Table:
        """All of each document that verification asks for, once for each of its groups."""
        where, position, count = np.unique(rows, return_inverse=True, return_counts=True)
        batch = batch.take(where)
        offsets, codes = canonical_codes(batch["text"])
        unit_offsets, units = utf16_units(codes, offsets)
        table = pa.table(
            {
                "place": places_of(batch),
                "rank": keeper_rank(batch),
                "key": _split_keys(batch),
                "tie": ties(batch["text"], batch["id"]),
                "alone": count == 1,
                "signature": packed(self._signatures(codes, offsets)),
                "units": _binary(unit_offsets, units),
            }
        )
        if self.action == "annotate":
            table = table.append_column("id", batch["id"])
        return table.take(position).add_column(0, "bucket", pa.array(mixed(groups)))  # spread over the ranges

    def _verify(self, bucket: pa.Table) -> pa.Table:
        if not bucket.num_rows:
            return no_edges(named=self.action == "annotate")
        bucket = bucket.combine_chunks()
        order = np.lexsort(tuple(bucket[name].to_numpy() for name in ("place", "tie", "key", "rank", "bucket")))
        starts = group_starts(bucket["bucket"].to_numpy()[order])
        signed, place = unpacked(bucket["signature"], "<u4"), bucket["place"].to_numpy()
        pairs = walk_buckets(
            Documents(
                signed, band_hashes(signed, *self.bands()), *_units(bucket["units"]), alone=bucket["alone"].to_numpy(),
                published=place >= FIRST_EARLIER,
            ),
            order,
            np.append(starts, len(order)),
            np.ascontiguousarray(MULTIPLIERS[:, : self.shingle_chars]),
            self._limits(),
            fact_classes() if self.protect_facts else None,
        )  # fmt: skip
        return edge_table(bucket, pairs)

    def _limits(self) -> Limits:
        agreements = (max(self.jaccard - MARGIN, 0), CLUSTER_AGREEMENT)
        return Limits(self.jaccard, *(int(np.ceil(share * self.num_perm)) for share in agreements))


def keeper_rank(batch: Batch) -> np.ndarray:
    """uint64[n]: smaller is kept first.

    Not published earlier (1 bit), would be dropped (1), lower priority (16), repairs (8), fewer characters (32).
    """
    fresh = (integers(batch, PART) < EARLIER).astype(np.uint64), 1
    return packed_rank(fresh, would_drop(batch), lower_priority(batch), repairs(batch), shorter(chars(batch)))


def _split_keys(batch: Batch) -> np.ndarray:
    """uint64[n]: the first half of the key; of a document of an earlier release, the key by which its split was chosen."""
    if batch.num_rows and batch[PART][0].as_py() >= EARLIER:
        return integers(batch, CLUSTER)
    return canonical_keys(batch["text"])[:, 0]


def _places(bucket: pa.Table) -> np.ndarray:
    """uint64[n]; a table that no document gave rows to has buckets alone."""
    return bucket["place"].to_numpy() if bucket.num_rows else np.empty(0, np.uint64)


def _grouped(places: np.ndarray, groups: np.ndarray) -> pa.Table:
    """Documents and their groups, as the next round finds them."""
    return pa.table({"part": place_parts(places), "row": place_rows(places), "group": groups})


def _wanted(rows: np.ndarray, found: pa.Table) -> tuple[np.ndarray, np.ndarray]:
    """(positions in the batch int64[k], group uint64[k]): each document of the batch once for each of its groups."""
    wanted, group = found["row"].to_numpy(), found["group"].to_numpy()
    if not len(rows):
        return np.empty(0, np.int64), np.empty(0, np.uint64)
    place = np.searchsorted(rows, wanted)
    mine = rows[np.minimum(place, len(rows) - 1)] == wanted
    return unique_pairs(place[mine], group[mine])  # bands of several ranges name one group


def _named(batch: Batch, rows: np.ndarray, groups: np.ndarray) -> pa.Table:
    """A row for each group of a document, with the smallest name of its groups, which stands first."""
    first = np.maximum.accumulate(np.where(np.diff(rows, prepend=-1) != 0, np.arange(len(rows)), 0))
    return pa.table({"bucket": mixed(groups), "place": places_of(batch)[rows], "least": groups[first]})


def _binary(offsets: np.ndarray, units: np.ndarray) -> pa.LargeBinaryArray:
    """A column of the bytes of 16-bit units."""
    return pa.LargeBinaryArray.from_buffers(
        pa.large_binary(), len(offsets) - 1, [None, pa.py_buffer(offsets * units.itemsize), pa.py_buffer(units)]
    )


def _units(column: pa.ChunkedArray) -> tuple[np.ndarray, np.ndarray]:
    """(offsets int64[n + 1], units uint16[...]) of a column that `_binary` made."""
    array = column.combine_chunks()
    offsets = np.frombuffer(array.buffers()[1], np.int64)[array.offset : array.offset + len(array) + 1]
    return offsets // 2, np.frombuffer(array.buffers()[2], np.uint16)
