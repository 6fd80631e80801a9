"""The set of shingles of one document as a hash table, and the exact Jaccard of others with it, for other kernels.

A set is an array of `room_for` the document's shingles, open addressing, with FREE where no shingle stands. Beside it stands a
bitmap of 8 to 16 bits a shingle: what is in one document's bitmap alone is surely missing in the other, and most pairs of one
template that are below the limit are known by that.
"""

from __future__ import annotations

import numpy as np

from builder.text.kernel import inlined, kernel
from builder.text.minhash import shingle_hash
from builder.text.readonly import UINT32, UINT64, read
from builder.text.slots import room_for

FREE = np.uint64(0)
BIT_SHIFT = np.uint64(24)  # bits of a shingle's hash that the table does not use to place it
SLOTS_A_WORD = 16  # of the table, to a word of 64 bits of the bitmap


@inlined
def shingle_key(codes: np.ndarray, start: int, multipliers: np.ndarray) -> np.uint64:
    """The hash of one shingle, save that it is never FREE."""
    hashed = shingle_hash(codes, start, multipliers)
    return hashed if hashed != FREE else np.uint64(1)


@kernel(f"int64({UINT32}, int64, {read('uint64', 2)}, uint64[::1], uint64[::1], uint64[::1])")
def fill_set(
    codes: np.ndarray, count: int, multipliers: np.ndarray, keys: np.ndarray, bits: np.ndarray, different: np.ndarray
) -> int:
    """Make the set of the document in `codes[:count]`; write its different shingles to `different`; return how many."""
    slots = room_for(count)
    words = slots // SLOTS_A_WORD
    keys[:slots] = FREE
    bits[:words] = 0
    mask, bit_mask = np.uint64(slots - 1), np.uint64(64 * words - 1)
    found = 0
    for start in range(count - multipliers.shape[1] + 1):
        value = shingle_key(codes, start, multipliers)
        slot = value & mask
        while keys[slot] != FREE and keys[slot] != value:
            slot = (slot + np.uint64(1)) & mask
        if keys[slot] == FREE:
            keys[slot] = different[found] = value
            bit = (value >> BIT_SHIFT) & bit_mask
            bits[bit >> np.uint64(6)] |= np.uint64(1) << (bit & np.uint64(63))
            found += 1
    return found


@kernel(f"int64({UINT64}, int64, {UINT64}, int64)")
def surely_missing(bitmaps: np.ndarray, start: int, bits: np.ndarray, words: int) -> int:
    """Bits that stand in bitmaps[start : start + words] and not in `bits`."""
    missing = np.uint64(0)
    for word in range(np.uint64(words)):
        rest = bitmaps[np.uint64(start) + word] & ~bits[word]
        rest -= (rest >> np.uint64(1)) & np.uint64(0x5555555555555555)
        rest = (rest & np.uint64(0x3333333333333333)) + ((rest >> np.uint64(2)) & np.uint64(0x3333333333333333))
        rest = (rest + (rest >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
        missing += (rest * np.uint64(0x0101010101010101)) >> np.uint64(56)
    return int(missing)


@kernel("int64(int64, int64, float64)")
def most_missing(size: int, count: int, limit: float) -> int:
    """How many of `size` shingles a set of `count` may lack for a Jaccard of the limit; one more, for the rounding."""
    return int(size - limit * (size + count) / (1 + limit) + 1)


@kernel(f"float64({UINT64}, int64, int64, {UINT64}, int64, int64, float64)")
def similarity(shingles: np.ndarray, start: int, end: int, keys: np.ndarray, slots: int, count: int, limit: float) -> float:
    """The exact Jaccard of the different shingles[start:end] with a set, or -1 as soon as it is sure to be below `limit`."""
    size = end - start
    spare = most_missing(size, count, limit)
    mask = np.uint64(slots - 1)
    missing = 0
    for place in range(np.uint64(start), np.uint64(end)):
        value = shingles[place]
        slot = value & mask
        while keys[slot] != FREE and keys[slot] != value:
            slot = (slot + np.uint64(1)) & mask
        missing += keys[slot] == FREE
        if missing > spare:
            return -1.0
    common = size - missing
    return common / (size + count - common)
