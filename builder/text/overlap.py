"""Runs of characters that documents share with a set of passages: sampled n-grams propose, characters verify.

Of a document every STRIDE-th n-gram is looked up, in a bitmap first; of the passages all n-grams are known, so that a shared
run of `gram_chars` + STRIDE - 1 characters is always seen, unless all of it is a phrase of the trade (MAX_PLACES). All texts
are canonical keys: arrays of code points, one after the other, with `offsets` int64[n + 1].
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from builder.text.groups import is_new
from builder.text.kernel import inlined, kernel
from builder.text.minhash import MULTIPLIERS, shingle_hash, shingle_hashes64
from builder.text.readonly import INT64, UINT32, UINT64, read

STRIDE = 8  # characters from one n-gram of a document to the next that is looked up
MAX_PLACES = 32  # an n-gram that stands in more places of the passages is a phrase of the trade, and is not looked up
BITS_PER_GRAM = 16  # of the bitmap: with two bits in one word, 1.5 % of foreign n-grams pass
SLACK = 20  # characters by which the end of a passage may be away from where the run before it says
RECENT = 32  # runs of which the ends are remembered, so that no run is followed twice


class Passages(NamedTuple):
    """The n-grams of all passages."""

    codes: np.ndarray  # uint32[offsets[-1]]
    offsets: np.ndarray  # int64[passages + 1]
    needed: np.ndarray  # int64[passages]: a shorter run is none
    gram_chars: int
    bitmap: np.ndarray  # uint64[2**k]
    hashes: np.ndarray  # uint64[g], ascending
    borders: np.ndarray  # int64[g + 1]: of the places of each hash
    places: np.ndarray  # int64[borders[-1]]: where its n-grams begin in `codes`


class Runs(NamedTuple):
    """Maximal runs that a document shares with a passage; parallel arrays, in the order of documents."""

    document: np.ndarray  # int64[k]
    start: np.ndarray  # int64[k], in the document
    length: np.ndarray  # int64[k], characters
    passage: np.ndarray  # int64[k]
    passage_start: np.ndarray  # int64[k], in the passage


def passages(codes: np.ndarray, offsets: np.ndarray, gram_chars: int, needed: np.ndarray) -> Passages:
    """Index the n-grams of some passages. A passage shorter than an n-gram is never found."""
    hash_offsets, hashes = shingle_hashes64(codes, offsets, gram_chars)
    begins = np.arange(len(hashes)) + np.repeat(offsets[:-1] - hash_offsets[:-1], np.diff(hash_offsets))
    order = np.argsort(hashes, kind="stable")
    different, first, count = np.unique(hashes[order], return_index=True, return_counts=True)
    rare = count <= MAX_PLACES
    different, count = different[rare], count[rare]
    places = begins[order][np.repeat(rare, np.diff(np.append(first, len(hashes))))]
    words = 1 << max(10, int(len(different) * BITS_PER_GRAM // 64).bit_length())
    bitmap = np.zeros(words, np.uint64)
    np.bitwise_or.at(bitmap, (different >> np.uint64(64 - words.bit_length() + 1)).astype(np.int64), _bits(different))
    return Passages(codes, offsets, needed, gram_chars, bitmap, different, np.append(0, np.cumsum(count)), places)


def _bits(hashes: np.ndarray) -> np.ndarray:
    """uint64[n]: the two bits of each hash in its word."""
    low = np.uint64(63)
    one, other = hashes & low, (hashes >> np.uint64(6)) & low
    found: np.ndarray = np.uint64(1) << one | np.uint64(1) << other
    return found


@inlined
def _maybe_known(bitmap: np.ndarray, value: np.uint64, shift: np.uint64) -> bool:
    mask = np.uint64(1) << (value & np.uint64(63)) | np.uint64(1) << ((value >> np.uint64(6)) & np.uint64(63))
    return bitmap[value >> shift] & mask == mask


@inlined
def _followed(recent: np.ndarray, diagonal: int, end: int) -> bool:
    """Whether a run through this place was followed already, to `end` at least."""
    found = False
    for note in range(RECENT):
        found |= recent[note, 0] == diagonal and recent[note, 1] >= end
    return found


@inlined
def _repeated(runs: np.ndarray, first: int, found: int, length: int, passage: int, start: int) -> bool:
    """Whether one of the last RECENT runs, from `first` on, is this one elsewhere in the document."""
    same = False
    for note in range(max(first, min(found, len(runs)) - RECENT), min(found, len(runs))):
        same |= runs[note, 2] == length and runs[note, 3] == passage and runs[note, 4] == start
    return same


@inlined
def _same(one: np.ndarray, at: int, edge: int, other: np.ndarray, there: int, other_edge: int, step: int) -> int:
    """Characters that are equal from two places on, up to the edges; `step`: 1 for those ahead, -1 for those behind."""
    same = 0
    while at != edge and there != other_edge and one[at] == other[there]:
        at, there, same = at + step, there + step, same + 1
    return same


@kernel(
    f"int64({UINT32}, {INT64}, {UINT32}, {INT64}, {INT64}, {read('uint64', 2)}, {UINT64}, {UINT64}, {INT64}, {INT64}, "
    "boolean, int64[:,::1], int64[:,::1])"
)
def _shared(  # noqa: C901, PLR0913 - one pass: documents, passages, their index, room for the result
    codes: np.ndarray,
    offsets: np.ndarray,
    passage_codes: np.ndarray,
    passage_offsets: np.ndarray,
    needed: np.ndarray,
    factors: np.ndarray,
    bitmap: np.ndarray,
    hashes: np.ndarray,
    borders: np.ndarray,
    places: np.ndarray,
    every: bool,  # noqa: FBT001 - a kernel takes no keywords
    recent: np.ndarray,
    runs: np.ndarray,
) -> int:
    """Write the runs while there is room; how many there are. `recent`: int64[RECENT, 2], diagonal and end.

    Unless `every`, a run that is one of the last RECENT once more is left out, so that a hostile text gives no flood of them.
    """
    width, found, noted = factors.shape[1], 0, 0
    shift, size = np.uint64(64), bitmap.size
    while size > 1:
        size, shift = size >> 1, shift - np.uint64(1)
    for row in range(offsets.size - 1):
        begin, end = offsets[row], offsets[row + 1]
        recent[:] = -1
        of_row = found
        for at in range(begin, end - width + 1, STRIDE):
            value = shingle_hash(codes, at, factors)
            if not _maybe_known(bitmap, value, shift):
                continue
            gram = np.searchsorted(hashes, value)
            if gram == hashes.size or hashes[gram] != value:
                continue
            for entry in range(borders[gram], borders[gram + 1]):
                other = places[entry]
                if _followed(recent, at - other, at + width):
                    continue
                passage = np.searchsorted(passage_offsets, other, side="right") - 1
                first, last = passage_offsets[passage], passage_offsets[passage + 1]
                back = _same(codes, at - 1, begin - 1, passage_codes, other - 1, first - 1, -1)
                ahead = _same(codes, at, end, passage_codes, other, last, 1)
                recent[noted % RECENT, 0], recent[noted % RECENT, 1] = at - other, at + ahead
                noted += 1
                length, start = back + ahead, other - back - first
                if ahead < width or length < needed[passage]:
                    continue  # characters decide, not their hash
                if every or not _repeated(runs, of_row, found, length, passage, start):
                    if found < len(runs):
                        runs[found, 0], runs[found, 1], runs[found, 2] = row, at - back - begin, length
                        runs[found, 3], runs[found, 4] = passage, start
                    found += 1
    return found


def shared_runs(codes: np.ndarray, offsets: np.ndarray, index: Passages, *, every: bool = False) -> Runs:
    """The runs of at least `needed` characters that documents share with passages.

    `every`: also where a document holds the same run of a passage again.
    """
    factors = np.ascontiguousarray(MULTIPLIERS[:, : index.gram_chars])
    recent = np.empty((RECENT, 2), np.int64)
    room = 1024
    while True:
        runs = np.empty((room, len(Runs._fields)), np.int64)
        about = (index.codes, index.offsets, index.needed, factors, index.bitmap, index.hashes, index.borders, index.places)
        found = _shared(codes, offsets, *about, every, recent, runs)
        if found < room:  # a full table has forgotten what it had seen
            return Runs(*np.ascontiguousarray(runs[:found].T))
        room *= 4


class Overlaps(NamedTuple):
    """What a document and a passage share in all; parallel arrays, in the order of documents, then of passages."""

    document: np.ndarray  # int64[k]
    passage: np.ndarray  # int64[k]
    share: np.ndarray  # float64[k]: of the passage's core, in runs
    longest: np.ndarray  # int64[k], characters of the longest run


def overlaps(runs: Runs, core: np.ndarray) -> Overlaps:
    """Sum up the runs of each pair. `core`: int64[passages], how many of a passage's characters count, from the first on."""
    order = np.lexsort((runs.passage_start, runs.passage, runs.document))
    document, _, length, passage, start = (column[order] for column in runs)
    first = is_new(document, passage)
    pair, starts = np.cumsum(first) - 1, np.flatnonzero(first)
    size = core[passage]
    low, high = np.minimum(start, size), np.minimum(start + length, size)
    shift = pair * (int(core.max(initial=0)) + 1)  # so that the furthest end of one pair is before all of the next
    before = np.append(-1, np.maximum.accumulate(high + shift)[:-1])[: len(document)]
    fresh = np.maximum(0, high + shift - np.maximum(low + shift, before))
    if not len(starts):
        return Overlaps(document, passage, np.empty(0), length)
    share = np.add.reduceat(fresh, starts) / np.maximum(core[passage[starts]], 1)
    return Overlaps(document[starts], passage[starts], share, np.maximum.reduceat(length, starts))


@kernel(f"void({UINT32}, {INT64}, {UINT32}, {INT64}, {INT64}, {INT64}, {INT64}, {INT64}, int64, int64, uint8[::1])")
def _compare_ends(  # noqa: PLR0913 - documents, passages, and what is asked of them
    codes: np.ndarray,
    offsets: np.ndarray,
    passage_codes: np.ndarray,
    core_ends: np.ndarray,
    core: np.ndarray,
    document: np.ndarray,
    passage: np.ndarray,
    end: np.ndarray,
    last: int,
    slack: int,
    found: np.ndarray,
) -> None:
    for pair in range(document.size):
        begin, stop = offsets[document[pair]], offsets[document[pair] + 1]
        width = min(last, core[passage[pair]])
        first = core_ends[passage[pair]] - width
        for shift in range(-slack, slack + 1):
            at = begin + end[pair] - width + shift
            if at < begin or at + width > stop:
                continue
            same = 0
            for place in range(width):
                same += codes[at + place] == passage_codes[first + place]
            found[pair] |= same >= width - 1


def with_ends(codes: np.ndarray, offsets: np.ndarray, index: Passages, core: np.ndarray, runs: Runs, last: int) -> np.ndarray:
    """bool[k]: whether the document has the last characters of the core near where this run lets expect them; one may differ."""
    ends = np.zeros(len(runs.document), np.uint8)
    expected = runs.start + core[runs.passage] - runs.passage_start
    about = (codes, offsets, index.codes, index.offsets[:-1] + core, core, runs.document, runs.passage, expected)
    _compare_ends(*about, last, SLACK, ends)
    return ends.view(bool)
