"""Entropy against the textbook formula."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.text.entropy import FRACTION, TABLE, character_bits, log2

CHARACTERS = "桥路渡口，。ab1 \t\n\u3000\u00a0é𠮷"
SPACES = " \t\n\u3000\u00a0"


def bits(texts: list[str | None]) -> list[float]:
    measured: list[float] = character_bits(pa.array(texts, pa.large_string()), np.arange(len(texts))).tolist()
    return measured


@pytest.mark.parametrize("number", [1, 2, 3, 5, 1000, TABLE - 1, TABLE, TABLE + 1, 10**7 + 3, 2**31 - 1, 2**32 - 1])
def test_logarithms_are_those_of_the_library(number: int) -> None:
    assert log2(number) / 2**FRACTION == pytest.approx(math.log2(number), abs=2.0**-23)


@pytest.mark.parametrize("power", range(32))
def test_logarithms_of_powers_of_two_are_exact(power: int) -> None:
    assert log2(2**power) == power << FRACTION


@given(st.lists(st.text(CHARACTERS, max_size=80), max_size=5))
def test_bits_are_those_of_the_formula(texts: list[str]) -> None:
    for text, measured in zip(texts, bits([*texts]), strict=True):
        visible = [char for char in text if char not in SPACES]
        shares = [count / len(visible) for count in Counter(visible).values()]
        assert measured == pytest.approx(-sum(share * math.log2(share) for share in shares), abs=2.0**-22)


def test_a_character_that_stands_more_often_than_the_table_is_long() -> None:
    assert bits(["桥" * 3 * TABLE + "路" * TABLE]) == pytest.approx([2 - 0.75 * math.log2(3)], abs=2.0**-22)


def test_texts_without_characters_and_equal_shares() -> None:
    assert bits([None, "", " \n\u3000", "桥" * 500, "桥路" * 500, "桥路渡口" * 500]) == [0, 0, 0, 0, 1, 2]


def test_only_the_texts_asked_for_are_measured() -> None:
    texts = pa.array(["桥路", "桥", "桥路渡口"], pa.large_string())
    assert character_bits(texts, np.array([2, 0])).tolist() == [2, 1]
    assert character_bits(texts, np.array([], np.int64)).size == 0
