"""Signatures against datasketch, shingle hashes against chance, Jaccard against sets."""

from __future__ import annotations

import random
from itertools import pairwise

import numpy as np
import pytest
from datasketch import MinHash
from hypothesis import given
from hypothesis import strategies as st

from builder.text.minhash import (
    BLOCK,
    EMPTY,
    MAX_SHINGLE_CHARS,
    MULTIPLIERS,
    agreements,
    band_hashes,
    jaccard,
    shingle_hashes,
    shingle_hashes64,
    signatures,
    sorted_shingles,
)

Documents = tuple[np.ndarray, np.ndarray]
COMMON_HAN = range(0x4E00, 0x4E00 + 3500)
SETS = st.lists(st.lists(st.integers(0x4E00, 0x4E04), max_size=40), min_size=1, max_size=6)


def documents(codes: list[list[int]]) -> Documents:
    """(codes uint32, offsets) as canonical_codes gives them."""
    offsets = np.cumsum([0, *map(len, codes)])
    return np.array([code for document in codes for code in document], np.uint32), offsets.astype(np.int64)


def random_documents(count: int, most: int, seed: int) -> list[list[int]]:
    """Documents of 0 to `most` characters."""
    chance = random.Random(seed)  # noqa: S311 - test material
    return [chance.choices(COMMON_HAN, k=chance.randint(0, most)) for _ in range(count)]


def by_document(offsets: np.ndarray, hashes: np.ndarray) -> list[list[int]]:
    """The hashes of each document."""
    return [hashes[start:stop].tolist() for start, stop in pairwise(offsets)]


def permutations(count: int) -> tuple[np.ndarray, np.ndarray]:
    """datasketch's own."""
    a, b = MinHash(num_perm=count, scheme="affine32").permutations
    return np.ascontiguousarray(a, np.uint32), np.ascontiguousarray(b, np.uint32)


@pytest.mark.parametrize("permutation_count", [1, 112, 128])
def test_signatures_are_those_of_datasketch(permutation_count: int) -> None:
    texts = [*random_documents(50, 400, seed=1), [], [0x4E00] * 4, [0x4E00] * 5, *random_documents(2, 3 * BLOCK, seed=2)]
    codes, offsets = documents(texts)
    signed = signatures(codes, offsets, *permutations(permutation_count), 5)
    assert signed.dtype == np.uint32
    for row, hashes in enumerate(by_document(*shingle_hashes(codes, offsets, 5))):
        expected = MinHash(num_perm=permutation_count, scheme="affine32", hashfunc=int)
        expected.update_batch(hashes)
        assert np.array_equal(signed[row], expected.hashvalues), row


@pytest.mark.parametrize("length", [0, 4, 5, BLOCK + 3, BLOCK + 4, BLOCK + 5, 2 * BLOCK + 4])
def test_every_shingle_counts_at_the_border_of_a_block(length: int) -> None:
    codes, offsets = documents([list(range(1, length + 1))])
    identity = np.ones(1, np.uint32), np.zeros(1, np.uint32)
    mixed = MinHash(num_perm=1, scheme="affine32", hashfunc=int, permutations=identity)
    mixed.update_batch(shingle_hashes(codes, offsets, 5)[1].tolist())
    assert signatures(codes, offsets, *identity, 5).tolist() == [mixed.hashvalues.tolist()]


def test_short_documents_have_an_empty_signature() -> None:
    codes, offsets = documents([[1, 2, 3, 4], []])
    assert (signatures(codes, offsets, *permutations(16), 5) == EMPTY).all()
    assert shingle_hashes(codes, offsets, 5)[0].tolist() == [0, 0, 0]


@given(SETS, st.integers(1, 7))
def test_hashes_are_the_multilinear_sums(texts: list[list[int]], width: int) -> None:
    def hash64(shingle: list[int]) -> int:
        upper, lower = (sum(int(m) * code for m, code in zip(row, shingle, strict=False)) % 2**64 >> 32 for row in MULTIPLIERS)
        return upper << 32 | lower

    expected = [[hash64(text[i : i + width]) for i in range(len(text) - width + 1)] for text in texts]
    codes, offsets = documents(texts)
    assert by_document(*shingle_hashes64(codes, offsets, width)) == expected
    assert by_document(*shingle_hashes(codes, offsets, width)) == [[value >> 32 for value in hashes] for hashes in expected]
    assert by_document(*sorted_shingles(codes, offsets, width)) == [sorted(set(hashes)) for hashes in expected]


def test_multipliers_are_odd_and_differ() -> None:
    assert (MULTIPLIERS & np.uint64(1)).all()
    assert np.unique(MULTIPLIERS).size == MULTIPLIERS.size


def test_distinct_shingles_collide_as_rarely_as_chance() -> None:
    count = 400_000
    shingles = np.unique(
        np.random.default_rng(3).integers(COMMON_HAN.start, COMMON_HAN.stop, (count, 5), dtype=np.uint32), axis=0
    )
    offsets = np.arange(0, shingles.size + 1, 5, dtype=np.int64)
    hashes = shingle_hashes(shingles.reshape(-1), offsets, 5)[1]
    expected = len(shingles) ** 2 / 2**33
    collisions = len(shingles) - np.unique(hashes).size
    assert abs(collisions - expected) < 5 * expected**0.5
    assert np.unique(shingle_hashes64(shingles.reshape(-1), offsets, 5)[1]).size == len(shingles)


@pytest.mark.parametrize("shift", [0, 8, 16, 24])
def test_every_byte_of_the_hash_is_uniform(shift: int) -> None:
    shingles = np.random.default_rng(4).integers(COMMON_HAN.start, COMMON_HAN.stop, 200_000, dtype=np.uint32)
    hashes = shingle_hashes(shingles, np.array([0, shingles.size], np.int64), 5)[1]
    seen = np.bincount(hashes >> np.uint32(shift) & np.uint32(0xFF), minlength=256)
    chi_squared = float(((seen - hashes.size / 256) ** 2).sum() / (hashes.size / 256))
    assert chi_squared < 255 + 5 * (2 * 255) ** 0.5


@given(SETS)
def test_jaccard_is_that_of_sets(texts: list[list[int]]) -> None:
    codes, offsets = documents(texts)
    sets = [{tuple(text[i : i + 3]) for i in range(len(text) - 2)} for text in texts]
    left, right = (side.reshape(-1) for side in np.indices((len(texts), len(texts)), np.int64))
    hash_offsets, hashes = sorted_shingles(codes, offsets, 3)
    intersections, unions = jaccard(hashes, hash_offsets, left, right)
    pairs = [(sets[one], sets[other]) for one, other in zip(left, right, strict=True)]
    assert intersections.tolist() == [len(one & other) for one, other in pairs]
    assert unions.tolist() == [len(one | other) for one, other in pairs]


def test_agreement_estimates_jaccard() -> None:
    text = random_documents(1, 4000, seed=5)[0]
    codes, offsets = documents([text, text[: len(text) // 2], list(reversed(text))])
    signed = signatures(codes, offsets, *permutations(256), 5)
    agreed = agreements(signed, np.array([0, 0, 0]), np.array([0, 1, 2]))
    assert agreed.dtype == np.int32
    assert agreed[0] == 256
    assert abs(agreed[1] / 256 - 0.5) < 0.16  # five standard deviations
    assert agreed[2] < 8


def test_bands_hash_their_values_and_their_number() -> None:
    values = np.array([[1, 2, 3, 4, 5], [1, 2, 3, 4, 9], [2, 1, 3, 4, 5], [1, 2, 1, 2, 0]], np.uint32)
    hashes = band_hashes(values, bands=2, rows=2)
    assert hashes.shape == (4, 2)
    assert hashes.dtype == np.uint64
    assert hashes[0].tolist() == hashes[1].tolist()  # the fifth value belongs to no band
    assert hashes[0, 0] != hashes[2, 0]  # order counts
    assert hashes[0, 1] == hashes[2, 1]
    assert hashes[3, 0] != hashes[3, 1]  # the number counts


def test_band_hashes_do_not_collide() -> None:
    values = np.random.default_rng(6).integers(0, 50, (20_000, 8), dtype=np.uint32)
    bands = np.concatenate([values.reshape(20_000, 2, 4), np.broadcast_to(np.arange(2)[None, :, None], (20_000, 2, 1))], axis=2)
    assert np.unique(band_hashes(values, 2, 4)).size == len(np.unique(bands.reshape(-1, 5), axis=0))


@pytest.mark.parametrize("shingle_chars", [0, -1, MAX_SHINGLE_CHARS + 1])
def test_impossible_shingles_are_refused(shingle_chars: int) -> None:
    codes, offsets = documents([[1, 2, 3]])
    for function in (shingle_hashes, shingle_hashes64, sorted_shingles):
        with pytest.raises(ValueError, match=f"got {shingle_chars} characters; 1 to 64"):
            function(codes, offsets, shingle_chars)
    with pytest.raises(ValueError, match="1 to 64"):
        signatures(codes, offsets, *permutations(4), shingle_chars)


def test_permutations_that_do_not_match_are_refused() -> None:
    codes, offsets = documents([[1, 2, 3]])
    a, b = permutations(4)
    with pytest.raises(ValueError, match="got 4 factors and 3 addends"):
        signatures(codes, offsets, a, b[:3], 5)


@pytest.mark.parametrize(("bands", "rows"), [(3, 2), (0, 2), (2, 0), (-1, -1)])
def test_bands_that_do_not_fit_are_refused(bands: int, rows: int) -> None:
    with pytest.raises(ValueError, match=f"got {bands} bands of {rows} rows for signatures of 4 values"):
        band_hashes(np.zeros((1, 4), np.uint32), bands, rows)


def test_no_documents() -> None:
    codes, offsets = documents([])
    assert signatures(codes, offsets, *permutations(8), 5).shape == (0, 8)
    assert band_hashes(np.zeros((0, 8), np.uint32), 2, 4).shape == (0, 2)
    assert by_document(*sorted_shingles(codes, offsets, 5)) == []
