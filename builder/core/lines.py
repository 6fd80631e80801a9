"""The bytes of a file of text: where it may be cut between lines, how many of them hold something, how one is shown."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import BinaryIO

from builder.core.source import Cut

BLOCK_BYTES = 1 << 22
BOM = b"\xef\xbb\xbf"  # begins files that were saved on Windows, and each file of several that were joined
EXCERPT_CHARS = 200  # of what is malformed
BLANK = re.compile(rb"\n(?=[ \t\r\x0b\x0c]*\n)")  # the end of a line before one of white space, as bytes.strip() knows it


def excerpt(content: bytes, start: int = 0, end: int = sys.maxsize) -> str:
    """The beginning of what is malformed, for people to read."""
    most = start + EXCERPT_CHARS * 4  # bytes of a character
    return content[start : min(end, most)].decode("utf-8", "replace")[:EXCERPT_CHARS].rstrip("\r\n")


def line_cuts(stream: BinaryIO, part_bytes: int) -> Iterator[Cut]:
    """Slices of whole lines: each ends with the first newline after `part_bytes` bytes."""
    start = position = 0
    first_line = 1
    count = _Count()
    while block := stream.read(BLOCK_BYTES):
        begin = 0
        while (
            place := block.find(b"\n", max(begin, start + part_bytes - 1 - position))
        ) >= 0 and position + place + 1 - start >= part_bytes:
            end = position + place + 1
            count.add(block[begin : place + 1])
            yield Cut(start, end, first_line, count.lines, count.rows)
            start, first_line, begin = end, first_line + count.lines, place + 1
            count = _Count()
        count.add(block[begin:] if begin else block)
        position += len(block)
    if position > start:
        yield Cut(start, position, first_line, count.lines, count.rows)


class _Count:
    """Counts lines, and those that hold more than white space; the last one need not have ended."""

    def __init__(self) -> None:
        self._ended = self._filled = 0
        self._begun = self._held = False  # whether there is a last line without an end, and whether it holds something

    @property
    def lines(self) -> int:
        return self._ended + self._begun

    @property
    def rows(self) -> int:
        return self._filled + self._held

    def add(self, block: bytes) -> None:
        """Count the lines of the next block, whose first may go on from the last one."""
        first, last = block.find(b"\n"), block.rfind(b"\n")
        if first < 0:
            self._begun = self._begun or bool(block)
            self._held = self._held or bool(block.strip())
            return
        ended = block.count(b"\n")
        blank = len(BLANK.findall(block, first)) + (not self._held and not block[:first].strip())
        self._ended += ended
        self._filled += ended - blank
        self._begun = last + 1 < len(block)
        self._held = bool(block[last + 1 :].strip())
