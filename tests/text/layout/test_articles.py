"""Articles of a page are found again, wherever blank lines stood."""

from __future__ import annotations

from random import Random

import pytest

from builder.text.layout.articles import borders, byline_of
from tests.text.layout.newspaper_page import page

PAGES = 300
FOUND, FALSE = 0.9, 0.02


def test_articles_of_pages() -> None:
    random = Random(24)  # noqa: S311 - any pages will do
    total = right = wrong = 0
    for _ in range(PAGES):
        made = page(random)
        found = borders(made.lines)
        total += len(made.begins)
        right += len(set(found) & set(made.begins))
        wrong += len(set(found) - set(made.begins))
    assert right >= FOUND * total, right / total
    assert wrong <= FALSE * total, wrong / total
