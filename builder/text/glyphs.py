"""Tables from one code point to another, as comma-separated files in builder/text/tables."""

from __future__ import annotations

from functools import cache

from builder.text.classes import TABLES


@cache
def glyphs(name: str) -> dict[int, int]:
    """A table by name: what a code point was written for. Lines that begin with `#` name the source."""
    lines = (TABLES / f"{name}.csv").read_text("utf-8").splitlines()
    pairs = (line.split(",") for line in lines if not line.startswith("#"))
    return {int(source, 16): int(target, 16) for source, target in pairs}
