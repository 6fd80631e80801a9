"""Characters that nobody sees, sown between others."""

from __future__ import annotations

import random
import re

from tests.noise.noised import HAN, Noised, has_han, noised

# Each text gets one kind: zero-width spaces and joiners of editors, byte order marks of files put together, soft hyphens of word
# processors, marks of direction from messengers, controls of terminals and old databases.
KINDS = (
    "\N{ZERO WIDTH SPACE}",
    "\N{ZERO WIDTH SPACE}\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}",
    "\N{ZERO WIDTH NO-BREAK SPACE}",
    "\N{SOFT HYPHEN}",
    "\N{WORD JOINER}",
    "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
    "".join(map(chr, (*range(1, 9), *range(0x0E, 0x1C), 0x7F))),
)
SHARE = (0.001, 0.2)  # of the places behind a Han character: from one in a page to marks against copying behind every fifth
BEHIND_HAN = re.compile(f"(?<=[{HAN}])(?=[^\ufe00-\ufe0f])")


def sown(text: str, rng: random.Random) -> Noised | None:
    """One kind of invisible characters behind some Han, one at least."""
    kind, share = rng.choice(KINDS), rng.uniform(*SHARE)
    places = [place.start() for place in BEHIND_HAN.finditer(text)]
    if not has_han(text) or not places:
        return None
    chosen = {rng.choice(places), *(place for place in places if rng.random() < share)}
    dirty = "".join(rng.choice(kind) * (place in chosen) + char for place, char in enumerate(text))
    return noised(text, dirty, re.sub(f"[{kind}]", "", dirty))
