"""Parts: what one task reads. Cut by input bytes, never by the number of workers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import inf
from typing import NamedTuple

from builder.core.source import Slice


class Part(NamedTuple):
    """One or more slices of one source. A row is the ordinal of a line over all slices of the part."""

    number: int
    source: int  # position in the recipe
    slices: list[Slice]
    rows: int  # documents to read, malformed ones counted; less than the slices hold where a limit cuts

    @property
    def bytes(self) -> int:
        """Uncompressed bytes of all slices."""
        return sum(piece.end - piece.start for piece in self.slices)


def part_from(fields: list[object]) -> Part:
    """A part from its JSON."""
    number, source, slices, rows = fields
    return Part(number, source, [slice_from(piece) for piece in slices], rows)  # type: ignore[arg-type, attr-defined]  # JSON of our own writing


def slice_from(fields: Sequence[object]) -> Slice:
    """A slice from its JSON."""
    piece = Slice(*fields)  # type: ignore[arg-type]  # JSON of our own writing
    return piece._replace(header=tuple(piece.header))


def group_parts(
    sources: Iterable[list[Slice]], part_bytes: int, limit: int | None = None, limits: Sequence[int | None] = ()
) -> list[Part]:
    """Slices of each source, in order, to numbered parts of about `part_bytes`.

    At most `limit` documents in all, and of each source as many as stand in `limits` at its place; malformed ones are counted.
    """
    parts: list[Part] = []
    left = inf if limit is None else limit
    for source, slices in enumerate(sources):
        mine = min(left, (limits[source] if source < len(limits) else None) or inf)
        for group in _groups(slices, part_bytes):
            rows = min(sum(piece.rows for piece in group), mine)
            mine, left = mine - rows, left - rows
            if rows:
                parts.append(Part(len(parts), source, group, int(rows)))
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
