"""Which line breaks a program left that filled rows (filled.py)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice, pairwise

import numpy as np

from builder.text.layout.broken_lines import BEGINS, GAP, INDENTED
from builder.text.layout.filled import CERTAIN, ENDED, MEASURES, SURE, Filling, is_prose, likely
from builder.text.layout.measured import FIRST, NARROWEST, TOLERANCE, WIDEST, breaks_of_lines, pieces_of
from builder.text.layout.rows import HAN_FIRST, between_han
from builder.text.margin import FENCE, LIST_MARK

LONG = 0.1  # of as many lines as there are breaks, those that are wider
RUNS, STRANGE = 3, 0.02  # paragraphs, and of their breaks those that do not fit, where all paragraphs are told
SELDOM = 0.05  # of the full rows that end a sentence, those that end a paragraph
LOOKED_AT, MOST = 24, 0.7  # breaks, and of them those that one width explains; some are first rows, which may be shorter
ALIGNED = re.compile(f"[^\\s0-9]{GAP}[^\\s0-9]")
TABLE = re.compile(f"[|\u2502].*[|\u2502]|[\u2502-\u257f]|{ALIGNED.pattern}")
# In tables and in code; cheap to look for.
BARS, GAPS, FENCES = (
    re.compile("[|\u2500-\u257f]"),
    ("\t", "  ", "\u3000" * 2),
    ("```", "~~~"),
)


def filled_lines(lines: Sequence[str]) -> list[bool]:
    """For each line whether it goes on in the next one; all False where no width explains the breaks."""
    blocks = list(_blocks(lines))
    inside = (place for block in blocks for place in block[:-1] if not ENDED.search(lines[place]))
    if places := list(islice(inside, LOOKED_AT)):
        text = "\n".join(map(str.rstrip, lines))
        for ems in MEASURES:
            breaks = breaks_of_lines(pieces_of(text, ems=ems, spaces=False))
            if _may_fit(breaks[places], ems=ems) and (found := _joined(lines, blocks, breaks, ems=ems)):
                return found
    return [False] * len(lines)


def _may_fit(breaks: np.ndarray, *, ems: bool) -> bool:
    """Whether one width explains most of the first breaks inside of sentences: a quick look that spares most texts the rest."""
    return any(votes >= MOST * len(breaks) for votes, _ in likely(breaks, ems=ems)[:1])


def _joined(lines: Sequence[str], blocks: Sequence[range], breaks: np.ndarray, *, ems: bool) -> list[bool]:
    """The same by one measure; empty where no width explains the breaks."""
    breaks[[block.start for block in blocks], FIRST] = 1
    best = likely(breaks[list(chain.from_iterable(block[:-1] for block in blocks))], ems=ems)
    if not best:
        return []
    filling = best[0][1]
    widths = filling.width + filling.shift * breaks[:, FIRST]
    fits = ((breaks[:, NARROWEST] <= widths) & (widths <= breaks[:, WIDEST])).tolist()
    if not _is_certain(lines, blocks, fits, filling):
        return []
    joined = [False] * len(lines)
    rare = _ends_seldom(lines, blocks, fits, filling)
    for block in blocks:
        whole = rare or sum(fits[block.start : block.stop - 1]) >= CERTAIN * (len(block) - 1)
        for place in block[:-1]:
            joined[place] = fits[place] and (whole or not ENDED.search(lines[place]))
    for place in _told(lines, fits):
        joined[place] = True
    return joined


def _ends_seldom(lines: Sequence[str], blocks: Sequence[range], fits: Sequence[bool], filling: Filling) -> bool:
    """Whether hardly one of the full rows that end a sentence ends a paragraph: one paragraph in a row's length ends in such."""
    ends = len(blocks) + sum(not fits[place] for block in blocks for place in block[:-1])
    full = sum(fits[place] and ENDED.search(lines[place]) is not None for block in blocks for place in block[:-1])
    return ends <= SELDOM * full * filling.width / (1 + filling.ems)


def _told(lines: Sequence[str], fits: Sequence[bool]) -> list[int]:
    """All breaks of paragraphs, where a blank line or an indentation stands before each; else none.

    So it is where no line that does not fit stands before another of its run: what looks like an item, or aligned, is a row too.
    """
    drawn = {place for place, line in enumerate(lines) if len(BARS.findall(line)) > 1}
    runs = [run for run in _runs(lines) if drawn.isdisjoint(run)]
    aligned = [sum(ALIGNED.search(lines[place]) is not None for place in run) for run in runs]
    plain = [run for run, count in zip(runs, aligned, strict=True) if not count]
    places = [place for run in plain for place in run[:-1]]
    if len(plain) < RUNS or sum(not fits[place] for place in places) > STRANGE * len(places):
        return []
    return [
        place
        for run, count in zip(runs, aligned, strict=True)
        if (count <= 1 or count * 2 < len(run)) and all(fits[run.start : run.stop - 1])
        for place in run[:-1]
    ]


def _is_certain(lines: Sequence[str], blocks: Sequence[range], fits: Sequence[bool], filling: Filling) -> bool:
    """Whether a filling explains nearly all breaks but those where a sentence ends, in prose, and hardly a line is wider."""
    right = wrong = sure = 0
    wrapped = []
    for block in blocks:
        right += (fitting := sum(fits[block.start : block.stop - 1]))
        wrong += sum(not fits[place] and not ENDED.search(lines[place]) for place in block[:-1])
        if fitting:
            wrapped.append([lines[place].rstrip() for place in block])
            sure += sum(between_han(before, after) for before, after in pairwise(wrapped[-1]))
    if right < CERTAIN * (right + wrong) or sure < SURE:
        return False
    long = sum(HAN_FIRST.search(line) is not None and filling.measure(line) > filling.width + TOLERANCE for line in lines)
    return long <= LONG * right and is_prose(wrapped, filling)


def _blocks(lines: Sequence[str]) -> Iterator[range]:
    """Runs of two lines and more that may be the rows of one paragraph, parted where an item begins; nothing aligned."""
    text = "\n".join(lines)
    drawn = any(gap in text for gap in GAPS) or BARS.search(text) is not None
    for run in _runs(lines):
        starts = [run.start, *(place for place in run[1:] if _begins(lines, place)), run.stop]
        for start, stop in pairwise(starts):
            if stop - start > 1 and not (drawn and any(TABLE.search(line) for line in lines[start:stop])):
                yield range(start, stop)


def _runs(lines: Sequence[str]) -> Iterator[range]:
    """Runs of two lines and more without a blank line, an indentation, the sign of a list item or code between them."""
    fenced = any(fence in line for line in lines for fence in FENCES)
    start, inside = 0, False
    for place, line in enumerate([*lines, ""]):
        fence = fenced and FENCE.match(line) is not None
        inside ^= fence
        blank = not line.strip() or fence or inside
        if blank or INDENTED.match(line) or LIST_MARK.match(line):
            if place - start > 1:
                yield range(start, place)
            start = place + blank


def _begins(lines: Sequence[str], place: int) -> bool:
    """Whether a line begins a paragraph behind another: the sign of an item says so."""
    return BEGINS.match(lines[place]) is not None and ENDED.search(lines[place - 1]) is not None
