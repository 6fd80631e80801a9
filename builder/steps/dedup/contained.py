"""Drop documents that stand whole inside another one: the page that quotes them stays. In no recipe that ships.

All documents are walked from the longest to the shortest; one goes if and only if a document before it that stays holds at least
`min_containment` of its 5-character shingles. A document that a filter would drop stands behind all that none would drop, so that
nothing goes for the sake of what goes itself. No transitive closure: documents are compared only with documents that stay.
Shingles are those of the canonical key: script, width, spaces and marks make no difference.

Two rounds. Fingerprints, one in 32 characters, propose: a document is compared with those that have a quarter of its own.
Then the texts meet and their shingles are counted. A document that another one holds letter for letter is never missed, unless
more than 8 documents share most of it and the one that holds the whole is none of the 4 longest.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal, NamedTuple

import numpy as np
import pyarrow as pa
from pydantic import Field

from builder.core.batch import Batch, places_of
from builder.core.keeper import lower_priority, packed_rank, repairs, shorter, would_drop
from builder.core.step import VERDICT, CorpusStep, Finding, joined_column
from builder.text.canonical import canonical_codes, canonical_keys
from builder.text.fingerprints import QUOTED, fingerprints
from builder.text.groups import group_starts
from builder.text.minhash import jaccard, sorted_shingles
from builder.text.mixing import mixed
from builder.text.near.decision import keeper_values, keepers
from builder.text.near.edges import edge_table, no_edges, numbered, peer_ids
from builder.text.near.ties import ties
from builder.text.near.walk import Pairs
from builder.text.places import place_parts, place_rows

SMALL_GROUP = 8  # documents that share a fingerprint, up to which each is proposed to each longer one
LONGEST = 4  # of a larger group, each document is proposed to so many of the longest
VOTES = 4  # a container has at least one in so many of a document's fingerprints: an edit costs at most a few of them
MAX_CONTAINERS = 8  # that are compared with one document: those with most of its fingerprints
NOTES = {"contained_in": "peer_id", "containment": "value"}  # columns of `annotate`: of the verdict


class Proposals(NamedTuple):
    """Pairs of documents, each once; by place."""

    inner: np.ndarray  # uint64[k]
    outer: np.ndarray  # uint64[k]
    outer_rank: np.ndarray  # uint64[k]
    outer_key: np.ndarray  # uint64[k]
    outer_tie: np.ndarray  # uint64[k]
    votes: np.ndarray  # int64[k]: fingerprints in common
    total: np.ndarray  # int64[k]: fingerprints of the inner one


class Contained(CorpusStep, frozen=True):
    """`min_containment`: of the different shingles of a document, those that also stand in the other one."""

    rounds: ClassVar[int] = 2
    adds: ClassVar[pa.Schema] = pa.schema([("contained_in", pa.string()), ("containment", pa.float64())])
    verdict: ClassVar[pa.Schema] = VERDICT.append(pa.field("peer_id", pa.string()))

    min_containment: float = Field(
        0.95, ge=0.5, le=1
    )  # an example: one edit in a hundred characters, or a byline that is missing
    min_chars: int = Field(100, ge=QUOTED)  # of the key; what is shorter may be quoted without being a copy
    shingle_chars: int = Field(5, ge=2, le=16)  # as in dedup.near
    action: Literal["drop", "annotate"] = "drop"  # annotate: all stay, and two columns name the container and the containment

    def sketch(self, batch: Batch, round: int, found: pa.Table | None) -> pa.Table:  # noqa: A002 - the word of the contract
        """Round 0: a row for each fingerprint. Round 1: the texts, once for each container in question."""
        offsets, codes = canonical_codes(batch["text"])
        if round == 0 or found is None:
            return self._propose(batch, offsets, codes)
        return self._collect(batch, offsets, codes, found)

    def match(self, bucket: pa.Table, round: int) -> pa.Table:  # noqa: A002 - the word of the contract
        """Round 0: who may hold whom. Round 1: who does."""
        return _sharing(bucket) if round == 0 else self._verify(bucket)

    def decide(self, edges: Iterator[pa.Table]) -> Iterator[pa.Table]:
        """Walk in keeper order; one verdict row for each document that goes."""
        tables = list(edges)
        pairs = numbered(tables)
        verified = pairs.earlier, pairs.later, pairs.similarity
        keeper = keepers(len(pairs.places), *verified, np.zeros(len(pairs.places), bool))
        gone = np.flatnonzero(keeper >= 0)
        places, peers = pairs.places[gone], pairs.places[keeper[gone]]
        columns = (
            place_parts(places),
            place_rows(places),
            ["contained_document"] * len(gone),
            keeper_values(keeper, *verified)[gone],
            place_parts(peers),
            place_rows(peers),
            peer_ids(tables, peers),
        )
        yield pa.table([pa.array(values, field.type) for values, field in zip(columns, self.verdict, strict=True)], self.verdict)

    def annotate(self, batch: Batch, verdict: pa.Table | None = None) -> Batch:
        """Append what `action` asks for."""
        if self.action == "drop":
            return batch
        known = self.verdict.empty_table() if verdict is None or "peer_id" not in verdict.column_names else verdict
        for name, of in NOTES.items():
            batch = batch.append_column(self.adds.field(name), joined_column(batch, known, of))
        return batch

    def detect(self, batch: Batch, verdict: pa.Table | None = None) -> list[Finding]:
        """The documents that go, unless they are only to be annotated."""
        return [] if self.action == "annotate" else super().detect(batch, verdict)

    def limit(self) -> float:
        """The least containment."""
        return self.min_containment

    def _propose(self, batch: Batch, offsets: np.ndarray, codes: np.ndarray) -> pa.Table:
        found = fingerprints(codes, offsets)
        long = np.diff(offsets)[found.document] >= self.min_chars
        document = found.document[long]
        order = _keeper_order(batch, np.diff(offsets))
        return pa.table(
            {
                "bucket": mixed(found.hash[long]),  # small hashes are chosen: they would all lie in the first range
                "place": places_of(batch)[document],
                **{name: column[document] for name, column in order.items()},
                "total": found.total[document],
            }
        )

    def _collect(self, batch: Batch, offsets: np.ndarray, codes: np.ndarray, found: pa.Table) -> pa.Table:
        """Each container under its own place, and there too each document that may stand in it."""
        places = places_of(batch)
        pairs = _enough(found)
        inner, outer = _first_containers(pairs), np.unique(pairs.outer)
        asked = np.concatenate([pairs.inner[inner], outer]), np.concatenate([pairs.outer[inner], outer])
        mine = np.isin(asked[0], places)
        row, bucket = np.searchsorted(places, asked[0][mine]), asked[1][mine]
        texts = pa.LargeBinaryArray.from_buffers(
            pa.large_binary(), len(places), [None, pa.py_buffer(offsets * 4), pa.py_buffer(codes.astype("<u4", copy=False))]
        )
        order = _keeper_order(batch, np.diff(offsets))
        table = pa.table({"place": places, **order, "codes": texts, "id": batch["id"]}).take(row)
        return table.add_column(0, "bucket", pa.array(mixed(bucket)))

    def _verify(self, bucket: pa.Table) -> pa.Table:
        """Compare each document with the container of its bucket."""
        if not bucket.num_rows:
            return no_edges(named=True)
        table = bucket.combine_chunks()
        hashes, place, rank, key, tie = (table[name].to_numpy() for name in ("bucket", "place", "rank", "key", "tie"))
        holders = np.flatnonzero(mixed(place) == hashes)
        at = np.minimum(np.searchsorted(hashes[holders], hashes), max(len(holders) - 1, 0))
        outer, inner = holders[at], np.arange(len(hashes))
        pairs = (hashes[outer] == hashes) & (outer != inner)
        outer, inner = outer[pairs], inner[pairs]
        offsets, shingles = _shingles(table["codes"].combine_chunks(), self.shingle_chars)
        shared, _ = jaccard(shingles, offsets, outer, inner)
        containment = shared / np.diff(offsets)[inner]
        good = _before((rank, key, tie, place), outer, inner) & (containment >= self.min_containment)
        return edge_table(table, Pairs(outer[good], inner[good], containment[good]))


def _keeper_order(batch: Batch, key_chars: np.ndarray) -> dict[str, np.ndarray]:
    """What decides who is kept: rank, key and tie, uint64[n] each."""
    keys = canonical_keys(batch["text"])[:, 0]
    return {"rank": keeper_rank(batch, key_chars), "key": keys, "tie": ties(batch["text"], batch["id"])}


def keeper_rank(batch: Batch, key_chars: np.ndarray) -> np.ndarray:
    """uint64[n]: smaller is kept first. Would be dropped, fewer characters of the key, lower priority, repairs."""
    return packed_rank(would_drop(batch), shorter(key_chars), lower_priority(batch), repairs(batch))


def _before(columns: tuple[np.ndarray, ...], one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """bool[k]: whether one row comes before another one, by the first column in which they differ."""
    first = np.zeros(len(one), bool)
    for column in reversed(columns):
        first = (column[one] < column[other]) | ((column[one] == column[other]) & first)
    return first


def _sharing(bucket: pa.Table) -> pa.Table:
    """Who has fingerprints in common with a longer document: a row for the part of either."""
    none = np.empty(0, np.uint64)
    names = ("place", "tie", "key", "rank", "bucket", "total")
    columns = [bucket[name].to_numpy() if bucket.num_rows else none for name in names]
    order = np.lexsort(columns[:-1])
    place, tie, key, rank, hashes, total = (column[order] for column in columns)
    starts = group_starts(hashes)
    sizes = np.diff(np.append(starts, len(hashes)))
    first, size = np.repeat(starts, sizes), np.repeat(sizes, sizes)
    longer = np.arange(len(hashes)) - first
    count = np.where(size <= SMALL_GROUP, longer, np.minimum(longer, LONGEST))
    inner = np.repeat(np.arange(len(hashes)), count)
    outer = np.repeat(first, count) + np.arange(len(inner)) - np.repeat(np.cumsum(count) - count, count)
    votes, fingerprints_of = np.ones(len(inner), np.int64), total[inner].astype(np.int64)
    pairs = _summed(Proposals(place[inner], place[outer], rank[outer], key[outer], tie[outer], votes, fingerprints_of))
    both = np.concatenate([pairs.inner, pairs.outer])
    doubled = {name: np.tile(column, 2) for name, column in pairs._asdict().items()}
    return pa.table({"part": place_parts(both), **doubled})


def _summed(pairs: Proposals) -> Proposals:
    """Each pair once, with all its votes."""
    order = np.lexsort((pairs.outer, pairs.inner))
    pairs = Proposals(*(column[order] for column in pairs))
    inner, outer = pairs.inner, pairs.outer
    starts = group_starts(inner, outer)
    votes = np.add.reduceat(pairs.votes, starts) if len(starts) else pairs.votes
    return Proposals(*(column[starts] for column in pairs))._replace(votes=votes)


def _enough(found: pa.Table) -> Proposals:
    """The pairs with enough votes. A pair within one part was told twice, which changes no order."""
    pairs = _summed(Proposals(*(found[name].to_numpy() for name in Proposals._fields)))
    twice = place_parts(pairs.inner) == place_parts(pairs.outer)
    pairs = pairs._replace(votes=np.where(twice, pairs.votes // 2, pairs.votes))
    enough = pairs.votes * VOTES >= pairs.total
    return Proposals(*(column[enough] for column in pairs))


def _first_containers(pairs: Proposals) -> np.ndarray:
    """int64[k]: the pairs of each document with the containers that have most of it, then with the longest."""
    order = np.lexsort((pairs.outer, pairs.outer_tie, pairs.outer_key, pairs.outer_rank, -pairs.votes, pairs.inner))
    inner = pairs.inner[order]
    starts = group_starts(inner)
    number = np.arange(len(inner)) - np.repeat(starts, np.diff(np.append(starts, len(inner))))
    return order[number < MAX_CONTAINERS]


def _shingles(texts: pa.LargeBinaryArray, shingle_chars: int) -> tuple[np.ndarray, np.ndarray]:
    offsets = np.frombuffer(texts.buffers()[1], np.int64)[texts.offset : texts.offset + len(texts) + 1] // 4
    codes = np.frombuffer(texts.buffers()[2], np.uint32)[offsets[0] : offsets[-1]]
    return sorted_shingles(codes, offsets - offsets[0], shingle_chars)
