"""A sparse search finds what a full one finds, wherever the word stands."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.text.needles import holding

WORDS = ("锟斤拷", "屯屯屯", "嚙踝蕭")
letters = st.text("a锟斤拷屯嚙踝蕭桥，\U00020bb7", max_size=40)


@given(st.lists(st.tuples(letters, st.sampled_from(["", *WORDS]), letters), max_size=5))
def test_the_same_as_a_full_search(parts: list[tuple[str, str, str]]) -> None:
    texts = ["".join(part) for part in parts]
    found = holding(pa.array(texts, pa.large_string()), *WORDS).tolist()
    assert found == [row for row, text in enumerate(texts) if any(word in text for word in WORDS)]


def test_other_texts_and_nulls() -> None:
    texts = pa.array(["桥修好了，大家来看。" * 50] * 20 + ["", None], pa.large_string())
    assert not holding(texts, *WORDS).size


def test_short_words_are_refused() -> None:
    with pytest.raises(ValueError, match="9 bytes"):
        holding(pa.array(["桥"], pa.large_string()), "屯屯")
