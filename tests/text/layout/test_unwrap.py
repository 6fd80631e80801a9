"""Text that is wrapped comes back as it was, whatever the width; what was not wrapped stays."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pytest

from builder.text.layout.joints import as_line
from builder.text.layout.rows import half_ems, rows_of_cells, rows_of_column
from builder.text.layout.unwrap import unwrapped
from builder.text.layout.wraps import IN_BAND, PEAK, TOTAL, breaks_inside

PARAGRAPHS = (
    "村口的石桥修了整整两年，今年春天终于通车了。头一天来走桥的人很多，老人牵着孩子，孩子牵着风筝，桥面上一直热闹到天黑才慢慢散去。",
    "修桥的钱一半是县里拨的，另一半是各家凑的。会计老秦把账贴在祠堂门口，谁家出了多少，石料花了多少，一笔一笔写得清清楚楚。",
    "桥头立着一块碑，碑上没有刻捐款人的名字，只刻了水位线和修桥的年月。老秦说，名字会磨掉，水位线以后用得着，还能教孩子认字。",
    "到了夏天，河水涨过两次，都没有漫过桥面。对岸的菜农从此不用绕路，早上摘的黄瓜和豆角，中午就能摆到镇上的菜摊，价钱也好些。",
    "维护脚本用 Python 编写，保存在 Gitea 的仓库里，每晚由 cron 运行一次，把水位写进 SQLite 数据库，再画成图贴在村口的公告栏上。",
)


def cut(paragraph: str, width: int, first: int) -> list[str]:
    """Rows of so many characters."""
    return [paragraph[:first], *(paragraph[start : start + width] for start in range(first, len(paragraph), width))]


def set_in_column(paragraph: str, width: int, indent: int) -> list[str]:
    """Rows of so many half-ems, no row begun with a mark that may not begin one."""
    rows: list[str] = []
    row, size = "", indent
    for char in paragraph:
        if size + half_ems(char) > width and char not in "，。、；：":
            rows, row, size = [*rows, row], "", 0
        row, size = row + char, size + half_ems(char)
    return [*rows, row]


@pytest.mark.parametrize("separator", [" ", "\n"])
@pytest.mark.parametrize("short", range(4))
@pytest.mark.parametrize("width", range(12, 31))
def test_rows_of_a_program(width: int, short: int, separator: str) -> None:
    wrapped = "\n\n".join(separator.join(cut(paragraph, width, width - short)) for paragraph in PARAGRAPHS)
    assert unwrapped(wrapped).text == "\n\n".join(PARAGRAPHS)


@pytest.mark.parametrize("width", range(24, 50))
def test_rows_of_a_column(width: int) -> None:
    prose = PARAGRAPHS[:4] * 2
    wrapped = "\n\n".join(" ".join(set_in_column(paragraph, width, 4)) for paragraph in prose)
    assert unwrapped(wrapped).text == "\n\n".join(prose)


@pytest.mark.parametrize("width", range(30, 60))
def test_lines_of_a_page(width: int) -> None:
    """A full line at the end of a sentence is left; nothing else is."""
    prose = PARAGRAPHS[:4] * 3
    wrapped = "\n".join("\n".join(set_in_column(paragraph, width, 0)) for paragraph in prose)
    whole = unwrapped(wrapped).text
    assert whole.replace("\n", "") == "".join(prose)
    assert all(line[-1] == "。" for line in whole.split("\n"))


MIXED = (
    *PARAGRAPHS,
    "水位表放在 https://example.org/level.csv 上，谁都可以下载；程序用 Visual Studio Code 编写，注释里写着每个传感器的编号。",
)
WIDE = "，。、；：”"


def filled(paragraph: str, width: int, *, hanging: bool) -> list[str]:
    """Rows of so many half-ems, each with all the words that fit; a mark may hang out."""
    rows: list[str] = []
    row = ""
    for word in re.findall(r"[!-~]+ ?|.", paragraph):
        if row and half_ems((row + word).rstrip()) > width and not (hanging and word in WIDE):
            rows, row = [*rows, row.rstrip()], ""
        row += word
    return [*rows, row]


@pytest.mark.parametrize("hanging", [False, True])
@pytest.mark.parametrize("separator", [" ", "\n"])
@pytest.mark.parametrize("width", range(28, 77, 4))
def test_rows_that_a_program_filled(width: int, separator: str, *, hanging: bool) -> None:
    wrapped = "\n\n".join(separator.join(filled(paragraph, width, hanging=hanging)) for paragraph in MIXED)
    assert unwrapped(wrapped).text == "\n\n".join(MIXED)


@pytest.mark.parametrize("width", range(28, 77, 4))
def test_rows_below_an_indentation(width: int) -> None:
    indented = ["\u3000\u3000" + paragraph for paragraph in MIXED]
    wrapped = "\n".join("\n".join(filled(paragraph, width, hanging=False)) for paragraph in indented)
    assert unwrapped(wrapped).text == "\n".join(indented)


def test_sound_text_is_not_unwrapped() -> None:
    text = "\n\n".join(PARAGRAPHS)
    assert unwrapped(text) == (text, 0)


def test_a_row_that_does_not_fit() -> None:
    assert rows_of_cells("石桥修了 两年", 4, 4) == ("石桥修了", "两年")
    assert rows_of_cells("石桥修了两年", 4, 4) == ()
    assert rows_of_cells("石桥修了", 4, 4) == ()
    assert rows_of_column(["石桥修了两年，今年春天终于通车", "了。"], 10) is None


def test_words_stay_apart() -> None:
    assert as_line(["用 Visual", "Studio 写", "程序"]) == "用 Visual Studio 写程序"
    assert as_line(["用", "Python 写"], airy=True) == "用 Python 写"
    assert as_line(["用", "Python 写"]) == "用Python 写"


def test_breaks_are_counted_by_width() -> None:
    texts = pa.array(
        ["\n\n".join(" ".join(cut(text, 15, 15)) for text in PARAGRAPHS[:3]), PARAGRAPHS[0], "", None], pa.large_string()
    )
    found = breaks_inside(texts)
    assert found[0, PEAK] == found[0, IN_BAND] == found[0, TOTAL] > 6
    assert not np.any(found[1:])
