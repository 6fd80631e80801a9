"""What kind of furniture a line of a page says it is, by the shipped lexicon (tables/furniture.yaml)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import IntEnum
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import yaml

from builder.text.classes import TABLES
from builder.text.page.lines import CHARS, DIGIT, ENDS, PageLines

OPEN_LINE = 120  # characters of lines that do not end like a sentence: the others are asked where the document is suspect
LAST_LINES = 4  # or where they stand at its end
LONG_LINE = 260  # notices of rights and liability are a paragraph at most


class Kind(IntEnum):
    """Kinds of lines; where a line is of several, the first in the order of `KINDS` counts."""

    NONE = 0
    CONTROLS = 1  # all of it is controls of a page: log in, search, share
    SECTIONS = 2  # the same with names of sections among them
    BREADCRUMB = 3
    GENERIC_TRAIL = 4
    DATE_LINE = 5
    BARE_STAMP = 6
    COUNTER = 7
    EDITOR_CREDIT = 8
    WEAK_CREDIT = 9
    SHARE_BAR = 10
    CALL_TO_ACTION = 11
    ADVERT = 12
    NOTICE = 13
    PAGE_FOOTER = 14
    ADDRESS = 15
    PAGINATION = 16
    RELATED_BLOCK = 17
    WEAK_NOTICE = 18


# By the order in which they are asked: the more telling kinds first.
KINDS = (
    Kind.ADVERT,
    Kind.PAGE_FOOTER,
    Kind.PAGINATION,
    Kind.RELATED_BLOCK,
    Kind.SHARE_BAR,
    Kind.CONTROLS,
    Kind.BREADCRUMB,
    Kind.DATE_LINE,
    Kind.EDITOR_CREDIT,
    Kind.CALL_TO_ACTION,
    Kind.NOTICE,
    Kind.SECTIONS,
    Kind.BARE_STAMP,
    Kind.COUNTER,
    Kind.WEAK_CREDIT,
    Kind.WEAK_NOTICE,
    Kind.ADDRESS,
    Kind.GENERIC_TRAIL,
)
WITH_FIGURE = {Kind.DATE_LINE, Kind.BARE_STAMP, Kind.COUNTER}  # whose patterns all hold one
SENTENCES = (  # kinds of lines that may end like one
    Kind.PAGE_FOOTER,
    Kind.PAGINATION,
    Kind.BREADCRUMB,
    Kind.EDITOR_CREDIT,
    Kind.CALL_TO_ACTION,
    Kind.NOTICE,
    Kind.WEAK_NOTICE,
    Kind.ADDRESS,
)
BETWEEN = r"[ \[\]【】()<>|/:·,、»›+—\-_=\x{4e28}\x{2502}×.…]*"  # what may stand between the entries of a bar


@cache
def _lexicon() -> dict[str, Any]:
    return yaml.safe_load((TABLES / "furniture.yaml").read_text("utf-8"))


@cache
def cues() -> dict[str, str]:
    """RE2 patterns by kind: what a line must hold to be of it."""
    return {kind: "|".join(map(re.escape, entry.split())) for kind, entry in _lexicon()["cues"].items()}


@cache
def patterns() -> dict[str, str]:
    """RE2 patterns by kind and for `inline_credit`, each for a whole folded line."""
    lexicon = _lexicon()
    controls, sections = lexicon["controls"].split(), lexicon["sections"].split()
    lists = {name: entries for name, entries in lexicon.items() if isinstance(entries, list)}
    compiled = {name: _whole(_filled(entry, lexicon["parts"]) for entry in entries) for name, entries in lists.items()}
    compiled["controls"] = _bar(controls)
    compiled["sections"] = _bar(controls + sections)
    return compiled


def classify(lines: PageLines) -> np.ndarray:
    """int8[n]: the Kind of each line."""
    kinds = np.zeros(len(lines.rows), np.int8)
    full = np.flatnonzero(lines.features[:, CHARS])
    rows, chars, ends = lines.rows[full], lines.features[full, CHARS], lines.features[full, ENDS] > 0
    first = is_open(chars, ends, np.searchsorted(rows, rows, side="right") - np.arange(len(full)))
    _ask(lines, full[first], kinds, KINDS)
    suspects = np.unique(lines.rows[kinds > 0])
    second = ~first & (chars <= LONG_LINE)
    second[second] = np.isin(rows[second], suspects)
    _ask(lines, full[second], kinds, SENTENCES)
    return kinds


def is_open(chars: np.ndarray, ends: np.ndarray, from_end: np.ndarray) -> np.ndarray:
    """bool[n]: lines that are looked up whatever their document says. `from_end`: 1 for the last line that is not blank."""
    lines: np.ndarray = (chars <= OPEN_LINE) & (~ends | (from_end <= LAST_LINES))
    return lines


def inline_credits(lines: PageLines, chosen: np.ndarray) -> np.ndarray:
    """Those of the chosen lines that end in a credit behind their last full stop."""
    return chosen[_matches(lines.folded(chosen, tails=True), patterns()["inline_credit"])]


def _ask(lines: PageLines, chosen: np.ndarray, kinds: np.ndarray, asked: Sequence[Kind]) -> None:
    """Set the kinds of the chosen lines, from among those asked for."""
    folded = lines.folded(chosen)
    figures = np.flatnonzero(lines.features[chosen, DIGIT])
    with_figure = folded.take(pa.array(figures))
    cued = np.flatnonzero(_matches(folded, "|".join(cues().values())))  # one pass for all kinds that have cues
    with_cue = folded.take(pa.array(cued))
    for kind in reversed(asked):  # the first of them has the last word
        name = kind.name.lower()
        if name in cues():
            hit = cued[_matches(with_cue, cues()[name])]
            hit = hit[_matches(folded.take(pa.array(hit)), patterns()[name])]
        elif kind in WITH_FIGURE:
            hit = figures[_matches(with_figure, patterns()[name])]
        else:
            hit = np.flatnonzero(_matches(folded, patterns()[name]))
        kinds[chosen[hit]] = kind


def _matches(folded: pa.Array, pattern: str) -> np.ndarray:
    return pc.match_substring_regex(folded, pattern).to_numpy(zero_copy_only=False).copy()


def _filled(entry: str, parts: dict[str, str]) -> str:
    """An entry with the parts that it names."""
    while (filled := re.sub(r"\{([a-z]+)\}", lambda name: parts[name[1]], entry)) != entry:
        entry = filled
    return entry


def _whole(entries: object) -> str:
    return f"^(?:{'|'.join(entries)})$"  # type: ignore[arg-type]


def _bar(words: list[str]) -> str:
    """One or more of the words, with separators or nothing between them."""
    longest_first = sorted(set(words), key=lambda word: (-len(word), word))  # the same pattern in every process
    return f"^(?:{BETWEEN}(?:{'|'.join(map(re.escape, longest_first))}))+{BETWEEN}$"
