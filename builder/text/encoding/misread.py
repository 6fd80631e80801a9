"""A text as the bytes that a wrong encoding shows as this text.

Tables instead of codecs, because shown text is made by many programs: the C1 controls of windows-1252 may be shown as they
are (WHATWG) or not at all; GB18030 has private characters in one program where another has assigned ones; Big5 has extensions.
What was lost, U+FFFD, becomes the byte FF, which no encoding here uses; what the encoding cannot show becomes NUL.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import product
from typing import NamedTuple

import numpy as np

from builder.text.classes import CODE_POINTS
from builder.text.encoding.legibility import codes

LATIN, GB, BIG5, HKSCS = "latin-1", "gb18030", "big5", "big5hkscs"  # wrong encodings; the first stands for windows-1252 too

# Pairs that GB18030 gave to private characters in 2000, as Python's codec still does, and to these since 2005
# (WHATWG Encoding Standard, index gb18030).
SINCE_2005 = {
    **dict(zip(range(0xA6D9, 0xA6E0), "\ufe10\ufe12\ufe11\ufe13\ufe14\ufe15\ufe16", strict=True)),
    0xA6EC: "\ufe17",
    0xA6ED: "\ufe18",
    0xA6F3: "\ufe19",
    0xA8BC: "\u1e3f",
    0xFE51: "\U00020087",
    0xFE52: "\U00020089",
    0xFE53: "\U000200cc",
    0xFE6C: "\U000215d7",
    0xFE76: "\U0002298f",
    0xFE59: "\u9fb4",
    0xFE61: "\u9fb5",
    0xFE66: "\u9fb6",
    0xFE67: "\u9fb7",
    0xFE6D: "\u9fb8",
    0xFE7E: "\u9fb9",
    0xFE90: "\u9fba",
    0xFEA0: "\u9fbb",
    0xFE91: "\U000241fe",
}
# The byte 80 begins no character of GB18030; browsers show a euro sign for it, which also is the pair A2 E3. Where that pair
# would break a UTF-8 sequence that 80 completes, it was 80.
EURO_BYTE = re.compile(
    rb"(?<=[\xe0-\xef])\xa2\xe3(?=[\x80-\xbf])|(?<=[\xe0-\xef][\x80-\xbf])\xa2\xe3(?=[\xc2-\xf4\x00-\x3e\x40-\x7f]|\Z)"
)


class Misread(NamedTuple):
    """A text and its bytes in the encoding in which it is shown."""

    text: str
    raw: bytes
    starts: np.ndarray  # int64[len(text) + 1]: where the bytes of each character begin, and the end
    is_start: np.ndarray  # bool[len(raw) + 1]


def misread(text: str, wrong: str, lost_bytes: int = 1) -> Misread:
    """The bytes of a text in a wrong encoding. `lost_bytes`: how many were lost where U+FFFD stands, 1 or 2."""
    values = table(wrong)[codes(text)]
    found = _laid_out(text, values, lost_bytes)
    if wrong == GB and (places := [hit.start() for hit in EURO_BYTE.finditer(found.raw)]):
        euros = np.searchsorted(found.starts, places)
        euros = euros[values[euros] == 0xA2E3]
        values[euros] = 0x80
        found = _laid_out(text, values, lost_bytes)
    return found


@cache
def table(wrong: str) -> np.ndarray:
    """uint16[CODE_POINTS], read-only: one byte, two bytes, or 0 for what the encoding cannot show."""
    values = np.zeros(CODE_POINTS, np.uint16)
    values[:0x80] = np.arange(0x80)
    if wrong == LATIN:
        _fill_latin(values)
    else:
        for codec in ("cp950", "big5") if wrong == BIG5 else (wrong,):
            _fill_pairs(values, codec)
    if wrong == GB:
        for pair, char in SINCE_2005.items():
            values[ord(char)] = pair
    values[0xFFFD] = 0xFF
    values.flags.writeable = False
    return values


def _fill_latin(values: np.ndarray) -> None:
    """Latin-1 with C1 controls, and the characters that windows-1252 has in their place."""
    values[0x80:0x100] = np.arange(0x80, 0x100)
    for byte in range(0x80, 0xA0):
        if shown := bytes([byte]).decode("cp1252", "ignore"):
            values[ord(shown)] = byte


def _fill_pairs(values: np.ndarray, codec: str) -> None:
    """The characters of two bytes that have no value yet; of two pairs for one character, that which the codec writes."""
    for pair in map(bytes, product(range(0x81, 0xFF), (*range(0x40, 0x7F), *range(0x80, 0xFF)))):
        shown = pair.decode(codec, "ignore")
        if len(shown) == 1 and not values[ord(shown)] and shown.encode(codec) == pair:
            values[ord(shown)] = int.from_bytes(pair)


def _laid_out(text: str, values: np.ndarray, lost_bytes: int) -> Misread:
    two = values > 0xFF
    if lost_bytes == 2:
        values, two = np.where(values == 0xFF, 0xFFFF, values), two | (values == 0xFF)
    starts = np.zeros(len(text) + 1, np.int64)
    np.cumsum(two + 1, out=starts[1:])
    raw = np.empty(starts[-1], np.uint8)
    raw[starts[:-1]] = np.where(two, values >> 8, values)
    raw[starts[:-1][two] + 1] = values[two] & 0xFF
    is_start = np.zeros(starts[-1] + 1, bool)
    is_start[starts] = True
    return Misread(text, raw.tobytes(), starts, is_start)
