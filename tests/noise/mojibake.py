"""Text whose bytes were read in another encoding than they were written in."""

from __future__ import annotations

import random
from functools import cache

from tests.noise.noised import Noise, Noised, has_han, noised
from tests.noise.script import converted

# What is read as what: the encodings of Chinese pages, and those that servers, databases and old programs assume. `cp1252` is read
# as browsers read it, its five holes as controls, and nothing is lost; `cp1252 strict` as most programs do: U+FFFD for a hole.
PAIRS = {
    "utf8_as_latin1": ("utf-8", "latin-1"),
    "utf8_as_cp1252": ("utf-8", "cp1252"),
    "utf8_as_cp1252_strict": ("utf-8", "cp1252 strict"),
    "utf8_as_gb18030": ("utf-8", "gb18030"),
    "gb18030_as_latin1": ("gb18030", "latin-1"),
    "gb18030_as_cp1252": ("gb18030", "cp1252"),
    "gb18030_as_big5": ("gb18030", "big5hkscs"),
    "big5_as_gb18030": ("big5", "gb18030"),
    "big5_as_latin1": ("big5", "latin-1"),
}
PARTIAL = ("utf8_as_latin1", "utf8_as_cp1252", "utf8_as_gb18030", "gb18030_as_latin1", "big5_as_gb18030")
LOST = "\N{REPLACEMENT CHARACTER}"
SHOWN_LOST = (LOST, "?")  # browsers show the first for what the encoding does not have, databases and older programs the second
MISREAD_MARK = "\N{BYTE ORDER MARK}".encode().decode("cp1252")
JOINED = 0.02  # share of lines at which another file begins
SHARE = (0.15, 0.8)  # of the lines, in one piece, where only a part of a page was misread: a comment or an included file
MIN_LINES = 4


def misread(written: str, read: str) -> Noise:
    """The noise of bytes written in one encoding and read in another. Gold is in traditional characters where they were Big5."""

    def noise(text: str, rng: random.Random) -> Noised | None:
        gold = converted(text, "s2tw") if written == "big5" else text
        if not has_han(text) or not _writable(gold, written):
            return None
        dirty = decoded(gold.encode(written), read).replace(LOST, rng.choice(SHOWN_LOST))
        return noised(gold, dirty, _reread(dirty, written, read))

    return noise


def twice(text: str, rng: random.Random) -> Noised | None:
    """UTF-8 read as cp1252, written as UTF-8 and read as cp1252 again."""
    read = rng.choice(("latin-1", "cp1252"))
    once = decoded(text.encode(), read)
    dirty = decoded(once.encode(), read)
    return noised(text, dirty, _reread(_reread(dirty, "utf-8", read), "utf-8", read)) if has_han(text) else None


def marked(text: str, rng: random.Random) -> Noised | None:
    """Only the byte order mark of UTF-8 misread, before the text and where files were put together."""
    lines = text.split("\n")
    places = {0, *(place for place in range(len(lines)) if rng.random() < JOINED)}
    dirty = "\n".join(MISREAD_MARK * (place in places) + line for place, line in enumerate(lines))
    return noised(text, dirty, dirty.replace(MISREAD_MARK, "")) if has_han(text) else None


def partly(text: str, rng: random.Random) -> Noised | None:
    """A run of lines misread, the others as they were; exact where each of its lines is."""
    written, read = PAIRS[rng.choice(PARTIAL)]
    gold = converted(text, "s2tw") if written == "big5" else text
    lines = gold.split("\n")
    size = max(1, round(rng.uniform(*SHARE) * len(lines)))
    start = rng.randint(0, len(lines) - size)
    if not has_han(text) or len(lines) < MIN_LINES or not _writable(gold, written):
        return None
    wrong = [decoded(line.encode(written), read) for line in lines[start : start + size]]
    right = [_reread(line, written, read) for line in wrong]
    before, after = lines[:start], lines[start + size :]
    return noised(gold, "\n".join([*before, *wrong, *after]), "\n".join([*before, *right, *after]))


def decoded(raw: bytes, read: str) -> str:
    """The bytes as text; U+FFFD where the encoding has nothing."""
    if read == "cp1252 strict":
        return raw.decode("cp1252", "replace")
    return raw.decode("latin-1").translate(_browser_table()) if read == "cp1252" else raw.decode(read, "replace")


def encoded(text: str, read: str) -> bytes:
    """The bytes that were read as this text; UnicodeEncodeError where there are none."""
    if read.startswith("cp1252"):
        back = {ord(char): code for code, char in _browser_table().items()}
        return text.translate(back).encode("latin-1")
    return text.encode(read)


def _reread(dirty: str, written: str, read: str) -> str:
    """The text that was written; empty where its bytes are not all known."""
    try:
        return encoded(dirty, read).decode(written)
    except UnicodeError:
        return ""


def _writable(text: str, written: str) -> bool:
    try:
        return text.encode(written).decode(written) == text
    except UnicodeError:
        return False


@cache
def _browser_table() -> dict[int, str]:
    """The characters that browsers show for the bytes 80 to 9F (WHATWG Encoding, index windows-1252)."""
    return {code: bytes([code]).decode("cp1252", "ignore") or chr(code) for code in range(0x80, 0xA0)}
