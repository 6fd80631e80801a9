"""Whether a text is about references, and names them."""

from __future__ import annotations

import re

from builder.text.escapes.places import NAMED, REACH, SPOKEN, TOPIC, WRITTEN
from builder.text.escapes.references import FOUND, INNER, Found, character

QUOTES = ('""', "''", "``", "“”", "‘’", "「」", "『』")
# What stands alone in quotes by no accident, as an ellipsis may.
QUOTED = frozenset("\N{NO-BREAK SPACE}\N{COPYRIGHT SIGN}\N{REGISTERED SIGN}\N{EN SPACE}\N{EM SPACE}<>&\"'")
SYNTAX = frozenset("<>&\"'")
BORDER = re.compile("[ \t\n\"'`“”‘’「」『』()（）、/|]")
CLAUSE_END = re.compile("[，。；、）,;)\n]|$")
TAG = re.compile("&lt;/?[A-Za-z][A-Za-z0-9]{0,12}&gt;")  # named as a whole
SHARE = 0.1  # of the references of a text named: above, it is a lesson; a page escaped by accident names some by accident


def is_about_references(text: str) -> bool:
    """Whether the text says so, or names as many references as a lesson does."""
    if TOPIC.search(text):
        return True
    named = total = 0
    for found in FOUND.finditer(text):
        named += _is_named(found)
        total += 1 if not found["kept"] else len(INNER.findall(found[0]))
    return named > 0 and named >= SHARE * total


def _is_named(found: Found) -> bool:
    """Whether one reference is a word of the text: alone in code, quoted, or alone beside a word about references."""
    if found["kept"]:
        return INNER.fullmatch(found[0].strip("`")) is not None
    text, start = found.string, found.start()
    tag = TAG.match(text, start)
    end = tag.end() if tag else found.end()
    before, after = text[max(0, start - 1) : start], text[end : end + 1]
    if before + after in QUOTES and character(found) in QUOTED:
        return True
    if WRITTEN.search(text[max(0, start - REACH) : start]) and CLAUSE_END.match(after):
        return True
    if any(side and not BORDER.match(side) for side in (before, after)):
        return False
    left = text[max(0, start - REACH) : start].rpartition("\n")[2]
    right = text[end : end + REACH].partition("\n")[0]
    alone = left.strip() and right.strip() and not INNER.match(right.lstrip()) and not left.rstrip().endswith(";")
    words = SPOKEN if character(found) in SYNTAX and not tag else NAMED
    return bool(alone and words.search(f"{left} {right}"))
