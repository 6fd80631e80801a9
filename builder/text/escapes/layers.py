"""Take escapes off a text, one layer after the other: a page may hold JSON that holds HTML."""

from __future__ import annotations

from collections import Counter

from builder.text.escapes.backslashes import without_backslashes
from builder.text.escapes.entities import without_references
from builder.text.escapes.percents import without_percents

LAYERS = 4  # a text that still changes after these is built to do so, and stays as it is
# References last: one that became a character would hide that the rest is a string of a program.
KINDS = {"escaped_character": without_backslashes, "escaped_byte": without_percents, "escaped_reference": without_references}
SIGNS = {"escaped_reference": "&", "escaped_character": "\\", "escaped_byte": "%"}


def unescaped(text: str) -> tuple[str, Counter[str]]:
    """The text without its escapes, and how many of each kind there were."""
    counts: Counter[str] = Counter()
    plain = text
    for _ in range(LAYERS):
        before = plain
        for code, layer in KINDS.items():
            if SIGNS[code] in plain:
                plain, count = layer(plain)
                counts[code] += count
        if plain == before:
            return plain, counts
    return text, Counter()
