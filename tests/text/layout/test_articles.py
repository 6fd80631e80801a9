"""Articles of a page are found again, wherever blank lines stood."""

from __future__ import annotations

from random import Random

from builder.core.apply import apply
from builder.core.batch import texts_batch, with_profile
from builder.steps.normalize.articles import Articles
from builder.text.layout.articles import borders
from builder.text.layout.page_lines import is_byline
from tests.text.layout.newspaper_page import Page, page

PAGES = 300
FOUND, FALSE = 0.9, 0.02
BLANK = (0, 0.3, 0.7, 1)  # of the lines, those with a blank one behind them


def pages(seed: int, count: int) -> list[Page]:
    random = Random(seed)  # noqa: S311 - any pages will do
    return [page(random) for _ in range(count)]


def test_articles_are_found() -> None:
    total = right = wrong = 0
    for made in pages(24, PAGES):
        found = set(borders(made.lines))
        total += len(made.begins)
        right += len(found.intersection(made.begins))
        wrong += len(found.difference(made.begins))
    assert right >= FOUND * total
    assert wrong <= FALSE * total


def test_a_blank_line_more_or_less_changes_nothing() -> None:
    random = Random(7)  # noqa: S311
    for made in pages(7, 20):
        texts: list[str | None] = [made.text(random, share) for share in BLANK]
        result = apply(Articles(), with_profile(texts_batch(texts))).batch["text"].to_pylist()
        if borders(made.lines) and any(line.startswith("□本报") for line in made.lines):
            assert len(set(result)) == 1
            assert [block.split("\n")[0] for block in result[0].split("\n\n")][1:] == [
                made.lines[at] for at in borders(made.lines)
            ]


def test_bylines() -> None:
    bylines = ("□本报记者 林 南 通讯员 秦桥", "□林南", "本报记者 林南 文/图", "新华社记者林南、秦桥", "文/图 本报记者 林南")
    others = ("本报记者走进社区看了看", "□同意 □不同意", "□林南摄", "记者", "△资料图", "□" + " 林" * 40, "")
    assert all(map(is_byline, bylines))
    assert not any(map(is_byline, others))


def test_a_page_of_nothing() -> None:
    assert borders([]) == []
    assert borders(["石桥通车"]) == []
    assert borders(["□林南"] * 3) == []
