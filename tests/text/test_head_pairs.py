"""Pairs of characters near the beginning of texts."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from builder.text.head_pairs import holding_pairs

PAIRS = (("记記", "者"), ("日月", "电"))


@pytest.mark.parametrize(
    ("text", "size", "found"),
    [
        ("本报记者到桥上看", 100, True),
        ("本報記者到橋上看", 100, True),
        ("石桥3月5日电", 100, True),
        ("记日者电", 100, False),  # a first and a second of two pairs
        ("记 者", 100, False),
        ("桥桥记者", 9, False),  # the pair ends behind nine bytes
        ("桥桥记者", 10, True),  # a character counts that begins before the border
        ("", 100, False),
        (None, 100, False),
    ],
)
def test_pairs_in_heads(text: str | None, size: int, found: bool) -> None:  # noqa: FBT001 - a parameter of the test
    texts = pa.chunked_array([pa.array([text, "桥"], pa.large_string())])
    assert holding_pairs(texts, np.arange(2), size, PAIRS).tolist() == ([0] if found else [])
