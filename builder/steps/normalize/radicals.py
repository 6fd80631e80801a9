"""Write ideographs where a font of a PDF file gave the code points of radicals: `⼀⽅⾯` becomes 一方面.

The equivalents are Unicode's (builder/text/tables/radicals.csv; NFKC knows the Kangxi radicals only). Where a text speaks of
radicals they stay: in lines that name them as such, in lists in the order of the dictionary, in quotes, alone.
"""

from __future__ import annotations

import re

import numpy as np

from builder.core.batch import Batch, counter
from builder.core.step import Edit, Finding, Row, Step
from builder.text.glyphs import glyphs
from builder.text.pattern import chars

# Components that GBK encodes as such: no font shows a character of its own by them.
COMPONENTS = frozenset(map(ord, "\u2e81\u2e84\u2e88\u2e8b\u2e8c\u2e97\u2ea7\u2eaa\u2eae\u2eb3\u2eb6\u2eb7\u2ebb\u2eca"))
IDEOGRAPHS = {radical: chr(han) for radical, han in glyphs("radicals").items() if radical not in COMPONENTS}
# Unicode unifies these two with the forms of the Kangxi dictionary. Modern text writes the others; 戶 in traditional script.
MODERN = {0x2FAD: "青"}
SIMPLIFIED = {0x2F3E: "户"}

RADICAL = f"[{chars('radical')}]"
FOUND = re.compile(RADICAL)
TOPIC = re.compile(r"部首|偏旁|康熙字典|康熙部|字旁|字头|字頭|字底|radical", re.IGNORECASE)
HEADING = re.compile(r"部(?=[^分队门份长署件位落])|[部旁]$|字旁|字头|字底")  # behind a radical that begins a word: 山部, 金字旁
BESIDE = re.compile(f"[0-9A-Za-z，。、；：！？）》（《{chars('han', 'radical', 'wide_alnum')}]")
LETTER = re.compile(f"[0-9A-Za-z{chars('han', 'radical', 'wide_alnum')}]")
LIST_GAP = " \t\n、，,;；|"
MIN_LISTED = 3  # radicals in the order of their code points
MIN_WRITTEN = 3  # radicals inside words, before a text is known to write its characters with them
MIN_THROUGHOUT = 20  # the same, before that holds in lines that name radicals too
ONLY_SIMPLIFIED, ONLY_TRADITIONAL = (re.compile(f"[{chars(kind)}]") for kind in ("han_simplified", "han_traditional"))


class Radicals(Step):
    """Replace radicals that stand for characters."""

    def detect(self, batch: Batch) -> list[Finding]:
        radicals = counter(batch, "radical")
        rows = np.flatnonzero(radicals)
        return [Finding("misused_radical", rows, radicals[rows].astype(np.float64))]

    def repair(self, row: Row) -> Edit:
        """Write the characters that the radicals stand for in running text."""
        text = row.text
        every = _unlisted(text)
        places = _off_topic(text, every)
        inside = [place for place in places if _is_inside(text, place)]
        if len(inside) >= MIN_THROUGHOUT:
            places = every
        elif len(inside) < MIN_WRITTEN:
            places = inside
        if not places:
            return Edit(text, 0)
        simplified = len(ONLY_SIMPLIFIED.findall(text)) > len(ONLY_TRADITIONAL.findall(text))
        table = IDEOGRAPHS | MODERN | (SIMPLIFIED if simplified else {})
        letters = list(text)
        for place in places:
            letters[place] = table[ord(text[place])]
        return Edit("".join(letters), len(places))


def _unlisted(text: str) -> list[int]:
    """The places of radicals that stand for characters, outside of lists of radicals."""
    found = [one.start() for one in FOUND.finditer(text) if ord(one[0]) in IDEOGRAPHS]
    listed = _listed(text, found)
    return [place for place in found if place not in listed]


def _off_topic(text: str, places: list[int]) -> list[int]:
    """Those of the places, in ascending order, whose lines do not name radicals as such."""
    ends = np.cumsum([len(line) + 1 for line in text.split("\n")])
    named = [TOPIC.search(line) is not None for line in text.split("\n")]
    lines = np.searchsorted(ends, places, side="right").tolist()
    return [place for place, line in zip(places, lines, strict=True) if not named[line]]


def _listed(text: str, places: list[int]) -> set[int]:
    """Those of the places that stand in runs of successive code points, with nothing but gaps between them."""
    listed: set[int] = set()
    run: list[int] = []
    for place in places:
        follows = run and ord(text[place]) == ord(text[run[-1]]) + 1 and not text[run[-1] + 1 : place].strip(LIST_GAP)
        run = [*run, place] if follows else [place]
        if len(run) >= MIN_LISTED:
            listed.update(run[-MIN_LISTED:])
    return listed


def _is_inside(text: str, place: int) -> bool:
    """Whether a radical stands beside a letter or a mark of a sentence, and heads no section of a dictionary."""
    before, after = text[max(0, place - 1) : place], text[place + 1 : place + 4]
    if not LETTER.match(before) and HEADING.match(after):
        return False
    return bool(BESIDE.match(before) or BESIDE.match(after))
