"""What stands between two rows that are joined: a space between words, nothing between Han."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from builder.text.layout.rows import HAN, HAN_FIRST
from builder.text.pattern import chars

OPENED = "([{"
CLOSES = re.compile(r"[)\]},;:?!\"']|\.(?![0-9A-Za-z])")
HAN_SPACE = re.compile(f" (?<=[{HAN}] )(?=[{HAN}])")
DANGLING = re.compile(f' (?<=[的由和与及或把被将从向于使让给] )(?=[{HAN}“‘「《"])')  # no part of a headline ends so
AIRY_WORD = re.compile(f"[{HAN}] (?=[0-9A-Za-z])")
TIGHT_WORD = re.compile(f"[{HAN}](?=[0-9A-Za-z])")
AIRY = 4  # spaced for one that is not
SENTENCES = re.compile(f"^.*[{chars('terminal_mark')}].*$|《[^《》\n]*》", re.MULTILINE)
WORDS = 5  # characters, of which two or three on each side of a space


def as_line(rows: Sequence[str], *, airy: bool = False) -> str:
    """Rows as one line; words and numbers on both sides of a break stay apart.

    `airy`: so do Han and a word, as everywhere in this document.
    """
    return "".join(f"{row} " if after and _apart(row[-1:], after[:2], airy=airy) else row for row, after in pairwise((*rows, "")))


def _apart(last: str, first: str, *, airy: bool) -> bool:
    """Whether a space stood between two rows, given the last character of one and the first two of the other."""
    if last in OPENED or CLOSES.match(first):
        return False
    if last.isascii() and first[:1].isascii():  # a program parts no word
        return True
    return airy and (last.isascii() or first[:1].isascii()) and HAN_FIRST.search(last + first[:1]) is not None


def is_airy(text: str) -> bool:
    """Whether a space stands between Han and Latin wherever they meet."""
    return len(TIGHT_WORD.findall(text)) * AIRY < len(AIRY_WORD.findall(text))


def without_spaces(text: str) -> str:
    """The text without spaces that no writer put there: behind words that lead on, and where the same words stand without it.

    What fits no column, such as a caption under a picture, was wrapped like the rest of its page.
    """
    places = [found.start() for line in SENTENCES.finditer(text) for found in HAN_SPACE.finditer(text, line.start(), line.end())]
    around = {
        place: (text[place - 3 : place] + text[place + 1 : place + 3], text[place - 2 : place] + text[place + 1 : place + 4])
        for place in places
    }
    wanted = {words for both in around.values() for words in both if len(words) == WORDS}
    seen = {text[place : place + WORDS] for place in range(len(text))} & wanted if wanted else set()
    cut = {place for place in places if not seen.isdisjoint(around[place])} | {found.start() for found in DANGLING.finditer(text)}
    ends = [-1, *sorted(cut), len(text)]
    return "".join(text[start + 1 : end] for start, end in pairwise(ends))
