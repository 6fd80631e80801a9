"""What kind of furniture a line of a page says it is, by the shipped lexicon (tables/furniture.yaml)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from enum import IntEnum
from functools import cache
from itertools import count
from typing import Any, NamedTuple

import numpy as np
import re2
import yaml

from builder.text.classes import TABLES
from builder.text.page.atoms import Atoms, atoms
from builder.text.page.lines import CHARS, ENDS, PageLines
from builder.text.page.sieve import BITS, Sieve, bits

INLINE = "inline_credit"

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


class Asked(NamedTuple):
    """One expression that folded lines are shown to."""

    bit: int  # its own in the masks of the sieve
    matches: Callable[[bytes], object]  # None where the whole line does not
    atoms: Atoms


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
def nobody() -> frozenset[str]:
    """What pages print for an author or a publisher that they do not name."""
    return frozenset(_lexicon()["nobody"].split())


@cache
def patterns() -> dict[str, list[str]]:
    """RE2 patterns by kind and for `inline_credit`, each for a whole folded line."""
    lexicon = _lexicon()
    controls, sections = lexicon["controls"].split(), lexicon["sections"].split()
    lists = {name: entries for name, entries in lexicon.items() if isinstance(entries, list)}
    filled = {name: [_filled(entry, lexicon["parts"]) for entry in entries] for name, entries in lists.items()}
    return filled | {"controls": [_bar(controls)], "sections": [_bar(controls + sections)]}


@cache
def _asked() -> dict[str, list[Asked]]:
    """What is asked of a line, by kind.

    Compiled once and by RE2 itself, since Arrow would do so for every batch, at two milliseconds each; entry by entry, since a
    kind's entries together have more states than RE2 remembers.
    """
    numbers = count()
    return {
        kind: [Asked(1 << next(numbers), re2.compile(entry).fullmatch, atoms(entry)) for entry in entries]
        for kind, entries in patterns().items()
    }


@cache
def _sieve() -> Sieve:
    return Sieve([one.atoms for of_kind in _asked().values() for one in of_kind])


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
    matches = [(one, 1) for one in _asked()[INLINE]]
    return chosen[_found(lines, chosen, matches, tails=True) > 0]


def _ask(lines: PageLines, chosen: np.ndarray, kinds: np.ndarray, asked: Sequence[Kind]) -> None:
    """Set the kinds of the chosen lines, from among those asked for: the first of them that a line is of."""
    kinds[chosen] = _found(lines, chosen, [(one, kind.value) for kind in asked for one in _asked()[kind.name.lower()]])


def _found(lines: PageLines, chosen: np.ndarray, asked: list[tuple[Asked, int]], *, tails: bool = False) -> np.ndarray:
    """int8[]: for each chosen line the number beside the first expression that matches it, 0 for none."""
    masks = lines.sifted(_sieve(), chosen, tails=tails) & bits(sum(one.bit for one, _ in asked))
    places = np.flatnonzero(masks.any(axis=1))
    wanted = [low | high << BITS for low, high in masks[places].tolist()]
    of_mask = {mask: [(number, one.matches) for one, number in asked if mask & one.bit] for mask in set(wanted)}
    texts = lines.folded(chosen[places], tails=tails)
    found = np.zeros(len(chosen), np.int8)
    number_of: dict[bytes, int] = {}  # pages repeat themselves; the same line has the same mask
    for place, mask, text in zip(places.tolist(), wanted, texts, strict=True):
        if (number := number_of.get(text)) is None:
            number = number_of[text] = next((number for number, matches in of_mask[mask] if matches(text)), 0)
        found[place] = number
    return found


def _filled(entry: str, parts: dict[str, str]) -> str:
    """An entry with the parts that it names."""
    while (filled := re.sub(r"\{([a-z]+)\}", lambda name: parts[name[1]], entry)) != entry:
        entry = filled
    return entry


def _bar(words: list[str]) -> str:
    """One or more of the words, with separators or nothing between them."""
    longest_first = sorted(set(words), key=lambda word: (-len(word), word))  # the same pattern in every process
    return f"(?:{BETWEEN}(?:{'|'.join(map(re.escape, longest_first))}))+{BETWEEN}"
