"""Which line breaks a program left that filled rows (filled.py)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice, pairwise

from builder.text.layout.broken_lines import BEGINS, GAP, INDENTED
from builder.text.layout.filled import CERTAIN, ENDED, SURE, Break, Filling, Measure, break_between, is_prose, likely, piece_of
from builder.text.layout.rows import HAN_FIRST, between_han, half_ems
from builder.text.margin import FENCE, LIST_MARK

LONG = 0.1  # of as many lines as there are breaks, those that are wider
FIRST, MOST = 24, 0.7  # breaks, and of them those that one width explains; some are first rows, which may be shorter
TOLERANCE = 4  # half-ems that marks hang out
TABLE = re.compile(f"[|\u2502].*[|\u2502]|[\u2502-\u257f]|[^\\s0-9]{GAP}[^\\s0-9]")


def filled_lines(lines: Sequence[str]) -> list[bool]:
    """For each line whether it goes on in the next one; all False where no width explains the breaks."""
    blocks = list(_blocks(lines))
    for measure in (half_ems, len):
        if _may_fit(lines, blocks, measure) and (found := _joined(lines, blocks, measure)):
            return found
    return [False] * len(lines)


def _may_fit(lines: Sequence[str], blocks: Sequence[range], measure: Measure) -> bool:
    """Whether one width explains most of the first breaks inside of sentences: a quick look that spares most texts the rest."""
    places = (place for block in blocks for place in block[:-1] if not ENDED.search(lines[place]))
    said = [_said(lines[place : place + 2], measure)[0]._replace(first=False) for place in islice(places, FIRST)]
    return bool(said) and any(votes >= MOST * len(said) for votes, _ in likely(said, measure))


def _joined(lines: Sequence[str], blocks: Sequence[range], measure: Measure) -> list[bool]:
    """The same by one measure; empty where no width explains the breaks."""
    said = [_said([lines[place] for place in block], measure) for block in blocks]
    best = likely(list(chain.from_iterable(said)), measure)
    if not best or not _is_certain(lines, blocks, said, best[0][1]):
        return []
    joined = [False] * len(lines)
    for block, breaks in zip(blocks, said, strict=True):
        right = list(map(best[0][1].explains, breaks))
        whole = sum(right) >= CERTAIN * len(right)
        for place, fits in zip(block, right):  # noqa: B905 - there is one break less than there are lines
            joined[place] = fits and (whole or not ENDED.search(lines[place]))
    return joined


def _said(rows: Sequence[str], measure: Measure) -> list[Break]:
    """What the breaks between the rows of one paragraph say."""
    pieces = [piece_of(row.rstrip(), measure) for row in rows]
    return [break_between(row, after, first=place == 0) for place, (row, after) in enumerate(pairwise(pieces))]


def _is_certain(lines: Sequence[str], blocks: Sequence[range], said: Sequence[Sequence[Break]], filling: Filling) -> bool:
    """Whether a filling explains nearly all breaks but those where a sentence ends, in prose, and hardly a line is wider."""
    right = wrong = sure = 0
    wrapped = []
    for block, breaks in zip(blocks, said, strict=True):
        fits = list(map(filling.explains, breaks))
        right += sum(fits)
        wrong += sum(not fit and not ENDED.search(lines[place]) for place, fit in zip(block, fits))  # noqa: B905
        if any(fits):
            wrapped.append([lines[place].rstrip() for place in block])
            sure += sum(between_han(before, after) for before, after in pairwise(wrapped[-1]))
    long = sum(HAN_FIRST.search(line) is not None and filling.measure(line) > filling.width + TOLERANCE for line in lines)
    return right >= CERTAIN * (right + wrong) and sure >= SURE and long <= LONG * right and is_prose(wrapped, filling)


def _blocks(lines: Sequence[str]) -> Iterator[range]:
    """Runs of two lines and more that may be the rows of one paragraph."""
    start, sound, inside = 0, True, False
    for place, line in enumerate([*lines, ""]):
        fence = FENCE.match(line) is not None
        inside ^= fence
        blank = not line.strip() or fence or inside
        if blank or _begins(lines, place):
            if sound and place - start > 1:
                yield range(start, place)
            start, sound = place + blank, True
        sound = sound and (blank or not TABLE.search(line))


def _begins(lines: Sequence[str], place: int) -> bool:
    """Whether a line begins a paragraph: an indentation or the sign of an item says so."""
    line = lines[place]
    if INDENTED.match(line) or LIST_MARK.match(line):
        return True
    return place > 0 and BEGINS.match(line) is not None and ENDED.search(lines[place - 1]) is not None
