"""The walk through buckets in keeper order: which documents surely stay, which surely go, and what only all can decide.

A document is compared with those before it that share a band with it and have not gone. It stays for sure when nothing like
it can lie in another bucket (it is `alone` here) and no document that may stay is like it; it goes for sure when one that
surely stays is like it. What is left is open, and only pairs with open documents are handed on, so that a family of n
copies costs n comparisons and n pairs.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from builder.text.kernel import kernel
from builder.text.near.facts import facts_differ
from builder.text.near.shingle_set import SLOTS_A_WORD, fill_set, most_missing, room_for, similarity, surely_missing
from builder.text.near.units import decoded_units
from builder.text.readonly import FLOAT64, INT64, SIGNATURES, UINT8, UINT16, UINT32, UINT64, read

STAYS, GOES, OPEN = 0, 1, 2
PUBLISHED = 2  # added to `alone`
MAX_ALIKE = 2_000  # documents that have not gone, of one band: through a band with more of them nothing is compared any more
MAX_OPEN = 64  # open documents like one that are noted: all of them would have to go elsewhere before another one counts


class Pairs(NamedTuple):
    """Parallel arrays: rows of the earlier and the later document, and their exact Jaccard, 0 where it was not asked for."""

    earlier: np.ndarray  # int64[k]
    later: np.ndarray  # int64[k]
    similarity: np.ndarray  # float64[k]


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


@kernel("int64(uint64[::1], int64[::1], uint64, int64, int64)")
def _slot(keys: np.ndarray, marks: np.ndarray, key: np.uint64, mark: int, slots: int) -> np.int64:
    """Where the band `key` of bucket `mark` stands, or would stand."""
    slot = np.int64(key & np.uint64(slots - 1))
    while marks[slot] == mark and keys[slot] != key:
        slot = (slot + 1) & (slots - 1)
    return slot


@kernel(
    f"void({UINT64}, int64, int64, int64, uint64[::1], int64[::1], int32[::1], int32[::1], int32[::1])",
)
def _enter(  # noqa: PLR0913 - a table of lists is five arrays
    bands: np.ndarray,
    document: int,
    mark: int,
    slots: int,
    keys: np.ndarray,
    marks: np.ndarray,
    heads: np.ndarray,
    counts: np.ndarray,
    links: np.ndarray,
) -> None:
    """Put document number `document` of the bucket at the head of the list of each of its bands."""
    for band in range(len(bands)):
        slot = _slot(keys, marks, bands[band], mark, slots)
        if marks[slot] != mark:
            keys[slot], marks[slot], heads[slot], counts[slot] = bands[band], mark, -1, 0
        node = document * len(bands) + band
        links[node] = heads[slot]
        heads[slot] = node
        counts[slot] += 1


@kernel(
    f"int64({SIGNATURES}, {INT64}, {UINT64}, int64, int64, int64, int64, int64, uint64[::1], int64[::1], int32[::1], "
    "int32[::1], int32[::1], int64[::1], int64[::1], int64[::1])"
)
def _met(  # noqa: PLR0913 - a table of lists is five arrays, the answer two
    signatures: np.ndarray,
    order: np.ndarray,
    bands: np.ndarray,
    at: int,
    first: int,
    least: int,
    max_alike: int,
    slots: int,
    keys: np.ndarray,
    marks: np.ndarray,
    heads: np.ndarray,
    counts: np.ndarray,
    links: np.ndarray,
    seen: np.ndarray,
    others: np.ndarray,
    agreements: np.ndarray,
) -> int:
    """Who shares a band with document `at` and agrees with it in `least` values: positions and agreements; how many."""
    found = 0
    for band in range(len(bands)):
        slot = _slot(keys, marks, bands[band], first + 1, slots)
        if marks[slot] != first + 1 or counts[slot] > max_alike:
            continue
        node = np.int64(heads[slot])
        while node >= 0:
            other = first + node // len(bands)
            node = np.int64(links[node])
            if seen[other] == at:
                continue
            seen[other] = at
            same = agreement(signatures, order[at], order[other])
            if same >= least:
                others[found], agreements[found] = other, same
                found += 1
    return found


@kernel("int64(int64[::1], int64)")
def _root(parent: np.ndarray, node: int) -> int:
    while parent[node] != node:
        parent[node] = parent[parent[node]]
        node = parent[node]
    return node


@kernel(
    f"Tuple((float64, int64, int64))({INT64}, {INT64}, int64, float64, {UINT8}, {INT64}, {INT64}, {INT64}, {UINT64}, {INT64}, "
    f"{INT64}, {UINT64}, {UINT64}, {UINT64}, int64, {UINT32}, int64, uint32[::1], {INT64}, {UINT16}, {read('uint64', 2)}, "
    f"{UINT8}, int64[::1], float64[::1])"
)
def _judged(  # noqa: PLR0913 - a document, those it meets, and the shingles of all of them
    others: np.ndarray,
    agreements: np.ndarray,
    min_agreement: int,
    limit: float,
    state: np.ndarray,
    order: np.ndarray,
    starts: np.ndarray,
    ends: np.ndarray,
    pool: np.ndarray,
    bit_starts: np.ndarray,
    sizes: np.ndarray,
    bitmaps: np.ndarray,
    keys: np.ndarray,
    bits: np.ndarray,
    different: int,
    codes: np.ndarray,
    chars: int,
    others_codes: np.ndarray,
    unit_offsets: np.ndarray,
    units: np.ndarray,
    multipliers: np.ndarray,
    fact_classes: np.ndarray,
    open_others: np.ndarray,
    open_ratios: np.ndarray,
) -> tuple[float, int, int]:
    """(similarity, position) of the most similar one that surely stays, or -1, and how many open ones are alike."""
    slots = room_for(chars)
    words = slots // SLOTS_A_WORD
    best, best_at, opens = -1.0, -1, 0
    for place in range(len(others)):
        other = others[place]
        if agreements[place] < min_agreement or (state[other] == OPEN and opens == len(open_others)):
            continue
        size = ends[other] - starts[other]
        if min(size, different) < limit * max(size, different) - 1 or (
            sizes[other] == words
            and surely_missing(bitmaps, bit_starts[other], bits, words) > most_missing(size, different, limit)
        ):
            continue
        ratio = similarity(pool, starts[other], ends[other], keys, slots, different, limit)
        if ratio < limit:
            continue
        if len(fact_classes):
            row = order[other]
            length = decoded_units(units, unit_offsets[row], unit_offsets[row + 1], others_codes)
            if facts_differ(others_codes, length, codes, chars, multipliers, fact_classes):
                continue
        if state[other] == OPEN:
            open_others[opens], open_ratios[opens] = other, ratio
            opens += 1
        elif ratio > best or (ratio == best and other < best_at):
            best, best_at = ratio, other
    return best, best_at, opens


@kernel(
    f"int64(int64, {INT64}, float64, int64, {INT64}, {FLOAT64}, {INT64}, {INT64}, int64, uint8, int64[::1], uint8[::1], "
    "int64[::1], int64[::1], float64[::1], int64)"
)
def _noted(  # noqa: PLR0913 - a document, what was found of it, and what is handed on
    at: int,
    order: np.ndarray,
    best: float,
    best_at: int,
    open_others: np.ndarray,
    open_ratios: np.ndarray,
    others: np.ndarray,
    agreements: np.ndarray,
    near_agreement: int,
    alone: int,
    parent: np.ndarray,
    state: np.ndarray,
    earlier: np.ndarray,
    later: np.ndarray,
    ratios: np.ndarray,
    pairs: int,
) -> int:
    """Decide about the document at a position as far as can be; write its pairs behind the first `pairs`; return how many."""
    row = order[at]
    for place in range(len(open_others)):
        if open_ratios[place] >= best:
            earlier[pairs], later[pairs], ratios[pairs] = order[open_others[place]], row, open_ratios[place]
            parent[_root(parent, at)] = _root(parent, open_others[place])
            pairs += 1
    if best_at >= 0:
        earlier[pairs], later[pairs], ratios[pairs] = order[best_at], row, best
        state[at] = GOES
        return pairs + 1
    state[at] = STAYS if alone >= PUBLISHED or (alone and not len(open_others)) else OPEN
    for place in range(len(others)):
        other = others[place]
        if agreements[place] >= near_agreement and _root(parent, at) != _root(parent, other):
            parent[_root(parent, at)] = _root(parent, other)
            earlier[pairs], later[pairs], ratios[pairs] = order[other], row, 0.0
            pairs += 1
    return pairs


@kernel(
    f"Tuple((int64[::1], int64[::1], float64[::1]))({SIGNATURES}, {read('uint64', 2)}, {INT64}, {UINT16}, {INT64}, {INT64}, "
    f"{UINT8}, {read('uint64', 2)}, float64, int64, int64, int64, int64, {UINT8})"
)
def _walk(  # noqa: PLR0913 - one pass with much state, which a kernel keeps in arrays
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
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    count, width = bands.shape
    largest, longest = np.diff(borders).max(), np.diff(unit_offsets).max()
    # The table of bands, the set of the document at hand, and the shingles of those that have not gone.
    table = room_for(largest * width)
    keys, marks = np.empty(table, np.uint64), np.zeros(table, np.int64)
    heads, counts, links = np.empty(table, np.int32), np.empty(table, np.int32), np.empty(largest * width, np.int32)
    set_room = room_for(longest)
    set_keys, set_bits = np.empty(set_room, np.uint64), np.empty(set_room // SLOTS_A_WORD, np.uint64)
    codes, others_codes, mine = np.empty(longest, np.uint32), np.empty(longest, np.uint32), np.empty(longest, np.uint64)
    pool, starts, ends = np.empty(4 * longest + 16, np.uint64), np.empty(count, np.int64), np.empty(count, np.int64)
    bitmaps, bit_starts, sizes = np.empty(longest + 16, np.uint64), np.empty(count, np.int64), np.empty(count, np.int64)
    seen, state, parent = np.full(count, -1, np.int64), np.empty(count, np.uint8), np.arange(count)
    others, agreements = np.empty(largest, np.int64), np.empty(largest, np.int64)
    open_others, open_ratios = np.empty(max_open, np.int64), np.empty(max_open)
    earlier, later, ratios = np.empty(count + 16, np.int64), np.empty(count + 16, np.int64), np.empty(count + 16)
    pairs = 0
    for bucket in range(len(borders) - 1):
        first, last = borders[bucket], borders[bucket + 1]
        slots, used, bits_used = room_for((last - first) * width), 0, 0
        for at in range(first, last):
            row = order[at]
            chars = decoded_units(units, unit_offsets[row], unit_offsets[row + 1], codes)
            different = fill_set(codes, chars, multipliers, set_keys, set_bits, mine)
            words = room_for(chars) // SLOTS_A_WORD
            met = 0 if alone[row] >= PUBLISHED else _met(
                signatures, order, bands[row], at, first, min(min_agreement, near_agreement), max_alike, slots,
                keys, marks, heads, counts, links, seen, others, agreements,
            )  # fmt: skip
            best, best_at, opens = _judged(
                others[:met], agreements, min_agreement, limit, state, order, starts, ends, pool, bit_starts, sizes, bitmaps,
                set_keys, set_bits, different, codes, chars, others_codes, unit_offsets, units, multipliers, fact_classes,
                open_others, open_ratios,
            )  # fmt: skip
            while pairs + met + 1 > len(earlier):
                earlier = np.concatenate((earlier, np.empty_like(earlier)))
                later = np.concatenate((later, np.empty_like(later)))
                ratios = np.concatenate((ratios, np.empty_like(ratios)))
            pairs = _noted(
                at, order, best, best_at, open_others[:opens], open_ratios, others[:met], agreements, near_agreement, alone[row],
                parent, state, earlier, later, ratios, pairs,
            )  # fmt: skip
            if state[at] == GOES:
                continue
            while used + different > len(pool):
                pool = np.concatenate((pool, np.empty_like(pool)))
            while bits_used + words > len(bitmaps):
                bitmaps = np.concatenate((bitmaps, np.empty_like(bitmaps)))
            bitmaps[bits_used : bits_used + words] = set_bits[:words]
            bit_starts[at], sizes[at] = bits_used, words
            bits_used += words
            pool[used : used + different] = mine[:different]
            starts[at], ends[at] = used, used + different
            used += different
            _enter(bands[row], at - first, first + 1, slots, keys, marks, heads, counts, links)
    return earlier[:pairs].copy(), later[:pairs].copy(), ratios[:pairs].copy()


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
