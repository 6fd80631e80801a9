"""Percent-encoding: `%E4%B8%AD` byte by byte in UTF-8, and `%u4E2D` as JavaScript's `escape` wrote it.

In addresses it is what belongs there. It comes off where nearly all Chinese of a text, or of a stretch in plain prose, is
written so. A text that was encoded as a whole, spaces and line breaks included, loses its other escapes too.
"""

from __future__ import annotations

import re

from builder.text.escapes.places import ADDRESS, CODE, TECHNICAL
from builder.text.escapes.scalars import han, most, replaced, scalar

UNIT = "%u[0-9a-fA-F]{4}"
BYTES = "%[c-fC-F][0-9a-fA-F](?:%[89abAB][0-9a-fA-F]){1,3}"
ONE = re.compile(f"%u[dD][89abAB][0-9a-fA-F]{{2}}%u[dD][c-fC-F][0-9a-fA-F]{{2}}|{UNIT}|{BYTES}")
FOREIGN = re.compile(f"{ADDRESS}|[/=&_-](?:%[0-9a-fA-F]{{2}}){{1,90}}+")  # of an address, or of 30 Han in one: no evidence
STRETCH = re.compile(f"(?P<kept>{CODE}|{ADDRESS})|(?:{ONE.pattern})(?:(?:[0-9 .,:;!?()-]|%20){{0,12}}(?:{ONE.pattern}))*")
BORDER = re.compile(r"[0-9A-Za-z\"'`=/\\<>{}\[\]_$@#%&?.+-]")
MIN_STRETCH = 4  # Han, between Chinese that stands as itself

UNITS_OR_BYTE = re.compile(f"{ONE.pattern}|%[0-9a-fA-F]{{2}}")
ENCODED = re.compile(r"(?:[!-$&-~\n\r]|%[0-9a-fA-F]{2}|%u[0-9a-fA-F]{4})*+")  # no space, and no percent sign for itself
FORM = re.compile(r"[A-Za-z0-9\-_.~*+\n\r]*+")  # the same of a form, where `+` is a space
BREAKS = (9, 10, 11, 12, 13)  # tab and line breaks; other controls show nothing and go
ASCII = re.compile(r"%[0-7][0-9a-fA-F]")


def without_percents(text: str) -> tuple[str, int]:
    """The text with its percent escapes replaced by what they stand for, and how many; one layer."""
    escaped = _escaped(text)
    if escaped and most(escaped, han(text)):
        whole = ENCODED.fullmatch(text.strip()) and ASCII.search(text)
        return _of_whole(text.strip()) if whole else replaced(ONE, text, _of)
    return (text, 0) if TECHNICAL.search(text) else _of_stretches(text)


def _escaped(text: str) -> int:
    """Escaped Han outside of addresses."""
    return sum(han(_of(found) or "") for found in ONE.finditer(FOREIGN.sub(" ", text)))


def _of_whole(text: str) -> tuple[str, int]:
    """A text that was encoded with its spaces: bytes of UTF-8, or the units of UTF-16 and bytes of Latin-1."""
    if "%20" not in text and "+" in text and FORM.fullmatch(UNITS_OR_BYTE.sub("", text)):
        text = text.replace("+", " ")
    latin = "%u" in text

    def image(found: re.Match[str]) -> str | None:
        if len(found[0]) == len("%20"):
            code = int(found[0][1:], 16)
            if code < 0x20 or code == 0x7F:
                return chr(code) if code in BREAKS else ""
            return scalar(code, 0x20) if code < 0x7F or latin else None
        return _of(found)

    return replaced(UNITS_OR_BYTE, text, image)


def _of_stretches(text: str) -> tuple[str, int]:
    """Stretches of escaped Chinese in a text that is written plainly elsewhere."""

    def image(found: re.Match[str]) -> str | None:
        around = (text[max(0, found.start() - 1) : found.start()], text[found.end() : found.end() + 1])
        if found["kept"] or any(BORDER.match(char) for char in around):
            return None
        plain, _ = replaced(ONE, found[0].replace("%20", " "), _of)
        return plain if han(plain) >= MIN_STRETCH else None

    return replaced(STRETCH, text, image)


def _of(found: re.Match[str]) -> str | None:
    """The one character of an escape; None where it has none."""
    escape = found[0]
    if escape[1] == "u":
        units = bytes.fromhex(escape.replace("%u", ""))
        got = units.decode("utf-16-be", "ignore")
    else:
        got = bytes.fromhex(escape.replace("%", "")).decode("utf-8", "ignore")
    return got if len(got) == 1 and scalar(ord(got)) else None
