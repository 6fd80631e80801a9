"""Shingle hashes are as good as drawn at random on shingles as running text has them, and bands find what they promise."""

from __future__ import annotations

import random
from itertools import pairwise

import numpy as np
import pytest

from builder.text.minhash import MULTIPLIERS, band_hashes, shingle_hash, shingle_hashes, shingle_hashes64, signatures
from builder.text.near.buckets import best_bands
from builder.text.near.permutations import permutations
from builder.text.near.units import decoded_units, utf16_units

SHINGLES, SIZE = 600_000, 5
WORDS = 4_000


def running_codes(count: int) -> np.ndarray:
    """Characters as in running text: words of one to four characters, few of them frequent, from neighbouring code points."""
    draw = np.random.default_rng(3)
    words = [draw.integers(0x4E00, 0x4E00 + 2_500, size) for size in draw.integers(1, 5, WORDS)]
    chosen = np.minimum(draw.zipf(1.3, count) - 1, WORDS - 1)
    return np.concatenate([words[number] for number in chosen.tolist()])[:count].astype(np.uint32)


def different_hashes() -> np.ndarray:
    """uint32 hashes of different shingles, from texts in which a shingle is mostly one character away from its neighbours."""
    codes = running_codes(4 * SHINGLES)
    _, first = np.unique(np.lib.stride_tricks.sliding_window_view(codes, SIZE), axis=0, return_index=True)
    _, hashes = shingle_hashes(codes, np.array([0, len(codes)], np.int64), SIZE)
    return hashes[np.sort(first)][:SHINGLES]


def test_hashes_are_uniform() -> None:
    hashes = different_hashes()
    count = len(hashes)
    assert count > SHINGLES // 2
    collisions = count - len(np.unique(hashes))
    expected = count * (count - 1) / 2 / 2**32
    assert abs(collisions - expected) < 5 * np.sqrt(expected) + 5
    for shift in (0, 8, 16, 24):
        observed = np.bincount((hashes >> np.uint32(shift)) & np.uint32(255), minlength=256)
        chi_square = float(((observed - count / 256) ** 2 / (count / 256)).sum())
        assert abs(chi_square - 255) < 5 * np.sqrt(2 * 255)


def test_the_set_hashes_as_the_array() -> None:
    codes = running_codes(500)
    _, hashes = shingle_hashes64(codes, np.array([0, len(codes)], np.int64), SIZE)
    multipliers = np.ascontiguousarray(MULTIPLIERS[:, :SIZE])
    assert [int(shingle_hash(codes, place, multipliers)) for place in range(len(hashes))] == hashes.tolist()


@pytest.mark.parametrize("jaccard", [0.5, 0.8, 0.9])
def test_bands_find_pairs_at_the_limit(jaccard: float) -> None:
    """Of 3,000 pairs of this similarity, bands of real signatures propose all but a few."""
    draw = np.random.default_rng(8)
    pairs, size = 3_000, 200
    shared = round(2 * size * jaccard / (1 + jaccard))
    offsets = np.arange(2 * pairs + 1, dtype=np.int64) * size
    codes = np.empty((pairs, 2, size), np.uint32)
    codes[:, :, :shared] = draw.integers(0, 1 << 31, (pairs, 1, shared))
    codes[:, :, shared:] = draw.integers(0, 1 << 31, (pairs, 2, size - shared))
    signed = signatures(codes.reshape(-1), offsets, *permutations(128, 1), 1)  # shingles of one code: sets drawn freely
    bands = band_hashes(signed, *best_bands(128, jaccard)).reshape(pairs, 2, -1)
    missed = pairs - int(np.count_nonzero((bands[:, 0] == bands[:, 1]).any(axis=1)))
    assert missed <= 12  # one in a thousand, and three standard deviations


def test_units_keep_every_code_point() -> None:
    chance = random.Random(6)  # noqa: S311 - no secret
    documents = [chance.choices([0x41, 0x4E00, 0xFFFF, 0x10000, 0x2A6D6, 0x10FFFF], k=size) for size in (0, 1, 7, 40)]
    codes = np.array([code for document in documents for code in document], np.uint32)
    offsets = np.cumsum([0, *map(len, documents)])
    unit_offsets, units = utf16_units(codes, offsets)
    for number, (start, end) in enumerate(pairwise(unit_offsets.tolist())):
        room = np.zeros(50, np.uint32)
        count = decoded_units(units, start, end, room)
        assert room[:count].tolist() == documents[number]
        assert units[start:end].tobytes().decode("utf-16-le") == "".join(map(chr, documents[number]))
