"""What lines look like, on lines that are written out."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from builder.text.page.lines import CHARS, page_lines
from builder.text.page.shapes import COLON, ELLIPSIS, FIGURE, FIRST, HAN, LIKE_TITLE, NO_TITLE, TITLE, Shapes, shapes


def looks(text: str) -> Shapes:
    lines = page_lines(pa.array([text], pa.large_string()))
    full = np.flatnonzero(lines.features[:, CHARS])
    return shapes(lines, full, lines.rows[full])


def test_first_and_last() -> None:
    found = looks("桥：修好了\n 12 座桥… \n下一座：")
    assert found.first.tolist() == [HAN, FIGURE, HAN]
    assert found.last.tolist() == [HAN, ELLIPSIS, COLON]
    assert found.colon.tolist() == [2, 0, 4]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("1、修桥", "2、铺路", True),
        ("阅读 284", "阅读 1270", True),
        ("石桥通车", "石桥通车了没有人知道", False),
        ("第1页", "第一页", False),
    ],
)
def test_shape(one: str, other: str, same: bool) -> None:  # noqa: FBT001 - the expectation
    found = looks(f"{one}\n{other}").shape
    assert (found[0] == found[1]) == same


def test_same_text_without_its_spaces() -> None:
    found = looks("首 页\n首页\n首夜").text
    assert found[0] == found[1] != found[2]


def test_title() -> None:
    found = looks("石桥昨天通车_桥头镇新闻网\n石桥昨天通车\n石桥昨天修好，老人都来看\n石桥\n路修好了以后")
    assert found.title.tolist() == [FIRST, TITLE, NO_TITLE, NO_TITLE, NO_TITLE]
    assert looks("石桥昨天通车_桥头镇\n石桥昨天通车时老人都来看热闹").title.tolist() == [FIRST, LIKE_TITLE]
