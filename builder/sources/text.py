"""Text files: one document a file, UTF-8, plain, .gz or .zst."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, ClassVar

from builder.core.lines import excerpt
from builder.core.source import Cut, Malformed, Record, Slice, Source

_FINAL_BREAK = re.compile(r"\r?\n\Z")  # ends the last line of a file, and is no part of the document


class Text(Source, frozen=True):
    """The whole file is the text of one document."""

    suffixes: ClassVar[tuple[str, ...]] = (".txt", ".text", ".md")
    whole_files: ClassVar[bool] = True

    def cuts(self, stream: BinaryIO, file: str, part_bytes: int, max_bytes: int) -> Iterator[Cut]:
        """None: a file is one slice, however long it is."""
        del file, part_bytes, max_bytes
        yield Cut(0, stream.seek(0, 2), 1, 1, 1)

    def read(self, stream: BinaryIO, piece: Slice, max_bytes: int) -> Iterator[Record | Malformed]:
        """One record; Malformed where the bytes are no UTF-8 or too many."""
        del piece
        content = stream.read(max_bytes + 1)
        if len(content) > max_bytes:
            yield Malformed(0, f"file is over the limit of {max_bytes:,} bytes", excerpt(content))
            return
        try:
            yield Record(0, _FINAL_BREAK.sub("", content.decode("utf-8")))
        except UnicodeDecodeError as error:
            yield Malformed(0, f"not UTF-8: {error.reason} at byte {error.start}", excerpt(content))
