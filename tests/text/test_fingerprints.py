"""What is chosen in each window, and that a quotation keeps it."""

from __future__ import annotations

import random
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from builder.text.fingerprints import GRAM, QUOTED, WINDOW, fingerprints
from builder.text.minhash import shingle_hashes64
from tests.text.test_overlap import ALPHABET, keys


def drawn(seed: int, count: int, longest: int = 500) -> list[str]:
    chance = random.Random(seed)  # noqa: S311 - texts, no secrets
    letters = [ALPHABET, ALPHABET[:2], ALPHABET[0]]
    return ["".join(chance.choices(chance.choice(letters), k=chance.randint(0, longest))) for _ in range(count)]


@given(st.integers(0, 10_000))
def test_the_smallest_of_each_window_is_chosen(seed: int) -> None:
    texts = drawn(seed, 5)
    offsets, codes = keys(texts)
    borders, hashes = shingle_hashes64(codes, offsets, GRAM)
    found = fingerprints(codes, offsets)
    for row, (start, end) in enumerate(pairwise(borders.tolist())):
        mine = hashes[start:end].tolist()
        windows = [mine[at : at + WINDOW] for at in range(max(len(mine) - WINDOW + 1, 1))] if mine else []
        assert found.hash[found.document == row].tolist() == sorted({min(window) for window in windows})
    assert found.total.tolist() == [int(np.sum(found.document == row)) for row in range(len(texts))]


@given(st.integers(0, 10_000))
def test_a_quotation_shares_a_fingerprint(seed: int) -> None:
    quoted, before, behind = ("".join(random.Random(seed + part).choices(ALPHABET, k=QUOTED)) for part in range(3))  # noqa: S311
    offsets, codes = keys([quoted, f"{before}{quoted}{behind}"])
    found = fingerprints(codes, offsets)
    assert set(found.hash[found.document == 0]) <= set(found.hash[found.document == 1])


def test_about_one_in_32() -> None:
    offsets, codes = keys(["".join(random.Random(1).choices(ALPHABET, k=100_000))])  # noqa: S311
    assert 2_800 < len(fingerprints(codes, offsets).hash) < 3_400
