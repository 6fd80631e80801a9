"""Lines written for the project: page.yaml, what pages say to their visitors, and text.yaml, sentences that come near to it."""

from __future__ import annotations

import random
import re
from pathlib import Path

import yaml

HERE = Path(__file__).parent
SLOT = re.compile(r"\{([^{}]+)\}")


def written(name: str, uses: int, seed: int) -> list[tuple[str, str]]:
    """(kind of site, line), each line with its slots filled in so many different ways at most."""
    slots: dict[str, list[str]] = yaml.safe_load((HERE / "page.yaml").read_text("utf-8"))["slots"]
    kinds: dict[str, str] = yaml.safe_load((HERE / name).read_text("utf-8"))
    kinds.pop("slots", None)
    chance = random.Random(seed)  # noqa: S311 - no secret
    return [
        (kind, line)
        for kind, lines in sorted(kinds.items())
        for pattern in lines.splitlines()
        for line in sorted({_filled(pattern, slots, chance) for _ in range(uses)})
    ]


def _filled(pattern: str, slots: dict[str, list[str]], chance: random.Random) -> str:
    """A line of a pattern; what fills a slot may have slots itself."""
    while (line := SLOT.sub(lambda slot: _entry(slot[1], slots, chance), pattern)) != pattern:
        pattern = line
    return line


def _entry(name: str, slots: dict[str, list[str]], chance: random.Random) -> str:
    """{n}: a number of any length; {a|b}: one of these; {name}: an entry of that name."""
    if name == "n":
        return str(chance.randint(1, 10 ** chance.randint(1, 8)))
    return chance.choice(name.split("|") if "|" in name else slots[name])
