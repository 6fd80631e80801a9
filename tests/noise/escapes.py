"""Characters written as escapes: HTML entities, `\\uXXXX` of JSON and JavaScript, percent signs of URLs."""

from __future__ import annotations

import html
import json
import random
import re
import urllib.parse
from collections.abc import Callable
from html.entities import codepoint2name

from tests.noise.noised import Noised, has_han, noised

# Half of the texts are escaped from the first line to the last, as by a program that writes ASCII; in the others a share of lines
# is, as when an excerpt or a comment is set into a page.
WHOLE = 0.5
LINES = (0.1, 0.6)
UPPER = 0.3  # share of texts whose hexadecimal digits are capitals

BEYOND_ASCII = re.compile("[^\\x00-\\x7f]")
UNICODE_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})(?:(?<=\\u[Dd][89ABab][0-9A-Fa-f]{2})\\u([0-9A-Fa-f]{4}))?")
INNER_SPACE = re.compile(r"(?<=\S) (?=\S)")
NAMED = re.compile("[" + "".join(re.escape(chr(code)) for code in sorted(codepoint2name) if code > 0x7F) + '&<>"]')


def decimal(text: str, rng: random.Random) -> Noised | None:
    """`&#20013;` for all beyond ASCII: what browsers send to a page whose encoding lacks a character, and some editors write."""
    return _lines(text, rng, lambda line: BEYOND_ASCII.sub(lambda char: f"&#{ord(char[0])};", line))


def hexadecimal(text: str, rng: random.Random) -> Noised | None:
    """`&#x4e2d;` for all beyond ASCII."""
    form = "&#x{:X};" if rng.random() < UPPER else "&#x{:x};"
    return _lines(text, rng, lambda line: BEYOND_ASCII.sub(lambda char: form.format(ord(char[0])), line))


def named(text: str, rng: random.Random) -> Noised | None:
    """`&ldquo;`, `&mdash;`, `&amp;`: each character that HTML has a name for; in half of the texts `&nbsp;` for spaces within lines."""
    space = rng.choice((" ", "&nbsp;"))
    return _lines(text, rng, lambda line: INNER_SPACE.sub(space, NAMED.sub(_name, line)))


def doubled(text: str, rng: random.Random) -> Noised | None:
    """The same and decimal entities, escaped once more: `&amp;ldquo;`."""
    once = decimal(text, rng) if rng.random() < 0.5 else named(text, rng)
    if once is None:
        return None
    dirty = once.text.replace("&", "&amp;")
    return noised(text, dirty, _unescaped(_unescaped(dirty)))


def unicode(text: str, rng: random.Random) -> Noised | None:
    r"""`\u4e2d` for all beyond ASCII, line breaks as they are."""
    upper = rng.random() < UPPER

    def escaped(char: str) -> str:
        units = char.encode("utf-16-be").hex(" ", 2).split()
        return "".join("\\u" + (unit.upper() if upper else unit) for unit in units)

    dirty = BEYOND_ASCII.sub(lambda char: escaped(char[0]), text)
    return noised(text, dirty, UNICODE_ESCAPE.sub(_unit_pair, dirty)) if has_han(text) else None


def json_string(text: str, rng: random.Random) -> Noised | None:
    r"""The inside of a JSON string: `\u4e2d`, `\n`, `\"`, with `\/` in half of the texts, as PHP writes it."""
    if not has_han(text):
        return None
    dirty = json.dumps(text)[1:-1]
    if rng.random() < 0.5:
        dirty = dirty.replace("/", "\\/")
    return noised(text, dirty, json.loads(f'"{dirty}"'))


def percent(text: str, rng: random.Random) -> Noised | None:
    """`%E4%B8%AD`, as `encodeURI` writes a text: spaces and percent signs too, line breaks in half of the texts."""
    if not has_han(text):
        return None
    safe = "!#$&'()*+,/:;=?@[]~\"<>\\^`{|}" + ("" if rng.random() < 0.5 else "\n")
    dirty = urllib.parse.quote(text, safe=safe)
    return noised(text, dirty, urllib.parse.unquote(dirty))


def _lines(text: str, rng: random.Random, escaped: Callable[[str], str]) -> Noised | None:
    """All lines escaped, or a share of them and one at least."""
    share, lines = 1.0 if rng.random() < WHOLE else rng.uniform(*LINES), text.split("\n")
    chosen = {rng.choice([place for place, line in enumerate(lines) if line] or [0])}
    chosen.update(place for place in range(len(lines)) if rng.random() < share)
    dirty = "\n".join(escaped(line) if place in chosen else line for place, line in enumerate(lines))
    return noised(text, dirty, _unescaped(dirty)) if has_han(text) else None


def _unescaped(text: str) -> str:
    """The text with entities read; the named no-break space is a space."""
    return html.unescape(text.replace("&nbsp;", " "))


def _name(char: re.Match[str]) -> str:
    return f"&{codepoint2name[ord(char[0])]};"


def _unit_pair(units: re.Match[str]) -> str:
    """The character of one or two UTF-16 units."""
    return bytes.fromhex(units[1] + (units[2] or "")).decode("utf-16-be", "surrogatepass")
