"""Lines that a page broke: paragraphs whose rows are lines of nearly one width.

A line is joined to the next where it is full and ends in the middle of a sentence. A full line at the end of a sentence may
end a paragraph too: it is joined only where blank lines or indentations tell paragraphs. Items, headings, tables, code and
indented lines begin anew.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from builder.text.layout.measured import SIZE, lines_between_han, pieces_of
from builder.text.layout.pieces import BYLINE, CLOSED
from builder.text.layout.rows import INDENT, LOOSE, TIGHT
from builder.text.layout.wraps import BAND, MAX_CELLS
from builder.text.margin import FENCE, LIST_MARK
from builder.text.pattern import chars

SURE = 6  # breaks between Han behind lines of one width
EXPLAINED = 0.6  # of all breaks between Han
NARROWEST = 20  # half-ems: ten characters, as in text/layout/wraps.py
SPREAD = 2  # half-ems from the widest full line that most of them keep within
SHARP = 0.6  # of the lines in the band
ALL_LONG = 0.9  # of the lines that are wide enough, those in the band, where a proportional font spreads them
SURE_PROPORTIONAL = 10
NARROW = 25  # half-ems of the shortest full line, below which short items and verse are as wide
LINES_A_CLAUSE, LINES_A_SENTENCE = 3, 6  # of prose, two lines in three hold a clause mark, one in three the end of a sentence
CLAUSE, SENTENCE = re.compile("[，。；：、,;]"), re.compile("[。；！？]")
LINES_TO_AN_END = 12  # at most, of prose: three hundred characters
TOLD = 3  # indented lines, or blocks that end in a short line, which show that paragraphs are told
NUMBER = "[0-9\uff10-\uff19一二三四五六七八九十百零〇]{1,4}"
BEGINS = re.compile(
    f"[ \t]*(?:{NUMBER}[、．.)）]|[(（]{NUMBER}[)）]|第[ ]?{NUMBER}[ ]?[条條章节節款项項编編篇部回]"
    "|[\u2460-\u249b\u25a0-\u25ff\u2022\u2023\u27a2【\\[#>|<=/*`-]|[图表圖][ ]?[0-9])"
)
INDENTED = re.compile(f"[{chars('space', 'tab', 'wide_space', 'odd_space')}]")
INDENTED_PROSE = re.compile(f"[{chars('space', 'wide_space', 'odd_space')}]{{1,8}}[{chars('han', 'cjk_mark')}]")
BRACKET = re.compile(r"[)）]\Z")  # what stands in it may be a paragraph of its own
GAP = "(?:\t|  +|\u3000{2,})"
DRAWN = re.compile(f"[\u2500-\u257f|]|[^\\s0-9]{GAP}[^\\s0-9]|\\S\u3000\\S[^\u3000]*\\S\u3000\\S")  # tables, aligned text


def joined_lines(lines: Sequence[str]) -> list[bool]:
    """For each line whether it goes on in the next one; all False where no width is certain."""
    pieces = pieces_of("\n".join(map(str.rstrip, lines)), ems=True, spaces=False)
    sizes: list[int] = pieces[:, SIZE].tolist()
    sound = _full_sizes(lines, sizes, lines_between_han(pieces).tolist())
    if not sound:
        return [False] * len(lines)
    full = [size in sound for size in sizes]
    short = _first_rows(sizes, full, sound)
    told = _told_by_blanks(lines, full) or sum(INDENTED_PROSE.match(line) is not None for line in lines) >= TOLD
    fits = [_fits(line, size, sound.stop) for line, size in zip(lines, sizes, strict=True)]
    found = [
        (full[place] or short[place])
        and fits[place]
        and fits[place + 1]
        and _goes_on(lines[place], lines[place + 1], told=told and full[place])
        for place in range(len(lines) - 1)
    ]
    return [*found, False]


def _full_sizes(lines: Sequence[str], sizes: Sequence[int], breaks: Sequence[int]) -> range:
    """The widths of full lines in half-ems; an empty range where the lines have none in common. `breaks`: those between Han."""
    counts = Counter(sizes[place] for place in breaks if NARROWEST <= sizes[place] <= 2 * MAX_CELLS)
    band = _band(counts, len(breaks))
    if not band:
        return band
    chosen = [lines[place] for place in breaks if sizes[place] in band]
    inner, lines_a_mark = (CLAUSE, LINES_A_CLAUSE) if band.start >= NARROW else (SENTENCE, LINES_A_SENTENCE)
    marked = sum(inner.search(line, 1, len(line) - 1) is not None for line in chosen)
    ended = sum(SENTENCE.search(line) is not None for line in lines)  # headlines of one width have none
    return band if marked * lines_a_mark >= len(chosen) and ended * LINES_TO_AN_END >= len(chosen) else range(0)


def _band(counts: Mapping[int, int], breaks: int) -> range:
    """The widths that most lines keep within: nearly one where characters are square, a wider band in a proportional font."""

    def within(width: int, spread: int) -> int:
        return sum(counts.get(size, 0) for size in range(width - spread, width + 1))

    for spread, share, least in ((SPREAD, SHARP, SURE), (BAND, ALL_LONG, SURE_PROPORTIONAL)):
        width = max(counts, key=lambda each: (within(each, spread), -each), default=0)
        in_band = within(width, BAND)
        of = in_band if spread < BAND else sum(counts.values())
        if in_band >= EXPLAINED * breaks and within(width, spread) >= max(least, share * of):
            low, high = (width - LOOSE, width + TIGHT) if spread < BAND else (width - BAND, width + 1)
            return range(low, high + 1)
    return range(0)


def _told_by_blanks(lines: Sequence[str], full: Sequence[bool]) -> bool:
    """Whether blank lines stand between paragraphs: they come after short lines, and short lines seldom before others."""
    ends = [place for place in range(len(lines) - 1) if lines[place] and not full[place]]
    blank = sum(not lines[place + 1] for place in ends)
    return blank >= TOLD and blank * 2 > len(ends)


def _first_rows(sizes: Sequence[int], full: Sequence[bool], sound: range) -> list[bool]:
    """Which lines are as short as an indented first row and stand before a line that cannot be one, being wider."""
    before = [False, *full[:-1]]
    after = [*sizes[1:], 0]
    return [
        sound.start - INDENT < size < sound.start and not previous and sound.start + LOOSE // 2 < following < sound.stop
        for size, previous, following in zip(sizes, before, after, strict=True)
    ]


def _fits(line: str, size: int, limit: int) -> bool:
    """Whether a line may be a row."""
    return 0 < size < limit and DRAWN.search(line) is None and FENCE.match(line) is None


def _goes_on(line: str, following: str, *, told: bool) -> bool:
    """Whether a full line goes on in the next one."""
    if BEGINS.match(following) or LIST_MARK.match(following) or INDENTED.match(following) or following.startswith(BYLINE):
        return False
    return told or (CLOSED.search(line) or BRACKET.search(line)) is None
