"""Parts: what one task reads. Cut by input bytes, never by the number of workers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from builder.core.source import Slice


class Part(NamedTuple):
    """One or more slices of one source. A row is the ordinal of a line over all slices of the part."""

    number: int
    source: int  # position in the recipe
    slices: list[Slice]
    rows: int  # rows to read; less than the slices hold where --limit cuts

    @property
    def bytes(self) -> int:
        """Uncompressed bytes of all slices."""
        return sum(piece.end - piece.start for piece in self.slices)


def part_from(fields: list[object]) -> Part:
    """A part from its JSON."""
    number, source, slices, rows = fields
    return Part(number, source, [Slice(*piece) for piece in slices], rows)  # type: ignore[arg-type, attr-defined]  # JSON of our own writing


def group_parts(sources: Iterable[list[Slice]], part_bytes: int, limit: int | None = None) -> list[Part]:
    """Slices of each source, in order, to numbered parts of about `part_bytes`; at most `limit` rows in all."""
    parts: list[Part] = []
    left = limit
    for source, slices in enumerate(sources):
        for group in _groups(slices, part_bytes):
            rows = sum(piece.lines for piece in group)
            if left is not None:
                rows = min(rows, left)
                left -= rows
            if rows:
                parts.append(Part(len(parts), source, group, rows))
    return parts


def _groups(slices: list[Slice], part_bytes: int) -> Iterable[list[Slice]]:
    group: list[Slice] = []
    size = 0
    for piece in slices:
        if group and size + piece.end - piece.start > part_bytes:
            yield group
            group, size = [], 0
        group.append(piece)
        size += piece.end - piece.start
    if group:
        yield group
