"""Readings sown into traditional text by a replacement on the bytes of GBK: `業(yè)`, and `我們?cè)谡髑髲V` where it hit a border.

The page is converted to traditional characters and written in GBK. For each character of a table its two bytes are replaced by
themselves and the reading in brackets, wherever they stand: also where they are the second half of one character and the first
half of the next. What is then shown depends on the decoder: old ones take the half character and the bracket for one `?`,
browsers show U+FFFD and keep the bracket.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from functools import cache

import pypinyin

from tests.noise.noised import Noised, has_han
from tests.noise.script import converted

TABLE_SIZE = (20, 120)  # characters: pages of three sites have 33, 42 and 125 in theirs
COMMONEST = 200  # the table is drawn from so many of the commonest convertible characters of a page
MIN_TABLE = 8  # fewer in a page: too little of it was hit
OLD_DECODER = 0.7  # share of texts decoded with `?`; the others as browsers do

Table = dict[bytes, str]  # two bytes to a reading


def sown(text: str, rng: random.Random) -> Noised | None:
    """The text as such a page shows it. Exact where every lost byte has one solution and OpenCC leads back to the text."""
    traditional = converted(text, "s2t")
    size, old = rng.randint(*TABLE_SIZE), rng.random() < OLD_DECODER
    try:
        raw = traditional.encode("gbk")
    except UnicodeEncodeError:
        return None
    table = _table(traditional, size, rng)
    if not has_han(text) or len(table) < MIN_TABLE:
        return None
    for pair, reading in table.items():
        raw = raw.replace(pair, pair + _gloss(reading))
    dirty = _shown(raw, old=old)
    return Noised(dirty, text, converted(_undone(dirty, table), "t2s") == text)


def _table(traditional: str, size: int, rng: random.Random) -> Table:
    """Some of the page's characters that have another simplified form, in random order."""
    found = Counter(char for char in traditional if _is_converted(char) and _reading(char))
    commonest = [char for char, _ in found.most_common(COMMONEST)]
    return {char.encode("gbk"): _reading(char) for char in rng.sample(commonest, min(size, len(commonest)))}


@cache
def _is_converted(char: str) -> bool:
    """Whether a character, standing alone, has another simplified form."""
    return converted(char, "t2s") != char


@cache
def _reading(char: str) -> str:
    """The commonest reading of a character; empty where GBK has none for it."""
    reading: str = pypinyin.pinyin(char, style=pypinyin.Style.TONE)[0][0]
    return "" if reading == char or len(reading.encode("gbk", "ignore").decode("gbk")) != len(reading) else reading


def _gloss(reading: str) -> bytes:
    return b"(" + reading.encode("gbk") + b")"


def _shown(raw: bytes, *, old: bool) -> str:
    """The bytes as a decoder shows them. An old one takes two bytes for one `?`, but no line break."""
    shown, place = [], 0
    while place < len(raw):
        pair = raw[place : place + 2]
        if pair[0] < 0x80:
            shown.append(chr(pair[0]))
            place += 1
        elif len(pair) == 2 and pair[1] >= 0x40 and pair[1] != 0x7F and pair[0] not in {0x80, 0xFF}:
            shown.append(pair.decode("gb18030"))
            place += 2
        else:
            shown.append("?" if old else "\N{REPLACEMENT CHARACTER}")
            place += 2 if old and pair[1:] >= b" " else 1
    return "".join(shown)


def _undone(dirty: str, table: Table) -> str:
    """The page without readings: bytes are rebuilt from left to right, lost ones from the table. Empty without one solution."""
    readings = "|".join(sorted(set(table.values()), key=len, reverse=True))
    raw, place = b"", 0
    for gloss in re.finditer(rf"\(({readings})\)|(?:\?|\ufffd\(?)({readings})\)", dirty):
        raw, place = raw + dirty[place : gloss.start()].encode("gb18030"), gloss.end()
        if gloss[1]:
            raw += b"" if table.get(raw[-2:]) == gloss[1] else gloss[0].encode("gb18030")
        else:
            found = [pair for pair, reading in table.items() if reading == gloss[2] and pair[:1] == raw[-1:]]
            if len(found) != 1:
                return ""
            raw += found[0][1:]
    return (raw + dirty[place:].encode("gb18030")).decode("gb18030", "replace")
