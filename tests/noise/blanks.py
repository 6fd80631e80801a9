"""White space: odd spaces, indents, spaces at the ends of lines, other line breaks and more of them."""

from __future__ import annotations

import random
import re

from tests.noise.noised import Noised, has_han, is_prose, noised

# One kind a text: `&nbsp;` of HTML, then the spaces of typesetting and of East Asian input methods.
ODD = "\N{NO-BREAK SPACE}\N{NO-BREAK SPACE}\N{NO-BREAK SPACE}\N{EN SPACE}\N{EM SPACE}\N{THIN SPACE}\N{NARROW NO-BREAK SPACE}"
INDENTS = (2 * "\N{IDEOGRAPHIC SPACE}", 4 * "\N{NO-BREAK SPACE}", 4 * " ", "\t", 2 * "\N{EM SPACE}")
INSIDE = re.compile(r"(?<=\S) +(?=\S)")
TRAILING = (" ", "  ", "\N{IDEOGRAPHIC SPACE}", "\N{NO-BREAK SPACE}", "\t")
TRAILED = 0.4  # share of lines
BREAKS = ("\r\n", "\r", "\u2028", "\u2029", "\x85", "\x0b")
MOST_BLANK = 4  # lines


def odd(text: str, rng: random.Random) -> Noised | None:
    """All spaces within lines of one other kind; before a line such spaces are indentation, and stand below."""
    kind = rng.choice(ODD)
    dirty = INSIDE.sub(lambda run: kind * len(run[0]), text)
    return noised(text, dirty, dirty.replace(kind, " ")) if has_han(text) else None


def indents(text: str, rng: random.Random) -> Noised | None:
    """Each paragraph of prose indented, and spaces at the end of some lines."""
    indent, trail = rng.choice(INDENTS), rng.choice(TRAILING)
    if not is_prose(text):
        return None
    dirty = "\n".join(indent + line + trail * (rng.random() < TRAILED) if line else line for line in text.split("\n"))
    return noised(text, dirty, "\n".join(line.removeprefix(indent).removesuffix(trail) for line in dirty.split("\n")))


def breaks(text: str, rng: random.Random) -> Noised | None:
    """Another kind of line break, and blank lines where there were some. Its inverse knows one blank line at most."""
    kind = rng.choice(BREAKS)
    longer = re.sub(r"\n\n+", lambda _: "\n" * (1 + rng.randint(1, MOST_BLANK)), text)
    dirty = longer.replace("\n", kind)
    return noised(text, dirty, re.sub("\n\n+", "\n\n", dirty.replace(kind, "\n"))) if has_han(text) else None
