"""Cut what a newspaper prints around its articles: running head, folio, date, page editors, signs of captions and columns.

A page is known by a line that begins with a white square and names a reporter, a page editor or a photographer: no other text
does that. Bylines stay, being the heads of articles; so do the sentences of captions. Elsewhere only a line that is nothing but a
letter, a number and the word for a newspaper's page goes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from builder.core.batch import Batch, counter
from builder.core.step import Edit, Finding, Row, Step
from builder.text.pattern import chars, matching

HAN = chars("han")
SQUARE = "\N{WHITE SQUARE}"
NAME = f"[{HAN}](?: ?[{HAN}\N{MIDDLE DOT}]){{1,9}}"  # one or two names, the short ones spaced to the width of three characters

# Duties named at the head of a page, in newspapers of the mainland.
DUTIES = "编辑 主编 总编 编审 责编 美编 视觉 版式 组版 排版 版面 设计 制图 图编 校对 校审 审校 审读 检校 一读 二读 统筹 策划"
DUTY = f"(?:本版|值班|执行|责任)?(?:{DUTIES.replace(' ', '|')})[ \t]*[/\N{FULLWIDTH SOLIDUS}:\N{FULLWIDTH COLON}]"
CREDIT = re.compile(f"[ \t]*+(?:{SQUARE}?[ \t]*+{DUTY}[ \t]*+{NAME}[ \t]*+){{1,4}}")
# Of an article that another paper had first.
SOURCE = re.compile(f"[ \t]*+(?:来源|來源)[ \t]*+[:\N{FULLWIDTH COLON}][ \t]*+[{HAN}]{{2,12}}[ \t]*+")
FOLIO = re.compile("[ \t]*+(?:(?:第[ \t]*+)?[A-Z]?[0-9]{1,2}(?:[ \t]*+版)?)[ \t]*+")
WEEKDAY = "[ \t]*+(?:星期|周)[一二三四五六日]"
DATE = re.compile(f"[ \t]*+[0-9]{{4}} ?年 ?[0-9]{{1,2}} ?月 ?[0-9]{{1,2}} ?日(?:{WEEKDAY})?(?:[ \t]*+农历.{{2,12}})?[ \t]*+")
HEAD = re.compile(f"[ \t]*+[{HAN}]{{2,8}}[报報][ \t]*+")  # the newspaper's name
PHOTOGRAPHER = re.compile(f"[ \t]*+{SQUARE}[ \t]*+{NAME} ?(?<!拍)摄(?:影(?:报道)?)?[ \t]*+\\Z")
CAPTION = re.compile("[ \t]*+[\N{BLACK SQUARE}\N{BLACK UP-POINTING TRIANGLE}\N{BLACK RIGHT-POINTING TRIANGLE}][ \t]*+")
ORNAMENT = re.compile("[ \t]*+(?:\\(?>>\\)|>>|[\N{RIGHTWARDS DOUBLE ARROW}\N{RIGHTWARDS WHITE ARROW}])[ \t]*+(?=.{1,12}\\Z)")
# A column's title whose letters a machine took apart, one of them behind the other.
GARBLED = re.compile(f"{ORNAMENT.pattern}(?=(?:.*?[a-z][{HAN}]){{2}})")
PAGE = re.compile("[ \t]*+[A-Z][0-9]{1,2}[ \t]*+版[ \t]*+")
# What a caption or an ornament begins with.
SIGNS = (
    "\N{BLACK SQUARE}\N{BLACK UP-POINTING TRIANGLE}\N{BLACK RIGHT-POINTING TRIANGLE}"
    "(>\N{RIGHTWARDS DOUBLE ARROW}\N{RIGHTWARDS WHITE ARROW}"
)
LONGEST = 80  # characters of what stands alone: four times the longest
ALONE = (PHOTOGRAPHER.fullmatch, SOURCE.fullmatch, GARBLED.match)
BLANK_LINES = re.compile(r"\n(?:[ \t]*\n){2,}")

PAGE_FOUND = "(?:\\A|\\n)[ \\t]*[A-Z][0-9]{1,2}[ \\t]*版[ \\t]*(?:\\n|\\z)"  # RE2
NEWSPAPER_FOUND = f"{SQUARE}[ \\t]*(?:本[报報]|[见見][习習]|[实實][习習]|特[约約]|通[讯訊][员員]|[记記]者|{DUTY}|{NAME} ?摄)"


class PageMarks(Step):
    """Remove the furniture of newspaper pages."""

    version: ClassVar[int] = 2

    def detect(self, batch: Batch) -> list[Finding]:
        """Newspaper pages by their white squares; elsewhere, lines that hold the number of a page."""
        squares = np.flatnonzero(counter(batch, "other_symbol"))
        lines = np.flatnonzero((counter(batch, "newline") > 0) & (counter(batch, "latin") > 0) & (counter(batch, "digit") > 0))
        return [
            Finding("newspaper_page", matching(batch["text"], squares, NEWSPAPER_FOUND)),
            Finding("page_number", matching(batch["text"], lines, PAGE_FOUND)),
        ]

    def repair(self, row: Row) -> Edit:
        """The page without its furniture."""
        lines = row.text.split("\n")
        short = [(place, line) for place, line in enumerate(lines) if len(line.strip()) <= LONGEST]
        cut = {place for place, line in short if PAGE.fullmatch(line)}
        numbers = len(cut)
        if "newspaper_page" in row.codes:
            cut |= _heads(lines)
            cut |= {place for place, line in short if any(kind(line) for kind in ALONE)}
            kept = [(line, _bare(line)) for place, line in enumerate(lines) if place not in cut]
        else:
            kept = [(line, line) for place, line in enumerate(lines) if place not in cut]
        count = len(cut) + sum(line != bare for line, bare in kept)
        if not count:
            return Edit(row.text, 0)
        text = "\n".join(bare for _, bare in kept)
        return Edit(
            BLANK_LINES.sub("\n\n", text).strip("\n") if cut else text,
            {"page_number": numbers, "newspaper_page": count - numbers},
        )


def _heads(lines: Sequence[str]) -> set[int]:
    """The lines of page editors, and the running head, folio and date that stand together with them."""
    filled = [place for place, line in enumerate(lines) if line.strip()]
    credit = [CREDIT.fullmatch(lines[place]) is not None for place in filled]
    found: set[int] = set()
    for start, step in (
        (0, 1),
        (len(filled) - 1, -1),
    ):  # downwards, then upwards: what follows a credit, with blank lines between
        near = False
        for number in range(start, len(filled) if step > 0 else -1, step):
            line = lines[filled[number]]
            near = credit[number] or (near and any(kind.fullmatch(line) for kind in (FOLIO, DATE, HEAD)))
            if near:
                found.add(filled[number])
    return found


def _bare(line: str) -> str:
    """One line without the sign of a caption or a column, and without the photographer behind a caption."""
    photographer = line.rfind(SQUARE)
    if photographer > 0 and PHOTOGRAPHER.match(line, photographer):
        line = line[:photographer].rstrip()
    sign = (CAPTION.match(line) or ORNAMENT.match(line)) if line.lstrip(" \t")[:1] in SIGNS else None
    return line[sign.end() :] if sign and sign.end() < len(line) else line
