"""Drop near duplicates: MinHash bands propose, the exact Jaccard of 5-character shingles verifies, keeper order decides.

All documents are walked in keeper order; one goes if and only if a document that stays, shares a band with it and agrees
with it in at least `jaccard` - 0.15 of the signature has an exact Jaccard of at least `jaccard` with it. There is no
transitive closure: documents are compared only with documents that stay. Shingles are those of the canonical key, so that
script, width, spaces and marks make no difference. Permutations are datasketch's (scheme affine32).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field

from builder.core.batch import CLUSTER, PART, PRIORITY, REPAIRS, ROW, ROW_BITS, WOULD_DROP, Batch, chars, integers
from builder.core.step import VERDICT, CorpusStep, join_rows
from builder.text.canonical import canonical_codes, canonical_keys
from builder.text.minhash import band_hashes, jaccard, signatures, sorted_shingles
from builder.text.mixing import mixed
from builder.text.pairs import components, group_pairs, keepers, leader_pairs

FOUND = 0.999  # bands are chosen so that a pair at the limit shares one with at least this probability
MARGIN = 0.15  # a pair whose signatures agree in less than limit - MARGIN is not verified: 4 standard errors at 128 permutations
CLUSTER_AGREEMENT = 0.5  # documents whose signatures agree in this share are near for the split
MAX_CLUSTER = 1_000  # larger clusters are formed again from pairs at the limit alone
MAX_GROUP = 2_000  # in larger groups of documents that share bands, each is compared only with those that are like none before
MAX_REPAIRS, MAX_CHARS, MAX_PRIORITY = (1 << 8) - 1, (1 << 32) - 1, 1 << 14  # what the packed keeper rank can tell apart

EDGE = pa.schema(
    [
        ("part", pa.int32()),
        ("earlier", pa.uint64()),  # part << 40 | row
        ("later", pa.uint64()),
        ("earlier_rank", pa.uint64()),
        ("later_rank", pa.uint64()),
        ("earlier_key", pa.uint64()),
        ("later_key", pa.uint64()),
        ("jaccard", pa.float64()),  # exact; 0 for a pair that was not verified
    ]
)


class Near(CorpusStep, frozen=True):
    """`jaccard`: the least similarity of a duplicate, of 5-character shingles."""

    rounds: ClassVar[int] = 2
    adds: ClassVar[pa.Schema] = pa.schema([(CLUSTER, pa.uint64())])
    verdict: ClassVar[pa.Schema] = VERDICT.append(pa.field("cluster", pa.uint64()))

    jaccard: float = Field(0.8, gt=0.2, le=1.0)  # 0.8: the usual limit of published corpora, here exact and not estimated
    num_perm: int = Field(128, ge=16, le=1024)  # values in a signature
    shingle_chars: int = Field(5, ge=2, le=16)  # 5 characters are about 3 words
    seed: int = Field(1, ge=0, lt=1 << 32)  # of datasketch's permutations

    def depends(self) -> dict[str, str]:
        """The permutations are drawn by datasketch."""
        return {"datasketch": version("datasketch")}

    def bands(self) -> tuple[int, int]:
        """(bands, rows): the most rows that find a pair at the limit with probability FOUND."""
        for rows in range(self.num_perm, 0, -1):
            bands = self.num_perm // rows
            if 1 - (1 - self.jaccard**rows) ** bands >= FOUND:
                return bands, rows
        return self.num_perm, 1

    def sketch(self, batch: Batch, round: int, found: pa.Table | None) -> pa.Table:  # noqa: A002 - the word of the contract
        """Round 0: one row for each band. Round 1: signature, key and shingle text of the documents that share one."""
        return self._propose(batch) if round == 0 or found is None else self._collect(batch, found)

    def match(self, bucket: pa.Table, round: int) -> pa.Table:  # noqa: A002 - the word of the contract
        """Round 0: who shares a band. Round 1: verified pairs, and pairs near enough for one split."""
        return _sharing(bucket) if round == 0 else self._verify(bucket)

    def decide(self, edges: Iterator[pa.Table]) -> Iterator[pa.Table]:
        """Walk in keeper order, then cluster; one verdict row for each document that has a pair."""
        table = pa.concat_tables([EDGE.empty_table(), *edges])
        if not table.num_rows:
            return
        earlier, later, places, keys = _numbered(table)
        similarity = table["jaccard"].to_numpy()
        strong = similarity >= self.jaccard
        keeper = keepers(len(places), earlier[strong], later[strong], similarity[strong])
        value = _values(keeper, earlier, later, similarity)
        cluster = _clusters(keys, earlier, later, strong)
        gone = keeper >= 0
        peer = places[np.maximum(keeper, 0)]
        yield pa.table(
            [
                pa.array((places >> ROW_BITS).astype(np.int32)),
                pa.array(_row(places)),
                pa.array(["near_duplicate"] * len(gone), pa.string(), mask=~gone),
                pa.array(value, pa.float64(), mask=~gone),
                pa.array((peer >> ROW_BITS).astype(np.int32), mask=~gone),
                pa.array(_row(peer), mask=~gone),
                pa.array(cluster),
            ],
            schema=self.verdict,
        )

    def annotate(self, batch: Batch, verdict: pa.Table | None = None) -> Batch:
        """Append the smallest key among the documents that are near: the split depends on it."""
        column, null = np.zeros(batch.num_rows, np.uint64), np.ones(batch.num_rows, bool)
        if verdict is not None and verdict.num_rows:
            known = verdict.filter(pc.is_valid(verdict["cluster"]))  # a verdict read back from the ledger knows no cluster
            rows, places = join_rows(batch, known)
            column[rows] = known["cluster"].to_numpy()[places]
            null[rows] = False
        appended = pa.array(column, mask=null)
        place = batch.schema.get_field_index(CLUSTER)
        return batch.append_column(self.adds.field(0), appended) if place < 0 else batch

    def limit(self) -> float:
        """The least Jaccard of a duplicate."""
        return self.jaccard

    def _signatures(self, codes: np.ndarray, offsets: np.ndarray) -> np.ndarray:
        return signatures(codes, offsets, *permutations(self.num_perm, self.seed), self.shingle_chars)

    def _propose(self, batch: Batch) -> pa.Table:
        offsets, codes = canonical_codes(batch["text"])
        long = np.flatnonzero(np.diff(offsets) >= self.shingle_chars)
        bands, rows = self.bands()
        hashes = band_hashes(self._signatures(codes, offsets), bands, rows)[long]
        part, row = (np.repeat(integers(batch, name)[long], bands) for name in (PART, ROW))
        return pa.table({"bucket": hashes.reshape(-1), "part": part, "row": row})

    def _collect(self, batch: Batch, found: pa.Table) -> pa.Table:
        mine, group = _wanted(integers(batch, ROW), found)
        where, position = np.unique(mine, return_inverse=True)
        batch = batch.take(where)
        offsets, codes = canonical_codes(batch["text"])
        keys = canonical_keys(batch["text"])
        signature = np.ascontiguousarray(self._signatures(codes, offsets)).view(np.uint8).reshape(-1)
        table = pa.table(
            {
                "place": _place(integers(batch, PART), integers(batch, ROW)),
                "rank": keeper_rank(batch),
                "key": keys[:, 0],
                "signature": pa.FixedSizeBinaryArray.from_buffers(
                    pa.binary(4 * self.num_perm), len(where), [None, pa.py_buffer(signature)]
                ),
                "codes": pa.LargeBinaryArray.from_buffers(
                    pa.large_binary(), len(where), [None, pa.py_buffer(offsets * 4), pa.py_buffer(codes)]
                ),
            }
        )
        return table.take(position).add_column(0, "bucket", pa.array(group))

    def _verify(self, bucket: pa.Table) -> pa.Table:
        if not bucket.num_rows:
            return EDGE.empty_table()
        order = np.lexsort(tuple(bucket[name].to_numpy() for name in ("place", "key", "rank", "bucket")))
        table = bucket.take(order).combine_chunks()
        starts = np.flatnonzero(np.append(True, np.diff(table["bucket"].to_numpy()) != 0))
        borders = np.append(starts, table.num_rows).astype(np.int64)
        offsets, codes = _codes(table["codes"].combine_chunks())
        shingles = sorted_shingles(codes, offsets, self.shingle_chars)
        signature = np.frombuffer(table["signature"].combine_chunks().buffers()[1], np.uint32).reshape(-1, self.num_perm)
        small = np.diff(borders) <= MAX_GROUP
        found = [self._all_pairs(signature, shingles, borders, small)]
        found += [self._with_leaders(signature, shingles, borders[place], borders[place + 1]) for place in np.flatnonzero(~small)]
        return _edges(table, *(np.concatenate(column) for column in zip(*found, strict=True)))

    def _all_pairs(
        self, signature: np.ndarray, shingles: tuple[np.ndarray, np.ndarray], borders: np.ndarray, small: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(left, right, similarity) of the useful pairs of all groups that are small enough to compare all with all."""
        weak, least = int(np.ceil(CLUSTER_AGREEMENT * self.num_perm)), self._least()
        singles = [np.arange(*borders[at : at + 2]) for at in np.flatnonzero(~small)]  # a large group as groups of one document
        edges = np.unique(np.concatenate([borders, *singles]))
        left, right, agreement = group_pairs(signature, edges, *self.bands(), min(weak, least))
        similarity = np.zeros(len(left))
        strong = np.flatnonzero(agreement >= least)
        offsets, hashes = shingles
        shared, union = jaccard(hashes, offsets, left[strong], right[strong])
        similarity[strong] = shared / union
        useful = (agreement >= weak) | (similarity >= self.jaccard)
        return left[useful], right[useful], similarity[useful]

    def _with_leaders(
        self, signature: np.ndarray, shingles: tuple[np.ndarray, np.ndarray], start: int, end: int
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(left, right, similarity) of the verified pairs of one large group."""
        offsets, hashes = shingles
        left, right, similarity = leader_pairs(
            signature[start:end], hashes, offsets[start : end + 1], *self.bands(), self._least(), self.jaccard
        )
        return left + start, right + start, similarity

    def _least(self) -> int:
        """Values in which the signatures of a pair must agree to be verified."""
        return int(np.ceil(max(self.jaccard - MARGIN, 0) * self.num_perm))


@cache
def permutations(num_perm: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Multipliers and offsets as datasketch draws them, uint32[num_perm] each."""
    from datasketch import MinHash  # noqa: PLC0415 - it brings scipy along: half a second, which only the tasks that sketch pay

    a, b = MinHash(num_perm=num_perm, seed=seed, scheme="affine32").permutations
    return np.ascontiguousarray(a, np.uint32), np.ascontiguousarray(b, np.uint32)


def keeper_rank(batch: Batch) -> np.ndarray:
    """uint64[n]: smaller is kept first. Would be dropped (1 bit), repairs (8), fewer characters (32), lower priority (15)."""
    would_drop = integers(batch, WOULD_DROP).astype(np.uint64)
    repairs = np.minimum(integers(batch, REPAIRS), MAX_REPAIRS).astype(np.uint64)
    shorter = (MAX_CHARS - np.minimum(chars(batch), MAX_CHARS)).astype(np.uint64)
    lower = (MAX_PRIORITY - np.clip(integers(batch, PRIORITY), -MAX_PRIORITY + 1, MAX_PRIORITY)).astype(np.uint64)
    return would_drop << np.uint64(55) | repairs << np.uint64(47) | shorter << np.uint64(15) | lower


def _place(part: np.ndarray, row: np.ndarray) -> np.ndarray:
    return part.astype(np.uint64) << np.uint64(ROW_BITS) | row.astype(np.uint64)


def _row(place: np.ndarray) -> np.ndarray:
    return (place & np.uint64((1 << ROW_BITS) - 1)).astype(np.int64)


def _sharing(bucket: pa.Table) -> pa.Table:
    """(part, row, group) of all documents in a band with others; the group is named by the first document of the band.

    Two documents that share several bands mostly meet in one group, since those bands have one first document.
    """
    hashes = bucket["bucket"].to_numpy()
    place = _place(bucket["part"].to_numpy(), bucket["row"].to_numpy()) if bucket.num_rows else np.empty(0, np.uint64)
    order = np.lexsort((place, hashes))
    hashes, place = hashes[order], place[order]
    first = np.append(True, hashes[1:] != hashes[:-1])[: len(hashes)]
    starts = np.flatnonzero(first)
    size = np.diff(np.append(starts, len(hashes)))
    group = np.repeat(place[starts], size)
    shared = np.repeat(size > 1, size)
    pairs = np.unique(np.stack([place[shared], group[shared]], axis=1), axis=0)
    return pa.table(
        {
            "part": pa.array((pairs[:, 0] >> np.uint64(ROW_BITS)).astype(np.int32)),
            "row": pa.array(_row(pairs[:, 0])),
            "group": pa.array(mixed(pairs[:, 1])),  # names spread over the whole range of buckets,
        }
    )


def _wanted(rows: np.ndarray, found: pa.Table) -> tuple[np.ndarray, np.ndarray]:
    """(positions in the batch int64[k], group uint64[k]): each document of the batch once for each of its groups."""
    wanted, group = found["row"].to_numpy(), found["group"].to_numpy()
    if not len(rows):
        return np.empty(0, np.int64), np.empty(0, np.uint64)
    place = np.searchsorted(rows, wanted)
    mine = rows[np.minimum(place, len(rows) - 1)] == wanted
    pairs = np.unique(
        np.stack([place[mine].astype(np.uint64), group[mine]], axis=1), axis=0
    )  # bands of several ranges name one group
    return pairs[:, 0].astype(np.int64), pairs[:, 1]


def _codes(column: pa.LargeBinaryArray) -> tuple[np.ndarray, np.ndarray]:
    """(offsets int64[n + 1], codes uint32[...]) of a column of little-endian code points."""
    offsets = np.frombuffer(column.buffers()[1], np.int64)[column.offset : column.offset + len(column) + 1]
    codes = np.frombuffer(column.buffers()[2], np.uint32)
    return offsets // 4, codes


def _edges(table: pa.Table, left: np.ndarray, right: np.ndarray, similarity: np.ndarray) -> pa.Table:
    place, rank, key = (table[name].to_numpy() for name in ("place", "rank", "key"))
    columns = (
        (place[right] >> np.uint64(ROW_BITS)).astype(np.int32),
        *(column[side] for column in (place, rank, key) for side in (left, right)),
        similarity,
    )
    return pa.table([pa.array(column, field.type) for column, field in zip(columns, EDGE, strict=True)], schema=EDGE)


def _numbered(table: pa.Table) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """(earlier, later, places, keys): all documents numbered in keeper order, and the edges in these numbers."""
    both = [np.concatenate([table[f"{end}{what}"].to_numpy() for end in ("earlier", "later")]) for what in ("", "_rank", "_key")]
    places, first, position = np.unique(both[0], return_index=True, return_inverse=True)
    rank, key = both[1][first], both[2][first]
    order = np.lexsort((places, key, rank))
    number = np.empty(len(order), np.int64)
    number[order] = np.arange(len(order))
    numbers = number[position]
    return numbers[: table.num_rows], numbers[table.num_rows :], places[order], key[order]


def _values(keeper: np.ndarray, earlier: np.ndarray, later: np.ndarray, similarity: np.ndarray) -> np.ndarray:
    """float64[n]: the similarity of each document with its keeper."""
    value = np.zeros(len(keeper))
    chosen = keeper[later] == earlier
    np.maximum.at(value, later[chosen], similarity[chosen])
    return value


def _clusters(keys: np.ndarray, earlier: np.ndarray, later: np.ndarray, strong: np.ndarray) -> np.ndarray:
    """uint64[n]: the smallest key of each document's component; components over MAX_CLUSTER again, at the limit."""
    root = components(len(keys), earlier, later)
    large = np.bincount(root, minlength=len(keys))[root] > MAX_CLUSTER
    inside = ~large[earlier] | strong
    root = components(len(keys), earlier[inside], later[inside])
    smallest = np.full(len(keys), np.iinfo(np.uint64).max, np.uint64)
    np.minimum.at(smallest, root, keys)
    return smallest[root]
