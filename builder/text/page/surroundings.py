"""The furniture that may say when and by whom a text was published: what is cut beside its title and directly below it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from builder.text.page.context import Documents, documents
from builder.text.page.cutting import CUT, TRIM
from builder.text.page.kinds import K
from builder.text.page.lines import CHARS, PageLines
from builder.text.page.segments import TITLE_CHARS, TITLE_LINES

ABOVE, BELOW = 10, 4  # lines from the title up; from the end of the text down
MOST_CREDITS = 2  # editors between paragraphs; more are those of several articles, and the last one's credit is not all's
TELLING = (K.DATE_LINE, K.BARE_STAMP, K.EDITOR_CREDIT, K.WEAK_CREDIT)


class Surroundings(NamedTuple):
    """Lines that are cut around one text, in the page's order."""

    head: list[str]
    tail: list[str]


def surroundings(lines: PageLines, kinds: np.ndarray, fates: np.ndarray) -> Mapping[int, Surroundings]:
    """By text, for those with such lines. `kinds`: the Kind of each line; `fates`: KEEP, TRIM or CUT (cutting.py)."""
    tells = (fates == TRIM) | ((fates == CUT) & np.isin(kinds, TELLING))
    full = np.flatnonzero((lines.features[:, CHARS] > 0) & np.isin(lines.rows, np.unique(lines.rows[tells])))
    around, fate = documents(lines.rows[full]), fates[full]
    stays = fate != CUT
    above, below = _head(around, stays, lines.features[full, CHARS]), _tail(around, stays, kinds[full] == K.EDITOR_CREDIT)
    found: dict[int, Surroundings] = {}
    for place in np.flatnonzero(tells[full] & (above | below)).tolist():
        line = full[place]
        start = (lines.tails if fate[place] == TRIM else lines.starts)[line]
        of_text = found.setdefault(int(lines.rows[line]), Surroundings([], []))
        of_text[int(below[place])].append(lines.utf8_bytes[start : lines.stops[line]].tobytes().decode())
    return found


def _head(around: Documents, stays: np.ndarray, chars: np.ndarray) -> np.ndarray:
    """bool[n]: lines near the title, above the text."""
    titles = around.above(stays.astype(np.int64))
    near = (titles > 0) | (around.until(stays) <= ABOVE)
    few = (titles <= TITLE_LINES) & (around.above(np.where(stays, chars, 0).astype(np.int64)) <= TITLE_CHARS)
    return near & few & ~stays & (around.totals(stays.astype(np.int64)) > titles)


def _tail(around: Documents, stays: np.ndarray, credit: np.ndarray) -> np.ndarray:
    """bool[n]: the last line of the text and those below it, unless the text is several articles with a credit each."""
    kept = stays.astype(np.int64)
    left = around.totals(kept) - around.above(kept) - kept
    within = (credit & ~stays & (left > 0)).astype(np.int64)
    tail: np.ndarray = (left == 0) & (around.since(stays) <= BELOW) & (around.totals(within) <= MOST_CREDITS)
    return tail
