"""Rare pairs: what is cut against counts in plain Python."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from builder.text.rare import RarePairs

MARK = "\1"
TEXTS = st.lists(st.text("春天来了河边柳ab \n😀", max_size=30), max_size=12)


@given(TEXTS, st.integers(1, 5))
def test_a_mark_stands_in_every_rare_pair_and_in_no_other(texts: list[str], minimum: int) -> None:
    counts = Counter(pair for text in texts for pair in pairwise(text))
    pairs = RarePairs(texts, minimum)
    for text in texts:
        cut = text[:1] + "".join(
            (MARK if min(pair) > " " and counts[pair] < minimum else "") + pair[1] for pair in pairwise(text)
        )
        assert pairs.cut(text, MARK) == cut
        assert pairs.cut(text, MARK).replace(MARK, "") == text
