"""The lexicon of spam: where each literal comes from, how often it stands in clean text, and what structure asks beside it."""

from __future__ import annotations

import pytest

from builder.text.spam import MIN_TERMS, lexicon, measured

SPAM = "百家乐技巧 真人荷官 北京赛车 时时彩平台"


def test_every_literal_has_family_source_and_count() -> None:
    terms = lexicon()
    assert len({term.term for term in terms}) == len(terms) > MIN_TERMS
    for term in terms:
        assert term.term == term.term.strip().lower()
        assert term.family in {"gambling", "adult", "fraud"}
        assert term.source
        assert 0 <= int(term.clean) <= MOST_CLEAN, term.term


MOST_CLEAN = 40  # places in 16,330 clean documents: words that prose uses can still be telling in stub lines


@pytest.mark.parametrize(
    ("text", "spam"),
    [
        (SPAM, True),
        (SPAM.replace(" ", "\n"), True),
        (f"桥修好了。\n{SPAM}", True),
        (f"{SPAM}。", False),
        ("他说百家乐和真人荷官都是骗人的，时时彩也是", False),
        ("百家乐 真人荷官", False),
        ("石桥 木桥 铁桥 浮桥", False),
        ("", False),
    ],
)
def test_structure_and_words(text: str, spam: bool) -> None:  # noqa: FBT001 - a row of a table
    assert (measured(text).ratio() > 0) == spam
