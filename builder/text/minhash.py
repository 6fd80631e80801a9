"""Shingles of canonical keys, their MinHash signatures and bands, and exact Jaccard similarity, all compiled.

A shingle is a run of `shingle_chars` consecutive codes of one document. Its hash is multilinear (Lemire and Kaser, Strongly
universal string hashing is fast, 2014): a sum of codes times odd 64-bit multipliers, of which the upper half is kept. All
`offsets` are int64[n + 1] borders of n documents in a flat array.
"""

from __future__ import annotations

import numpy as np

from builder.text.groups import is_new
from builder.text.kernel import inlined, kernel
from builder.text.mixing import GOLDEN, finalized, mixed
from builder.text.readonly import INT64, UINT32, UINT64, read

MAX_SHINGLE_CHARS = 64
BLOCK = 2048  # shingles hashed before they are permuted: 24 KB of sums and hashes stay in the first-level cache
EMPTY = np.uint32(0xFFFFFFFF)  # a signature's value before the first shingle, as in datasketch

# The two halves of a 64-bit hash: the first outputs of splitmix64 from seed 0, made odd.
MULTIPLIERS = mixed(np.arange(2 * MAX_SHINGLE_CHARS, dtype=np.uint64) * np.uint64(GOLDEN)).reshape(2, -1) | np.uint64(1)


@inlined
def shingle_hash(codes: np.ndarray, start: int, multipliers: np.ndarray) -> np.uint64:
    """The hash of the shingle at a place: the first row of multipliers gives the upper half, the second the lower."""
    upper, lower = np.uint64(0), np.uint64(0)
    for place in range(multipliers.shape[1]):
        code = np.uint64(codes[np.uint64(start) + np.uint64(place)])
        upper += multipliers[0, place] * code
        lower += multipliers[1, place] * code
    return (upper >> np.uint64(32)) << np.uint64(32) | lower >> np.uint64(32)


@kernel(f"void({UINT32}, {INT64}, {INT64}, {read('uint64', 2)}, uint64[::1])")
def _hash_shingles(
    codes: np.ndarray, offsets: np.ndarray, hash_offsets: np.ndarray, multipliers: np.ndarray, hashes: np.ndarray
) -> None:
    """Fill `hashes`."""
    for row in range(offsets.size - 1):
        start, target = np.uint64(offsets[row]), np.uint64(hash_offsets[row])
        for shingle in range(np.uint64(hash_offsets[row + 1] - hash_offsets[row])):
            hashes[target + shingle] = shingle_hash(codes, start + shingle, multipliers)


@kernel(f"void({UINT32}, {INT64}, {UINT64}, {UINT32}, {UINT32}, uint32[:,::1])")
def _sign(
    codes: np.ndarray, offsets: np.ndarray, multipliers: np.ndarray, a: np.ndarray, b: np.ndarray, signatures: np.ndarray
) -> None:
    """Lower `signatures` to the minimum of each permutation. The shingle loop is the inner one, so that it vectorises."""
    width = multipliers.size
    sums = np.empty(BLOCK, np.uint64)
    hashes = np.empty(BLOCK, np.uint32)
    for row in range(offsets.size - 1):
        for first in range(offsets[row], offsets[row + 1] - width + 1, BLOCK):
            count = min(BLOCK, offsets[row + 1] - width + 1 - first)
            sums[:count] = 0
            for place in range(width):
                multiplier = multipliers[place]
                window = codes[first + place : first + place + count]
                for shingle in range(count):
                    sums[shingle] += multiplier * np.uint64(window[shingle])
            for shingle in range(count):  # fmix32, the finalizer of MurmurHash3
                value = np.uint32(sums[shingle] >> np.uint64(32))
                value = np.uint32((value ^ (value >> np.uint32(16))) * np.uint32(0x85EBCA6B))
                value = np.uint32((value ^ (value >> np.uint32(13))) * np.uint32(0xC2B2AE35))
                hashes[shingle] = value ^ (value >> np.uint32(16))
            for number in range(a.size):
                factor, addend = a[number], b[number]
                least = signatures[row, number]
                for shingle in range(count):
                    least = min(least, np.uint32(factor * hashes[shingle] + addend))
                signatures[row, number] = least


@kernel(f"void({read('uint32', 2)}, int64, uint64[:,::1])")
def _hash_bands(signatures: np.ndarray, rows: int, hashes: np.ndarray) -> None:
    """Chain each band's values through the finalizer of splitmix64, from the band's number."""
    for document in range(signatures.shape[0]):
        for band in range(hashes.shape[1]):
            value = np.uint64(band) << np.uint64(32)  # above the values, or band and value could swap bits
            for place in range(band * rows, (band + 1) * rows):
                value = finalized((value ^ np.uint64(signatures[document, place])) + np.uint64(GOLDEN))
            hashes[document, band] = value


@kernel(f"void({read('uint32', 2)}, {INT64}, {INT64}, int32[::1])")
def _agree(signatures: np.ndarray, left: np.ndarray, right: np.ndarray, counts: np.ndarray) -> None:
    """Count equal places of each pair."""
    for pair in range(left.size):
        one, other = signatures[left[pair]], signatures[right[pair]]
        equal = np.int32(0)
        for place in range(one.size):
            equal += np.int32(one[place] == other[place])
        counts[pair] = equal


@kernel(f"void({UINT64}, {INT64}, {INT64}, {INT64}, uint32[::1], uint32[::1])")
def _walk(
    hashes: np.ndarray, offsets: np.ndarray, left: np.ndarray, right: np.ndarray, intersections: np.ndarray, unions: np.ndarray
) -> None:
    """Merge each pair of ascending sets, without a branch on how two hashes compare."""
    for pair in range(left.size):
        one, one_end = np.uint64(offsets[left[pair]]), np.uint64(offsets[left[pair] + 1])
        other, other_end = np.uint64(offsets[right[pair]]), np.uint64(offsets[right[pair] + 1])
        size = (one_end - one) + (other_end - other)
        common = np.uint64(0)
        while one < one_end and other < other_end:
            mine, theirs = hashes[one], hashes[other]
            common += np.uint64(mine == theirs)
            one += np.uint64(mine <= theirs)
            other += np.uint64(theirs <= mine)
        intersections[pair] = common
        unions[pair] = size - common


def shingle_hashes64(codes: np.ndarray, offsets: np.ndarray, shingle_chars: int) -> tuple[np.ndarray, np.ndarray]:
    """(offsets int64[n + 1], hashes uint64[offsets[-1]]) of all shingles; a document shorter than one has none.

    `codes`: uint32. ValueError unless `shingle_chars` is in 1..64.
    """
    multipliers = _multipliers(shingle_chars)
    hash_offsets = np.zeros(offsets.size, np.int64)
    np.cumsum(np.maximum(np.diff(offsets) - (shingle_chars - 1), 0), out=hash_offsets[1:])
    hashes = np.empty(hash_offsets[-1], np.uint64)
    _hash_shingles(codes, offsets, hash_offsets, multipliers, hashes)
    return hash_offsets, hashes


def shingle_hashes(codes: np.ndarray, offsets: np.ndarray, shingle_chars: int) -> tuple[np.ndarray, np.ndarray]:
    """(offsets int64[n + 1], hashes uint32[offsets[-1]]): what signatures are made of; the upper half of the 64-bit hash."""
    hash_offsets, hashes = shingle_hashes64(codes, offsets, shingle_chars)
    return hash_offsets, (hashes >> np.uint64(32)).astype(np.uint32)


def sorted_shingles(codes: np.ndarray, offsets: np.ndarray, shingle_chars: int) -> tuple[np.ndarray, np.ndarray]:
    """(offsets int64[n + 1], hashes uint64[offsets[-1]]): each document's set of shingles, ascending."""
    hash_offsets, hashes = shingle_hashes64(codes, offsets, shingle_chars)
    for start, stop in zip(hash_offsets[:-1].tolist(), hash_offsets[1:].tolist(), strict=True):
        hashes[start:stop].sort()
    new = is_new(hashes)
    new[hash_offsets[:-1][np.diff(hash_offsets) > 0]] = True  # the last document may end with the same hash
    kept_before = np.concatenate([[0], np.cumsum(new)])
    return kept_before[hash_offsets], hashes[new]


def signatures(codes: np.ndarray, offsets: np.ndarray, a: np.ndarray, b: np.ndarray, shingle_chars: int) -> np.ndarray:
    """uint32[n, P]: MinHash signatures, equal to datasketch's scheme `affine32` over `shingle_hashes`.

    `a`, `b`: uint32[P], the permutations a * fmix32(hash) + b mod 2**32. A document without shingles has EMPTY in all places.
    ValueError unless `shingle_chars` is in 1..64 and `a` is as long as `b`.
    """
    if a.shape != b.shape:
        message = f"permutations do not match: got {a.size} factors and {b.size} addends; pass as many of each"
        raise ValueError(message)
    signed = np.full((offsets.size - 1, a.size), EMPTY, np.uint32)
    _sign(codes, offsets, _multipliers(shingle_chars)[0], a, b, signed)
    return signed


def band_hashes(signatures: np.ndarray, bands: int, rows: int) -> np.ndarray:
    """uint64[n, bands]: one hash of each band's number and `rows` values; places past bands * rows are not used.

    ValueError unless bands and rows are positive and bands * rows is at most the signature's length.
    """
    if not (bands > 0 and rows > 0 and bands * rows <= signatures.shape[1]):
        message = (
            f"bands do not fit: got {bands} bands of {rows} rows for signatures of {signatures.shape[1]} values; "
            "both must be positive and their product at most that many; lower one, or sign with more permutations"
        )
        raise ValueError(message)
    hashes = np.empty((signatures.shape[0], bands), np.uint64)
    _hash_bands(signatures, rows, hashes)
    return hashes


def agreements(signatures: np.ndarray, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """int32[k]: in how many places the signatures of rows `left` and `right` (int64[k]) agree."""
    counts = np.empty(left.size, np.int32)
    _agree(signatures, left, right, counts)
    return counts


def jaccard(hashes: np.ndarray, offsets: np.ndarray, left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(intersections, unions), both uint32[k]: of the sets of documents `left` and `right` (int64[k]) in sorted_shingles."""
    intersections, unions = np.empty(left.size, np.uint32), np.empty(left.size, np.uint32)
    _walk(hashes, offsets, left, right, intersections, unions)
    return intersections, unions


def _multipliers(shingle_chars: int) -> np.ndarray:
    """uint64[2, shingle_chars]."""
    if not 1 <= shingle_chars <= MAX_SHINGLE_CHARS:
        message = (
            f"no shingles of that length: got {shingle_chars} characters; 1 to {MAX_SHINGLE_CHARS} are possible; 5 suits Chinese"
        )
        raise ValueError(message)
    return np.ascontiguousarray(MULTIPLIERS[:, :shingle_chars])
