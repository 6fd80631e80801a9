"""Signatures as datasketch's objects and back, and what datasketch makes of them."""

from __future__ import annotations

import numpy as np
import pytest
from datasketch import LeanMinHash, MinHash, MinHashLSH

from builder.text.canonical import canonical_codes
from builder.text.minhash import agreements, signatures
from builder.text.near.permutations import lean_minhashes, permutations, signatures_of
from tests.steps.dedup.corpus import corpus, families

NUM_PERM, SEED = 128, 7


def signed() -> np.ndarray:
    offsets, codes = canonical_codes(corpus(families(12, 5))["text"])
    return signatures(codes, offsets, *permutations(NUM_PERM, SEED), 5)


def test_there_and_back() -> None:
    values = signed()
    lean = lean_minhashes(values, SEED)
    assert all(isinstance(one, LeanMinHash) and one.seed == SEED for one in lean)
    assert np.array_equal(signatures_of(lean), values)
    assert signatures_of([]).size == 0


def test_datasketch_estimates_what_we_count() -> None:
    values = signed()
    lean = lean_minhashes(values, SEED)
    left, right = np.triu_indices(len(values), 1)
    shares = agreements(values, left.astype(np.int64), right.astype(np.int64)) / NUM_PERM
    assert max(shares) > 0.8
    assert all(lean[one].jaccard(lean[other]) == share for one, other, share in zip(left, right, shares, strict=True))


def test_datasketch_signs_what_we_take() -> None:
    mine = MinHash(num_perm=NUM_PERM, seed=SEED, scheme="affine32", hashfunc=int)
    mine.update_batch([5, 99, 1 << 31])
    assert np.array_equal(signatures_of([LeanMinHash(mine)])[0], mine.hashvalues)
    assert np.array_equal(mine.permutations[0], permutations(NUM_PERM, SEED)[0])


def test_an_lsh_of_datasketch_finds_them() -> None:
    values = signed()
    lean = lean_minhashes(values, SEED)
    lsh = MinHashLSH(params=(25, 5), num_perm=NUM_PERM)
    for number, one in enumerate(lean):
        lsh.insert(number, one)
    left, right = np.triu_indices(len(values), 1)
    alike = agreements(values, left.astype(np.int64), right.astype(np.int64)) > 0.9 * NUM_PERM
    found = [set(lsh.query(one)) for one in lean]
    assert alike.sum() > 10
    assert all(other in found[one] for one, other in zip(left[alike].tolist(), right[alike].tolist(), strict=True))


def test_what_cannot_be_compared_is_refused() -> None:
    values = signed()[:1]
    mixed = [*lean_minhashes(values, 1), *lean_minhashes(values, 2)]
    with pytest.raises(ValueError, match=r"got .*'affine32', 1, 128.*'affine32', 2, 128"):
        signatures_of(mixed)
    legacy = MinHash(num_perm=NUM_PERM, seed=SEED, scheme="legacy")
    with pytest.raises(ValueError, match="legacy"):
        signatures_of([LeanMinHash(legacy)])
