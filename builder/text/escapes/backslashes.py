r"""Backslash escapes of programs: `\u4e2d`, `\u{4e2d}`, `\U00004e2d`, and UTF-8 byte by byte, `\xe4\xb8\xad`.

Programs, JSON and texts about them write these on purpose. They come off where nearly all Chinese of a text, or of a
stretch in plain prose, is written so; a text that went through JSON or `repr` as one string loses its other escapes too.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from builder.text.escapes.places import ADDRESS, CODE, TECHNICAL
from builder.text.escapes.scalars import FIRST, han, most, replaced, scalar

PAIR = r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
CHARACTER = rf"{PAIR}|\\u[0-9a-fA-F]{{4}}|\\u\{{[0-9a-fA-F]{{1,6}}\}}|\\U[0-9a-fA-F]{{8}}"
BYTES = r"\\x[c-fC-F][0-9a-fA-F](?:\\x[89abAB][0-9a-fA-F]){1,3}"
BYTE = r"\\x[0-9a-fA-F]{2}"
LATIN = re.compile(r"(?<!\\x..)(?<!\\)\\x[a-fA-F][0-9a-fA-F](?!\\x)")  # as Python writes U+00A0 to U+00FF
LATIN_AS_OTHERS = re.compile(r"\\u00[a-fA-F][0-9a-fA-F]")
SIGNS = frozenset(map(ord, "<>&'\"="))  # an encoder of JSON for a web page escapes these as well

# What else a string of JSON or Python escapes. Controls that show nothing go.
SIMPLE = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", "b": "", "a": "", "0": ""}
QUOTED = re.compile(r"\"(?:[^\"\\\n]|\\.){1,4000}\"|'(?:[^'\\\n]|\\.){1,4000}'")
MIN_PROSE = 20  # Han of a string, on average, before strings are prose and no labels of a program
IN_STRINGS = 0.8  # of the escaped Han, before a text is the source of a program

MIN_STRETCH = 4  # Han, between Chinese that stands as itself
STRING_BORDER = re.compile(r"[0-9A-Za-z\"'`=/\\<>{}\[\]_$@#]")

Image = Callable[[re.Match[str]], str | None]


class Family(NamedTuple):
    """One way to write characters."""

    one: re.Pattern[str]  # a character
    string: re.Pattern[str]  # all that stands behind a backslash in a string; `bad`: no string
    stretch: re.Pattern[str]  # characters with digits, spaces and marks between them; `kept`: code and addresses
    image: Image


def without_backslashes(text: str) -> tuple[str, int]:
    """The text with its backslash escapes replaced by what they stand for, and how many; one layer."""
    for family in FAMILIES:
        escaped = sum(han(family.image(found) or "") for found in family.one.finditer(text))
        if escaped and most(escaped, han(text)) and not _is_source(text, family, escaped):
            return _of_string(text, family) or _of_text(text, family)
    if TECHNICAL.search(text):
        return text, 0
    count = 0
    for family in FAMILIES:
        text, number = _of_stretches(text, family)
        count += number
    return text, count


def _is_source(text: str, family: Family, escaped: int) -> bool:
    """Whether nearly all escapes are short strings of a program; one string alone is a text."""
    strings = (han(family.one.sub(lambda found: family.image(found) or "", found[0])) for found in QUOTED.finditer(text))
    held = [number for number in strings if number]
    if QUOTED.fullmatch(text.strip()):
        return False
    return sum(held) > IN_STRINGS * escaped and sum(held) < MIN_PROSE * len(held)


def _of_string(text: str, family: Family) -> tuple[str, int] | None:
    """The text as one string of JSON or Python, in quotes or without; None where it is no such string."""
    body = text.strip()
    quoted = body[:1] == body[-1:] == '"' and '"' not in family.string.sub("", body[1:-1])
    body = body[1:-1] if quoted else body
    rest = family.string.sub("", body)
    escaped = quoted or "\\n" in body or any(f"\\{mark}" in body and mark not in rest for mark in '"/')
    if "\n" in body or not body.isascii() or not escaped:
        return None
    if any(found["bad"] for found in family.string.finditer(body)):
        return None
    return replaced(family.string, body, lambda part: _of_part(part, family))


def _of_part(part: re.Match[str], family: Family) -> str:
    """One escape of a string."""
    if part["simple"]:
        return SIMPLE.get(part["simple"], part["simple"])
    got = family.image(part)
    if got is not None:
        return got
    code = int(re.sub(r"[^0-9a-fA-F]", "", part[0][2:]), 16)
    return scalar(code, 0x20) or ("\n" if code == 10 else "")


def _of_text(text: str, family: Family) -> tuple[str, int]:
    """Every escaped character of the text; other escapes are the text's own."""
    latin = family is FAMILIES[0] and not LATIN_AS_OTHERS.search(text)
    text, count = replaced(family.one, text, family.image)
    if latin:
        text, more = replaced(LATIN, text, lambda found: bytes.fromhex(found[0][2:]).decode("latin-1"))
        count += more
    return text, count


def _of_stretches(text: str, family: Family) -> tuple[str, int]:
    """Stretches of escaped Chinese in a text that is written plainly elsewhere."""

    def image(found: re.Match[str]) -> str | None:
        around = (text[max(0, found.start() - 1) : found.start()], text[found.end() : found.end() + 1])
        if found["kept"] or any(STRING_BORDER.match(char) for char in around):
            return None
        plain, _ = replaced(family.one, found[0], family.image)
        return plain if han(plain) >= MIN_STRETCH else None

    return replaced(family.stretch, text, image)


def _of_character(found: re.Match[str]) -> str | None:
    """The character of a code point or of two surrogates; None for a lone surrogate and for most of ASCII."""
    escape = found[0]
    if len(escape) == len("\\ud842\\udfb7"):
        return escape.encode("ascii").decode("unicode_escape").encode("utf-16", "surrogatepass").decode("utf-16")
    code = int(escape[2:].strip("{}"), 16)
    return chr(code) if code in SIGNS else scalar(code, FIRST)


def _of_bytes(found: re.Match[str]) -> str | None:
    """The one character of some bytes; None where they are not UTF-8."""
    try:
        got = bytes.fromhex(found[0].replace("\\x", "")).decode("utf-8")
    except UnicodeDecodeError:
        return None
    return got if len(got) == 1 and scalar(ord(got)) else None


def _family(one: str, string: str, image: Image) -> Family:
    stretch = rf"(?:{one})(?:[0-9 .,:;!?()%-]{{0,12}}(?:{one}))*"
    return Family(
        re.compile(one),
        re.compile(rf"(?:{string})|\\(?P<simple>[nrtbfva0\\/'\"])|(?P<bad>\\)"),
        re.compile(rf"(?P<kept>{CODE}|{ADDRESS})|{stretch}"),
        image,
    )


FAMILIES = (_family(CHARACTER, f"{CHARACTER}|{BYTE}", _of_character), _family(BYTES, f"{BYTES}|{BYTE}", _of_bytes))
