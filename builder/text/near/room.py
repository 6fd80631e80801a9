"""What the walk through buckets knows, in arrays that are made once and used for each bucket again."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from builder.text.kernel import inlined
from builder.text.near.shingle_set import SLOTS_A_WORD
from builder.text.slots import room_for


class Bands(NamedTuple):
    """The documents of a bucket that have not gone, in a list for each band: a table by open addressing."""

    keys: np.ndarray  # uint64[slots], the band
    marks: np.ndarray  # int64[slots], whose entry it is: the first position of the bucket, counted from 1
    heads: np.ndarray  # int32[slots], the last entered link of the list
    counts: np.ndarray  # int32[slots], documents in the list
    links: np.ndarray  # int32[documents * bands], the link before; a link is document * bands + band


class Kept(NamedTuple):
    """The shingles of the documents of a bucket that have not gone; all but the pools by position."""

    pool: np.ndarray  # uint64, different shingles
    starts: np.ndarray  # int64[n], in the pool
    ends: np.ndarray  # int64[n]
    bitmaps: np.ndarray  # uint64
    bit_starts: np.ndarray  # int64[n], in the bitmaps
    words: np.ndarray  # int64[n], of the bitmap


class Own(NamedTuple):
    """The document at hand as a set, and room for the codes of another one."""

    keys: np.ndarray  # uint64[slots]
    bits: np.ndarray  # uint64[slots / SLOTS_A_WORD]
    shingles: np.ndarray  # uint64, different ones
    codes: np.ndarray  # uint32
    others_codes: np.ndarray  # uint32


class Met(NamedTuple):
    """Whom the document at hand has met: positions."""

    seen: np.ndarray  # int64[n]: by whom each document was met last
    others: np.ndarray  # int64
    agreements: np.ndarray  # int64
    opens: np.ndarray  # int64[MAX_OPEN]: open ones that are alike
    ratios: np.ndarray  # float64[MAX_OPEN]


class State(NamedTuple):
    """What is known of the documents; by position."""

    state: np.ndarray  # uint8[n]
    parent: np.ndarray  # int64[n]: the trees of those that are near enough for one split


@inlined
def new_bands(largest: int, width: int) -> Bands:
    """For buckets of at most `largest` documents with `width` bands each."""
    slots = room_for(largest * width)
    return Bands(
        np.empty(slots, np.uint64),
        np.zeros(slots, np.int64),
        np.empty(slots, np.int32),
        np.empty(slots, np.int32),
        np.empty(largest * width, np.int32),
    )


@inlined
def new_kept(count: int, longest: int) -> Kept:
    """For `count` documents of at most `longest` code units; the pools grow."""
    pool, bitmaps = np.empty(4 * longest + 16, np.uint64), np.empty(longest + 16, np.uint64)
    by_position = np.empty((4, count), np.int64)
    return Kept(pool, by_position[0], by_position[1], bitmaps, by_position[2], by_position[3])


@inlined
def new_own(longest: int) -> Own:
    """For a document of at most `longest` code units."""
    room = room_for(longest)
    keys, bits, shingles = np.empty(room, np.uint64), np.empty(room // SLOTS_A_WORD, np.uint64), np.empty(longest, np.uint64)
    return Own(keys, bits, shingles, np.empty(longest, np.uint32), np.empty(longest, np.uint32))


@inlined
def new_met(count: int, largest: int, max_open: int) -> Met:
    """For `count` documents in buckets of at most `largest`; `max_open`: open ones that are noted."""
    others, agreements = np.empty(largest, np.int64), np.empty(largest, np.int64)
    return Met(np.full(count, -1, np.int64), others, agreements, np.empty(max_open, np.int64), np.empty(max_open))


@inlined
def grown(column: np.ndarray, needed: int) -> np.ndarray:
    """The column, or one twice as long until so much fits."""
    while needed > len(column):
        column = np.concatenate((column, np.empty_like(column)))
    return column
