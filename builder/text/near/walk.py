"""The walk through buckets in keeper order: which documents surely stay, which surely go, and what only all can decide.

A document is compared with those before it that share a band with it and have not gone. It stays for sure when nothing like
it can lie in another bucket (it is `alone` here) and no document that may stay is like it; it goes for sure when one that
surely stays is like it. What is left is open, and only pairs with open documents are handed on, so that a family of n
copies costs n comparisons and n pairs. Where too many share a band, or too many open ones are alike, something is left out; the
documents that stay without having been compared with all are told.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from builder.text.kernel import inlined, kernel
from builder.text.near.facts import facts_differ
from builder.text.near.room import Bands, Kept, Met, Own, State, grown, new_bands, new_kept, new_met, new_own
from builder.text.near.shingle_set import SLOTS_A_WORD, fill_set, most_missing, similarity, surely_missing
from builder.text.near.units import decoded_units
from builder.text.readonly import INT64, SIGNATURES, UINT8, UINT16, read
from builder.text.slots import room_for

STAYS, GOES, OPEN = 0, 1, 2
PUBLISHED = 2  # added to `alone`
MAX_ALIKE = 2_000  # documents that have not gone, of one band: through a band with more of them nothing is compared any more
MAX_OPEN = 64  # open documents like one that are noted: all of them would have to go elsewhere before another one counts


NONE = np.empty(0, np.int64)


class Pairs(NamedTuple):
    """Parallel arrays: rows of the earlier and the later document, and their exact Jaccard, 0 where it was not asked for."""

    earlier: np.ndarray  # int64[k]
    later: np.ndarray  # int64[k]
    similarity: np.ndarray  # float64[k]
    uncompared: np.ndarray = NONE  # int64[m], rows of documents that may stay and were not compared with all that they met


class Documents(NamedTuple):
    """The documents of some buckets, a row each."""

    signatures: np.ndarray  # uint32[n, P]
    bands: np.ndarray  # uint64[n, B], hashes
    unit_offsets: np.ndarray  # int64[n + 1]
    units: np.ndarray  # uint16: the keys in UTF-16
    alone: np.ndarray  # bool[n]: the document lies in this bucket only
    published: np.ndarray  # bool[n]: it stays whatever it is like, and such documents are not compared with each other


class Limits(NamedTuple):
    """What makes two documents alike."""

    jaccard: float  # exact, at least
    min_agreement: int  # values of the signature, at least, for the Jaccard to be asked for
    near_agreement: int  # values of the signature, at least, for one split


@kernel(f"int64({SIGNATURES}, int64, int64)")
def agreement(signatures: np.ndarray, one: int, other: int) -> int:
    """Values in which two signatures agree."""
    mine, theirs = signatures[one], signatures[other]
    same = np.uint32(0)  # as wide as the values, so that the loop vectorises
    for place in range(mine.size):
        same += np.uint32(mine[place] == theirs[place])
    return int(same)


@inlined
def _slot(table: Bands, key: np.uint64, mark: int, slots: int) -> np.int64:
    """Where the band `key` of bucket `mark` stands, or would stand."""
    slot = np.int64(key & np.uint64(slots - 1))
    while table.marks[slot] == mark and table.keys[slot] != key:
        slot = (slot + 1) & (slots - 1)
    return slot


@inlined
def _enter(bands: np.ndarray, document: int, mark: int, slots: int, table: Bands) -> None:
    """Put document number `document` of the bucket at the head of the list of each of its bands."""
    for band in range(len(bands)):
        slot = _slot(table, bands[band], mark, slots)
        if table.marks[slot] != mark:
            table.keys[slot], table.marks[slot], table.heads[slot], table.counts[slot] = bands[band], mark, -1, 0
        node = document * len(bands) + band
        table.links[node] = table.heads[slot]
        table.heads[slot] = node
        table.counts[slot] += 1


@inlined
def _meet(  # noqa: PLR0913 - a document, where it stands, and the limits
    signatures: np.ndarray,
    order: np.ndarray,
    bands: np.ndarray,
    at: int,
    first: int,
    least: int,
    max_alike: int,
    slots: int,
    table: Bands,
    met: Met,
) -> tuple[int, bool]:
    """Note who shares a band with document `at` and agrees with it in `least` values; how many, and if bands were skipped."""
    found, skipped = 0, False
    for band in range(len(bands)):
        slot = _slot(table, bands[band], first + 1, slots)
        if table.marks[slot] != first + 1:
            continue
        if table.counts[slot] > max_alike:
            skipped = True
            continue
        node = np.int64(table.heads[slot])
        while node >= 0:
            other = first + node // len(bands)
            node = np.int64(table.links[node])
            if met.seen[other] == at:
                continue
            met.seen[other] = at
            same = agreement(signatures, order[at], order[other])
            if same >= least:
                met.others[found], met.agreements[found] = other, same
                found += 1
    return found, skipped


@kernel("int64(int64[::1], int64)")
def _root(parent: np.ndarray, node: int) -> int:
    while parent[node] != node:
        parent[node] = parent[parent[node]]
        node = parent[node]
    return node


@inlined
def _judge(  # noqa: PLR0913 - a document, those it meets, and the shingles of all of them
    found: int,
    chars: int,
    different: int,
    min_agreement: int,
    limit: float,
    order: np.ndarray,
    unit_offsets: np.ndarray,
    units: np.ndarray,
    multipliers: np.ndarray,
    fact_classes: np.ndarray,
    state: np.ndarray,
    met: Met,
    kept: Kept,
    own: Own,
) -> tuple[float, int, int, bool]:
    """(similarity, position) of the most similar one that surely stays, or -1; how many open ones are alike; if more may be."""
    slots = room_for(chars)
    words = slots // SLOTS_A_WORD
    best, best_at, opens, more = -1.0, -1, 0, False
    for place in range(found):
        other = met.others[place]
        if met.agreements[place] < min_agreement:
            continue
        if state[other] == OPEN and opens == len(met.opens):
            more = True
            continue
        size = kept.ends[other] - kept.starts[other]
        if min(size, different) < limit * max(size, different) - 1 or (
            kept.words[other] == words
            and surely_missing(kept.bitmaps, kept.bit_starts[other], own.bits, words) > most_missing(size, different, limit)
        ):
            continue
        ratio = similarity(kept.pool, kept.starts[other], kept.ends[other], own.keys, slots, different, limit)
        if ratio < limit:
            continue
        if len(fact_classes):
            row = order[other]
            length = decoded_units(units, unit_offsets[row], unit_offsets[row + 1], own.others_codes)
            if facts_differ(own.others_codes, length, own.codes, chars, multipliers, fact_classes):
                continue
        if state[other] == OPEN:
            met.opens[opens], met.ratios[opens] = other, ratio
            opens += 1
        elif ratio > best or (ratio == best and other < best_at):
            best, best_at = ratio, other
    return best, best_at, opens, more


@inlined
def _note(  # noqa: PLR0913 - a document, what was found of it, and what is handed on
    at: int,
    order: np.ndarray,
    best: float,
    best_at: int,
    opens: int,
    found: int,
    met: Met,
    near_agreement: int,
    alone: int,
    known: State,
    pairs: Pairs,
    count: int,
) -> int:
    """Decide about the document at a position as far as can be; write its pairs behind the first `count`; return how many."""
    row, parent = order[at], known.parent
    for place in range(opens):
        if met.ratios[place] >= best:
            pairs.earlier[count], pairs.later[count], pairs.similarity[count] = order[met.opens[place]], row, met.ratios[place]
            parent[_root(parent, at)] = _root(parent, met.opens[place])
            count += 1
    if best_at >= 0:
        pairs.earlier[count], pairs.later[count], pairs.similarity[count] = order[best_at], row, best
        known.state[at] = GOES
        return count + 1
    known.state[at] = STAYS if alone >= PUBLISHED or (alone and not opens) else OPEN
    for place in range(found):
        other = met.others[place]
        if met.agreements[place] >= near_agreement and _root(parent, at) != _root(parent, other):
            parent[_root(parent, at)] = _root(parent, other)
            pairs.earlier[count], pairs.later[count], pairs.similarity[count] = order[other], row, 0.0
            count += 1
    return count


@inlined
def _keep(at: int, used: int, bits_used: int, different: int, words: int, kept: Kept, own: Own) -> Kept:
    """Put the shingles of the document at hand behind those of the others."""
    pool, bitmaps = grown(kept.pool, used + different), grown(kept.bitmaps, bits_used + words)
    pool[used : used + different] = own.shingles[:different]
    bitmaps[bits_used : bits_used + words] = own.bits[:words]
    kept.starts[at], kept.ends[at] = used, used + different
    kept.bit_starts[at], kept.words[at] = bits_used, words
    return Kept(pool, kept.starts, kept.ends, bitmaps, kept.bit_starts, kept.words)


@kernel(
    f"Tuple((int64[::1], int64[::1], float64[::1], int64[::1]))({SIGNATURES}, {read('uint64', 2)}, {INT64}, {UINT16}, {INT64}, "
    f"{INT64}, {UINT8}, {read('uint64', 2)}, float64, int64, int64, int64, int64, {UINT8})"
)
def _walk(  # noqa: PLR0913 - what a kernel is given cannot be bundled
    signatures: np.ndarray,
    bands: np.ndarray,
    unit_offsets: np.ndarray,
    units: np.ndarray,
    order: np.ndarray,
    borders: np.ndarray,
    alone: np.ndarray,
    multipliers: np.ndarray,
    limit: float,
    min_agreement: int,
    near_agreement: int,
    max_alike: int,
    max_open: int,
    fact_classes: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    rows, width = bands.shape
    largest, longest = np.diff(borders).max(), np.diff(unit_offsets).max()
    table, kept, own = new_bands(largest, width), new_kept(rows, longest), new_own(longest)
    met, known = new_met(rows, largest, max_open), State(np.empty(rows, np.uint8), np.arange(rows))
    pairs = Pairs(np.empty(rows + 16, np.int64), np.empty(rows + 16, np.int64), np.empty(rows + 16), np.empty(rows, np.int64))
    least = min(min_agreement, near_agreement)
    count = uncompared = 0
    for bucket in range(len(borders) - 1):
        first, last = borders[bucket], borders[bucket + 1]
        slots, used, bits_used = room_for((last - first) * width), 0, 0
        for at in range(first, last):
            row, found, skipped = order[at], 0, False
            chars = decoded_units(units, unit_offsets[row], unit_offsets[row + 1], own.codes)
            different = fill_set(own.codes, chars, multipliers, own.keys, own.bits, own.shingles)
            if alone[row] < PUBLISHED:
                found, skipped = _meet(signatures, order, bands[row], at, first, least, max_alike, slots, table, met)
            best, best_at, opens, more = _judge(
                found, chars, different, min_agreement, limit, order, unit_offsets, units, multipliers, fact_classes,
                known.state, met, kept, own,
            )  # fmt: skip
            room = count + found + 1
            pairs = Pairs(grown(pairs.earlier, room), grown(pairs.later, room), grown(pairs.similarity, room), pairs.uncompared)
            count = _note(at, order, best, best_at, opens, found, met, near_agreement, alone[row], known, pairs, count)
            if known.state[at] == GOES:
                continue
            if skipped or more:
                pairs.uncompared[uncompared] = row
                uncompared += 1
            words = room_for(chars) // SLOTS_A_WORD
            kept = _keep(at, used, bits_used, different, words, kept, own)
            used, bits_used = used + different, bits_used + words
            _enter(bands[row], at - first, first + 1, slots, table)
    return (
        pairs.earlier[:count].copy(),
        pairs.later[:count].copy(),
        pairs.similarity[:count].copy(),
        pairs.uncompared[:uncompared].copy(),
    )


def walk_buckets(
    documents: Documents,
    order: np.ndarray,
    borders: np.ndarray,
    multipliers: np.ndarray,
    limits: Limits,
    fact_classes: np.ndarray | None = None,
) -> Pairs:
    """The pairs that decide about the documents of these buckets, and for each group near enough for one split a tree of pairs.

    `order`: int64[n], rows by bucket and within it in keeper order, with `borders` int64[g + 1]. `multipliers`:
    uint64[2, shingle length]. `fact_classes`: documents that tell different facts are not alike.
    """
    none = np.empty(0, np.uint8)
    signatures, bands, unit_offsets, units, alone, published = documents
    fixed = alone.view(np.uint8) + 2 * published.view(np.uint8)
    return Pairs(
        *_walk(
            signatures, bands, unit_offsets, units, order, borders, fixed, multipliers, *limits, MAX_ALIKE, MAX_OPEN,
            none if fact_classes is None else fact_classes,
        )
    )  # fmt: skip
