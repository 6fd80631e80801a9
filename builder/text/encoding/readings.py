"""What bytes say in a right encoding, stretch by stretch: UTF-8, GB18030, Big5.

A stretch is a run of bytes without ASCII between its characters. Where bytes are lost, their character is U+FFFD and the
others are still right, as far as the encoding tells where characters begin.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np

UTF8 = "utf-8"
BIG5_CODECS = ("cp950", "big5", "big5hkscs")  # they differ in a few signs, and in what follows the second level
LOST = "\N{REPLACEMENT CHARACTER}"

TAIL = rb"[\x80-\xbf]"
THREE = rb"(?:[\xe1-\xec\xee\xef]" + TAIL + TAIL + rb"|\xe0[\xa0-\xbf]" + TAIL + rb"|\xed[\x80-\x9f]" + TAIL + rb")"
WHOLE = (  # RFC 3629, section 4, up to plane 3: above there are hardly any characters
    rb"(?:" + THREE + rb"|[\xc2-\xdf]" + TAIL + rb"|\xf0[\x90-\xbf]" + TAIL + TAIL + rb")"
)  # fmt: skip
# A character with lost bytes: known to be lost (FF, or the `?` of other programs), or cut short beside whole ones.
HOLED = (
    rb"(?:[\xe0-\xef]\xff\xff|(?:[\xe0-\xef]" + TAIL + rb"?|\xf0" + TAIL + rb"{0,2}|[\xc2-\xdf])?\xff"
    rb"|[\xe0-\xef](?:" + TAIL + rb"\?|\?(?:\?|(?=[\x80-\xff])))|\xf0" + TAIL + rb"{1,2}\?)" + TAIL + rb"{0,2}"
)  # fmt: skip
CUT = rb"[\xe0-\xef]" + TAIL + rb"?|\xf0" + TAIL + rb"{0,2}"
UTF8_UNIT = re.compile(rb"(" + WHOLE + rb"++)|" + HOLED + rb"|" + CUT)
UTF8_RUN = re.compile(
    rb"(?:" + WHOLE + rb"|" + HOLED + rb"|(?<=" + TAIL + rb")(?:" + CUT + rb"))++|[\xe0-\xef]" + TAIL + rb"(?=[\x00-\x7f]|\Z)"
)
GB_PAIR = rb"(?:[\x81-\xff][\x40-\x7e\x80-\xff]|[\x81-\xfe][0-9][\x81-\xfe][0-9])"
BIG5_PAIR = rb"(?:[\x81-\xff][\x40-\x7e\xa1-\xff])"
PAIR = {codec: re.compile(GB_PAIR if codec == "gb18030" else BIG5_PAIR, re.DOTALL) for codec in ("gb18030", *BIG5_CODECS)}
PAIR_OR_ASCII = {codec: re.compile(unit.pattern + rb"|[\x00-\x7f]", re.DOTALL) for codec, unit in PAIR.items()}
PAIR_RUN = {codec: re.compile(unit.pattern + rb"++", re.DOTALL) for codec, unit in PAIR.items()}


class Decoded(NamedTuple):
    """The characters of a stretch of bytes."""

    text: str
    lost: int  # characters that are U+FFFD because of lost bytes


def stretches(raw: bytes, is_start: np.ndarray, right: str, *, pairs: bool) -> Iterator[tuple[int, int]]:
    """The borders of stretches that may be text in an encoding; each begins and ends where a shown character does.

    `pairs`: the bytes were shown in pairs, so that sound characters may stand beside a stretch and look like part of it.
    """
    if right != UTF8:
        for found in PAIR_RUN[right].finditer(raw):
            start, end = found.span()
            if not is_start[end]:
                end += 1 if raw[end] < 0x80 else -1
            if is_start[start] and end > start:
                yield start, end
        return
    for found in UTF8_RUN.finditer(raw):
        start, end = found.span()
        end += not is_start[end] and raw[end] < 0x80  # an ASCII byte that was read as the second of a pair
        if not (is_start[start] and is_start[end]):  # its ends belong to sound characters
            borders = [place for unit in UTF8_ONE.finditer(raw, start, end) for place in unit.span() if is_start[place]]
            start, end = (borders[0], borders[-1]) if borders else (start, start)
        if pairs:
            start, end = _without_twos(raw, start, end)
        if end > start:
            yield start, end


def _without_twos(raw: bytes, start: int, end: int) -> tuple[int, int]:
    """A stretch of UTF-8 without sequences of two bytes at its ends that touch others: one Han in six looks like them."""
    while end - start >= 2 and start and raw[start - 1] >= 0x80 and 0xC2 <= raw[start] <= 0xDF:
        start += 2
    while end - start >= 2 and raw[end : end + 1] >= b"\x80" and 0xC2 <= raw[end - 2] <= 0xDF:
        end -= 2
    return start, end


UTF8_ONE = re.compile(WHOLE + rb"|" + HOLED + rb"|" + CUT)


def decoded(raw: bytes, right: str) -> Decoded:
    """One stretch in an encoding."""
    try:
        return Decoded(raw.decode(right), 0)
    except UnicodeDecodeError:
        return _utf8_with_losses(raw) if right == UTF8 else _pairs_with_losses(raw, right)


def _utf8_with_losses(raw: bytes) -> Decoded:
    pieces, lost = [], 0
    for unit in UTF8_UNIT.finditer(raw):
        pieces.append(unit[1].decode() if unit[1] else LOST)
        lost += unit[1] is None
    return Decoded("".join(pieces), lost)


def _pairs_with_losses(raw: bytes, codec: str) -> Decoded:
    chars = [_char(pair, codec) for pair in PAIR_OR_ASCII[codec].findall(raw)]
    return Decoded("".join(chars), chars.count(LOST))


@lru_cache(maxsize=1 << 17)
def _char(pair: bytes, codec: str) -> str:
    """The character of a pair of bytes, U+FFFD where it has none."""
    try:
        return pair.decode(codec)
    except UnicodeDecodeError:
        return LOST
