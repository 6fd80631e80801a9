"""Reading the bytes of a file through its source, slice by slice, as a build does."""

from __future__ import annotations

import io

from builder.core.source import Cut, Malformed, Record, Slice, Source

MAX_BYTES = 1_000


def cuts_of(source: Source, content: bytes, file: str, part_bytes: int = 1 << 30, max_bytes: int = MAX_BYTES) -> list[Cut]:
    return list(source.cuts(io.BytesIO(content), file, part_bytes, max_bytes))


def read_slice(source: Source, content: bytes, cut: Cut, file: str, max_bytes: int = MAX_BYTES) -> list[Record | Malformed]:
    stream = io.BytesIO(content if source.seeks else content[cut.start : cut.end])
    return list(source.read(stream, Slice(file, "", "", *cut), max_bytes))


def read_all(
    source: Source, content: bytes, file: str = "a", part_bytes: int = 1 << 30, max_bytes: int = MAX_BYTES
) -> list[Record | Malformed]:
    """All that is read of a file; lines are numbered as in the file, from 0."""
    return [
        found._replace(line=cut.first_line - 1 + found.line)
        for cut in cuts_of(source, content, file, part_bytes, max_bytes)
        for found in read_slice(source, content, cut, file, max_bytes)
    ]
