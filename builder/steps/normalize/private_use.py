"""Private-use characters: those that an old standard defined become what they were, bullets of symbol fonts become `•`, icons go.

GBK had no code points yet for eighty of its characters and wrote them in private use (builder/text/tables/private_use.csv);
so did Hong Kong's supplement to Big5, believed where it makes the words of Cantonese appear. Fonts of icons use the same code
points, but they stand alone at the ends of lines. Everything else is a character that the author's font had and nobody's has:
it stays, so that filters see and count it.
"""

from __future__ import annotations

import re
from functools import cache

import numpy as np

from builder.core.batch import Batch, counter
from builder.core.step import Edit, Finding, Row, Step
from builder.text.blank_lines import closed
from builder.text.classes import TABLES
from builder.text.glyphs import glyphs
from builder.text.pattern import chars

PRIVATE = chars("private_use")
FOUND = re.compile(f"[{PRIVATE}]")
GBK = {chr(source): chr(target) for source, target in glyphs("private_use").items()}
SPACE = "\ue5e5"  # fullwidth: never an icon, wherever it stands
BESIDE = re.compile(f"[{chars('han', 'cjk_mark', 'terminal_mark', 'radical')}{''.join(GBK)}]")

# Symbol and Wingdings of Windows lie at U+F000. These of their glyphs head the items of lists; 0xB7 of Symbol is a bullet
# anywhere (Adobe, Symbol Set Encoding).
BULLET, SYMBOL_BULLET = "•", "\uf0b7"
GLYPHS = "\uf06c-\uf077\uf09f\uf0a0\uf0a7\uf0a8\uf0b2\uf0d8\uf0e0\uf0e8\uf0f0\uf0fc\uf0fe"
GAP = " \t\u00a0\u3000"
BLANK = re.compile(f"^[{GAP}]*+{SPACE}[{GAP}{SPACE}]*+$", re.MULTILINE)
ITEM = re.compile(f"^([ \t]*)[{GLYPHS}{SYMBOL_BULLET}][{GAP}]*(?=[^\n{GAP}{PRIVATE}])", re.MULTILINE)
ICON = f"[{PRIVATE}](?<![\uf000-\uf0ff{SPACE}])"
ALONE = re.compile(
    f"^[{GAP}]*+(?:{ICON}[{GAP}]*+)++$\n?"  # a line of nothing else
    f"|^[{GAP}]*+(?:{ICON})++(?:[{GAP}]++{ICON})*+[{GAP}]++"
    f"|(?<![{GAP}{PRIVATE}])[{GAP}]++{ICON}(?:[{GAP}]*+{ICON})*+[{GAP}]*+$",
    re.MULTILINE,
)
EDGES = {"", "\n", *GAP, *map(chr, range(0xE000, 0xF900))}  # what may stand beside an icon at the end of a line
MIN_ICONS = 2  # places where some stand alone: one may be a character at the end of a line
SPACED = 4  # characters for each space, at most, where words are parted by spaces and everything stands alone

# Words of Cantonese in private use; no other language would write these side by side.
PARTICLES = frozenset("喺咗啲嚟哋嘢嘅嗰瞓攞")
MIN_PARTICLES, MIN_KINDS = 3, 2
ROUNDS = 5


class PrivateUse(Step):
    """Map private-use characters with a known meaning; remove icons."""

    def detect(self, batch: Batch) -> list[Finding]:
        private = counter(batch, "private_use")
        rows = np.flatnonzero(private)
        return [Finding("private_character", rows, private[rows].astype(np.float64))]

    def repair(self, row: Row) -> Edit:
        """What an icon hid may be one more place: again, until nothing changes; a text built to change longer stays."""
        plain, total = row.text, 0
        for _ in range(ROUNDS):
            plain, count = _repaired(plain)
            total += count
            if not count:
                return Edit(plain, total)
        return Edit(row.text, 0)


def _repaired(text: str) -> tuple[str, int]:
    """One round of repairs, and how many places it changed."""
    text, blank = BLANK.subn("", text)
    if blank:
        return closed(text), blank
    text, items = ITEM.subn(rf"\1{BULLET} ", text)
    bullets = items + text.count(SYMBOL_BULLET)
    text = text.replace(SYMBOL_BULLET, BULLET)
    if _is_cantonese(text):
        text, characters = _mapped(text, _hong_kong())
        return text, bullets + characters
    text, icons = _without_icons(text)
    text, characters = _of_gbk(text)
    return text, bullets + icons + characters


@cache
def _hong_kong() -> dict[str, str]:
    """Private use of the Hong Kong Supplementary Character Set, as scripts/make_tables.py derives it."""
    with np.load(TABLES / "hong_kong.npz", allow_pickle=False) as table:
        return {chr(code): chr(image) for code, image in zip(table["codes"].tolist(), table["images"].tolist(), strict=True)}


def _is_cantonese(text: str) -> bool:
    """Whether Hong Kong's table turns private use into words of Cantonese."""
    found = FOUND.findall(text)
    words = [_hong_kong().get(char) for char in found]
    particles = [word for word in words if word in PARTICLES]
    return len(particles) >= MIN_PARTICLES and len(set(particles)) >= MIN_KINDS


def _mapped(text: str, table: dict[str, str]) -> tuple[str, int]:
    """The text through a table, and how many of its characters that changed."""
    count = sum(found in table for found in FOUND.findall(text))
    return FOUND.sub(lambda found: table.get(found[0], found[0]), text), count


def _of_gbk(text: str) -> tuple[str, int]:
    """The characters of GBK, where they stand beside Chinese."""
    count = 0

    def image(found: re.Match[str]) -> str:
        nonlocal count
        got = GBK.get(found[0])
        around = (text[max(0, found.start() - 1) : found.start()], text[found.end() : found.end() + 1])
        if got is None or (found[0] != SPACE and not any(map(BESIDE.match, around))):
            return found[0]
        count += 1
        return got

    return FOUND.sub(image, text), count


def _at_an_edge(text: str, found: re.Match[str]) -> bool:
    """Whether a space or the end of a line stands beside a character."""
    return not {text[found.start() - 1 : found.start()], text[found.end() : found.end() + 1]}.isdisjoint(EDGES)


def _without_icons(text: str) -> tuple[str, int]:
    """The text without the glyphs of a font of icons: those alone at an end of a line, and the same ones attached to it."""
    if sum(_at_an_edge(text, found) for found in FOUND.finditer(text)) < MIN_ICONS or SPACED * text.count(" ") > len(text):
        return text, 0
    places = ALONE.findall(text)
    if len(places) < MIN_ICONS:
        return text, 0
    icons = "".join(sorted(set(FOUND.findall("".join(places)))))
    left = re.sub(f"^[{icons}]+|[{icons}]+$", "", ALONE.sub("", text), flags=re.MULTILINE)
    return left if left.count("\n") == text.count("\n") else closed(left), len(places)
