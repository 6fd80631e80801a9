"""Which lines that are cut may tell about the text."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from builder.text.page.cutting import CUT, KEEP, TRIM
from builder.text.page.lexicon import Kind, classify
from builder.text.page.lines import page_lines
from builder.text.page.surroundings import ABOVE, BELOW, MOST_CREDITS, Surroundings, surroundings

STAMP, CREDIT, BAR, TEXT = (
    "2031-05-06 08:30 来源：河湾晚报",
    "责任编辑：林静",
    "分享到：微信",
    "石桥昨天通车，老人和孩子都来看热闹。",
)
TITLE = "河湾石桥通车"


def around(*pages: list[str], keep: tuple[str, ...] = (TEXT, TITLE)) -> dict[int, Surroundings]:
    """What is around the texts of pages, of which all is cut but titles and texts."""
    lines = page_lines(pa.chunked_array([pa.array(["\n".join(page) for page in pages], pa.large_string())]))
    fates = np.array([KEEP if line in keep or not line else CUT for page in pages for line in page], np.uint8)
    return dict(surroundings(lines, classify(lines), fates))


@pytest.mark.parametrize(
    ("page", "head", "tail"),
    [
        ([TITLE, STAMP, TEXT], [STAMP], []),
        ([STAMP, TITLE, TEXT, CREDIT], [STAMP], [CREDIT]),
        (["", STAMP, BAR, "", TITLE, TITLE, TEXT], [STAMP], []),
        ([TITLE, TEXT, BAR, CREDIT], [], [CREDIT]),
        ([TITLE, *[TEXT] * 7, STAMP, TEXT], [], []),  # in the middle of the text
        ([STAMP, *[BAR] * ABOVE, TITLE, TEXT], [], []),  # too far above
        ([TEXT, *[BAR] * BELOW, CREDIT], [], []),  # too far below
        ([TITLE, STAMP, *[TEXT] * 4, *[CREDIT, TEXT] * (MOST_CREDITS + 1), CREDIT], [STAMP], []),  # several articles
        ([TITLE, BAR, TEXT], [], []),
    ],
)
def test_what_is_near_the_text(page: list[str], head: list[str], tail: list[str]) -> None:
    assert around(page).get(0, Surroundings([], [])) == Surroundings(head, tail)


def test_pages_do_not_see_each_other() -> None:
    pages = [[TITLE, STAMP, TEXT], [BAR, TEXT], [TEXT, CREDIT], [TITLE]]
    assert around(*pages) == {0: Surroundings([STAMP], []), 2: Surroundings([], [CREDIT])}


def test_a_credit_behind_the_last_full_stop() -> None:
    lines = page_lines(pa.chunked_array([pa.array([f"{TITLE}\n{TEXT}（来源：河湾晚报）"], pa.large_string())]))
    assert surroundings(lines, np.full(2, Kind.NONE), np.array([KEEP, TRIM], np.uint8)) == {
        0: Surroundings([], ["（来源：河湾晚报）"])
    }
