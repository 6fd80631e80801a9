"""The rows of a stream of delimited text, some thousand at a time, blank and malformed ones too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

import numpy as np

from builder.core.lines import BLOCK_BYTES, BOM
from builder.text.delimited import OPEN, Rows, scan

OPEN_BYTES = 1 << 26  # behind so much text no quotation mark is looked for: it is taken for missing. No document is as long


class Window(NamedTuple):
    """Whole rows where they stand in a stream."""

    start: int  # byte
    line: int  # ordinal of the first line, from 0
    content: bytes
    rows: Rows  # of `content`; for a line that is far too long, `content` is only its beginning


def windows(stream: BinaryIO, delimiter: bytes, max_bytes: int, *, quoted: bool) -> Iterator[Window]:
    """All rows, in order; a byte order mark before the first one is left out.

    Where no quotation mark closes a field (to the end of the stream, or within OPEN_BYTES), its first line is a row of
    kind OPEN, and the next line begins another row. So one mark that is missing costs one line, and memory has a limit.
    """
    limit = max(max_bytes, OPEN_BYTES)
    content = _head(stream)
    start = len(BOM) if content == BOM else 0
    content, size, whole, line = content[start:], BLOCK_BYTES, False, 0
    while not whole or content:
        block = b"" if whole else stream.read(size)
        whole, content = not block, content + block
        rows = _within(scan(content, delimiter, quoted=quoted, whole=whole), limit)
        length = int(rows.edges[-1])
        following = content[length:]
        if not length and content and (whole or len(content) > limit):
            rows, following = _first_line(stream, content)
            length = int(rows.edges[-1])
        if length:
            yield Window(start, line, content[:length], rows)
            start, line, content = start + length, line + int(rows.lines[-1]), following
        size = max(BLOCK_BYTES, len(content))  # a long row is not looked at again with each block


def _within(rows: Rows, limit: int) -> Rows:
    """The rows up to the first one that is over the limit and has several lines."""
    long = (np.diff(rows.edges) > limit) & (np.diff(rows.lines) > 1)
    return rows.head(int(long.argmax())) if long.any() else rows


def _first_line(stream: BinaryIO, content: bytes) -> tuple[Rows, bytes]:
    """The first line as a row of its own, and what was read behind it."""
    length, end, begun = 0, content.find(b"\n") + 1, len(content)
    while not end and content:  # a line that is far too long: it is not held in memory
        length += len(content)
        content = stream.read(BLOCK_BYTES)
        end = content.find(b"\n") + 1
    columns = ([OPEN], [0, length + end], [0, 1], [0, 1], [min(length + end, begun)])
    return Rows(*(np.array(column, np.int64) for column in columns)), content[end:]


def _head(stream: BinaryIO) -> bytes:
    """The first bytes, as many as a byte order mark has."""
    head = b""
    while len(head) < len(BOM) and (block := stream.read(len(BOM) - len(head))):
        head += block
    return head
