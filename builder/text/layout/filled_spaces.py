"""Which spaces a program left that filled rows (filled.py), and then put the rows of each paragraph on one line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from builder.text.layout.filled import CERTAIN, MEASURES, SURE, Filling, is_prose, likely
from builder.text.layout.measured import TOLERANCE, breaks_of_words, filled_rows, pieces_of
from builder.text.layout.rows import CHINESE, SPACE_INSIDE, between_han

EXPLAINED = 0.8  # of the spaces inside of Chinese, those that the width explains, and of the lines wider than it
FEW_EXPLAINED = 0.3  # where there are more
MOST, NEARLY_ALL = 0.6, 0.9  # of the wider lines, those that it explains then; the latter with those that keep spaces
NUMBERED = re.compile(f"第[^ ]{{1,7}}[条條章节節编編篇部回款] (?={CHINESE.pattern})")  # the space behind it belongs there
LINES_JUDGED = 40  # of a text, for its width
CANDIDATES = 4  # widths that are tried


class FilledLines(NamedTuple):
    """What the lines of a text were filled by, and the rows of each, none where it does not fit or is one row."""

    filling: Filling
    rows: list[tuple[str, ...]]


def filled_spaces(lines: Sequence[str]) -> FilledLines | None:
    """The rows of each line; None where no width explains the spaces."""
    spaces = [len(SPACE_INSIDE.findall(line)) - (NUMBERED.match(line) is not None) for line in lines]
    total = sum(spaces)
    if total < SURE:
        return None
    spaced = [place for place, count in enumerate(spaces) if count][:LINES_JUDGED]
    filling = _filling_of([lines[place] for place in spaced], sum(spaces[place] for place in spaced))
    if filling is None:
        return None
    pieces = pieces_of("\n".join(lines), ems=filling.ems, spaces=True)
    inside, ends = filled_rows(pieces, filling.width, filling.shift)
    sure = FilledLines(filling, list(_rows(lines, ends)))
    _, more = filled_rows(pieces, filling.width, filling.shift, certain=True)
    found = sure if np.array_equal(ends, more) else FilledLines(filling, list(_rows(lines, more)))
    return found if _is_certain(lines, sure, found, inside / total) else None


def _filling_of(lines: Sequence[str], total: int) -> Filling | None:
    """The filling that explains most spaces of these lines, None where there is none. `total`: those inside of Chinese."""
    best, most = None, 0
    text = "\n".join(lines)
    for ems in MEASURES:
        pieces = pieces_of(text, ems=ems, spaces=True)
        for filling in _likely(pieces, ems=ems):
            right, _ = filled_rows(pieces, filling.width, filling.shift)
            if right > most:
                best, most = filling, right
            if most >= CERTAIN * total:
                return best
    return best


def _is_certain(lines: Sequence[str], sure: FilledLines, found: FilledLines, explained: float) -> bool:
    """Whether a filling explains most of the lines that are wider, in prose, with breaks between Han.

    `explained`: the share of the spaces inside of Chinese. A writer puts some too, but hardly in each line at its width.
    """
    wrapped = [rows for rows in sure.rows if rows]
    between = sum(between_han(before, after) for rows in wrapped for before, after in pairwise(rows))
    long = [place for place, line in enumerate(lines) if found.filling.measure(line) > found.filling.width + TOLERANCE]
    right = sum(bool(sure.rows[place]) for place in long) / max(len(long), 1)
    if explained < EXPLAINED:
        fitting = sum(bool(found.rows[place]) for place in long)
        enough = explained >= FEW_EXPLAINED and right >= MOST and fitting >= NEARLY_ALL * len(long)
    else:
        enough = right >= EXPLAINED
    return between >= SURE and enough and is_prose(wrapped, found.filling)


def _likely(pieces: np.ndarray, *, ems: bool) -> list[Filling]:
    """The fillings that most lines may have been wrapped by, judged by their first rows and by what stands between spaces."""
    found = likely(breaks_of_words(pieces, ems=ems), ems=ems)
    return [filling for votes, filling in found[:CANDIDATES] if votes >= SURE]


def _rows(lines: Sequence[str], ends: np.ndarray) -> Iterator[tuple[str, ...]]:
    """The rows of each line. `ends`: for what stands between spaces, whether it ends a row."""
    begin = 0
    for line in lines:
        count = line.count(" ") + 1
        cuts = np.flatnonzero(ends[begin : begin + count]) + 1
        begin += count
        if len(cuts) < 2:
            yield ()
            continue
        words = line.split(" ")
        yield tuple(" ".join(words[start:end]) for start, end in pairwise([0, *cuts.tolist()]))
