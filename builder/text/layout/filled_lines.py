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
LOOKED_AT, MOST = 24, 0.7  # breaks, and of them those that one width explains; some are first rows, which may be shorter
TABLE = re.compile(f"[|\u2502].*[|\u2502]|[\u2502-\u257f]|[^\\s0-9]{GAP}[^\\s0-9]")
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
    for block in blocks:
        whole = sum(fits[block.start : block.stop - 1]) >= CERTAIN * (len(block) - 1)
        for place in block[:-1]:
            joined[place] = fits[place] and (whole or not ENDED.search(lines[place]))
    return joined


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
    """Runs of two lines and more that may be the rows of one paragraph."""
    text = "\n".join(lines)
    drawn = any(gap in text for gap in GAPS) or BARS.search(text) is not None
    fenced = any(fence in text for fence in FENCES)
    start, sound, inside = 0, True, False
    for place, line in enumerate([*lines, ""]):
        fence = fenced and FENCE.match(line) is not None
        inside ^= fence
        blank = not line.strip() or fence or inside
        if blank or _begins(lines, place):
            if sound and place - start > 1:
                yield range(start, place)
            start, sound = place + blank, True
        sound = sound and (blank or not drawn or not TABLE.search(line))


def _begins(lines: Sequence[str], place: int) -> bool:
    """Whether a line begins a paragraph: an indentation or the sign of an item says so."""
    line = lines[place]
    if INDENTED.match(line) or LIST_MARK.match(line):
        return True
    return place > 0 and BEGINS.match(line) is not None and ENDED.search(lines[place - 1]) is not None
