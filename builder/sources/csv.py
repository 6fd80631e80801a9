"""CSV and TSV files: a header, then one document a row, plain, .gz or .zst. Quoting as in RFC 4180."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat
from typing import BinaryIO, ClassVar

import numpy as np
from pydantic import field_validator

from builder.core.fields import FieldSource
from builder.core.lines import excerpt
from builder.core.rows import Window, windows
from builder.core.source import Cut, Malformed, Record, Slice, UnreadableError, plain_suffix
from builder.text.delimited import BLANK, FINE, OPEN, STRAY

AROUND_NAMES = ' "\N{ZERO WIDTH NO-BREAK SPACE}'  # the last: a byte order mark where files were joined
FAULTS = {
    STRAY: "text behind a closing quotation mark; one inside a quoted field is written twice",
    OPEN: "a quotation mark that nothing closes",
}


class Csv(FieldSource, frozen=True):
    """Each row a document; the first row names the columns. Empty fields other than the text are null."""

    suffixes: ClassVar[tuple[str, ...]] = (".csv", ".tsv")

    delimiter: str | None = None  # one ASCII character; by default a tab in .tsv files, else a comma
    quoted: bool = True  # false: a quotation mark is a character like any other, and every line is a row

    @field_validator("delimiter")
    @classmethod
    def _one_character(cls, delimiter: str | None) -> str | None:
        if delimiter is not None and (len(delimiter) != 1 or not delimiter.isascii() or delimiter in '"\r\n'):
            msg = f"one ASCII character such as ';', got {delimiter!r}"
            raise ValueError(msg)
        return delimiter

    def cuts(self, stream: BinaryIO, file: str, part_bytes: int, max_bytes: int) -> Iterator[Cut]:
        """Between any two rows; the first slice begins behind the header."""
        header: tuple[str, ...] = ()
        start = end = line = last_line = count = 0
        for window in self._windows(stream, file, max_bytes):
            ends, lines = window.start + window.rows.edges[1:], window.line + window.rows.lines[1:]
            filled = window.rows.kinds != BLANK
            first = 0
            if not header:
                if not filled.any():
                    continue
                first = int(filled.argmax()) + 1
                header = self._header(file, window, first - 1)
                start, line = int(ends[first - 1]), int(lines[first - 1])
            while (place := max(first, int(np.searchsorted(ends, start + part_bytes)))) < len(ends):
                count += int(filled[first : place + 1].sum())
                end, last_line = int(ends[place]), int(lines[place])
                yield Cut(start, end, line + 1, last_line - line, count, header)
                start, line, count, first = end, last_line, 0, place + 1
            count += int(filled[first:].sum())
            end, last_line = int(ends[-1]), int(lines[-1])
        if header and end > start:
            yield Cut(start, end, line + 1, last_line - line, count, header)

    def read(self, stream: BinaryIO, piece: Slice, max_bytes: int) -> Iterator[Record | Malformed]:
        """The rows of a slice. A row is numbered by the line on which it begins."""
        for window in self._windows(stream, piece.file, max_bytes):
            yield from self._read_window(window, piece.header, max_bytes)

    def _read_window(self, window: Window, header: tuple[str, ...], max_bytes: int) -> Iterator[Record | Malformed]:
        filled = np.flatnonzero(window.rows.kinds != BLANK)
        places = [header.index(name) if name in header else None for name in self.named()]
        columns = [repeat(b"") if place is None else _column(window, place, len(header), filled) for place in places]
        sizes, counts = (np.diff(column)[filled].tolist() for column in (window.rows.edges, window.rows.fields))
        facts = zip(window.rows.kinds[filled].tolist(), sizes, counts, strict=True)
        lines = (window.line + window.rows.lines[filled]).tolist()
        for row, line, (kind, size, count), *cells in zip(filled.tolist(), lines, facts, *columns, strict=False):  # not `repeat`
            wrong = _fault(kind, size, max_bytes, count, len(header))
            if not wrong:
                try:
                    text, *others = map(self._text, cells)
                    if text.strip(AROUND_NAMES) == self.text_field and self._names(window, row) == header:
                        wrong = "the header once more"  # files that were joined
                except UnicodeDecodeError as error:  # also of a field that is not read, where the text is the column's name
                    wrong = f"not UTF-8: {error.reason} at byte {error.start} of a field"
            if wrong:
                yield Malformed(line, wrong, excerpt(window.content, *window.rows.edges[row : row + 2].tolist()))
            else:
                id_, url, date, *more = (value or None for value in others)
                yield Record(line, text, id_, url, date, tuple(more))

    def _header(self, file: str, window: Window, row: int) -> tuple[str, ...]:
        if fault := FAULTS.get(int(window.rows.kinds[row])):
            raise UnreadableError(f"the header holds {fault}")
        try:
            names = self._names(window, row)
        except UnicodeDecodeError as error:
            raise UnreadableError(f"the header is not UTF-8: {error.reason}") from error
        if names.count(self.text_field) != 1:
            raise self.no_text(file, names, f", named once; delimiter: {self._delimiter(file).decode()!r} now")
        return names

    def _names(self, window: Window, row: int) -> tuple[str, ...]:
        """The fields of a row as names of columns. Raises UnicodeDecodeError."""
        count = int(window.rows.fields[row + 1] - window.rows.fields[row])
        cells = (next(_column(window, place, count, np.array([row]))) for place in range(count))
        return tuple(self._text(cell).strip(AROUND_NAMES) for cell in cells)

    def _text(self, cell: bytes) -> str:
        """A field as text. Raises UnicodeDecodeError."""
        return (cell[1:-1].replace(b'""', b'"') if self.quoted and cell.startswith(b'"') else cell).decode()

    def _delimiter(self, file: str) -> bytes:
        return (self.delimiter or ("\t" if plain_suffix(file) == ".tsv" else ",")).encode()

    def _windows(self, stream: BinaryIO, file: str, max_bytes: int) -> Iterator[Window]:
        return windows(stream, self._delimiter(file), max_bytes, quoted=self.quoted)


def _column(window: Window, place: int, width: int, rows: np.ndarray) -> Iterator[bytes]:
    """The field of this place in some rows; a CR before the line break is no part of the last of `width`."""
    begins, ends = (edge.tolist() for edge in window.rows.field(place, rows))
    cells = (window.content[begin:end] for begin, end in zip(begins, ends, strict=True))
    return (cell.removesuffix(b"\r") for cell in cells) if place == width - 1 else cells


def _fault(kind: int, size: int, max_bytes: int, fields: int, width: int) -> str:
    """What is wrong with the shape of a row; empty if nothing is."""
    if size > max_bytes:
        return f"row of {size:,} bytes is over the limit of {max_bytes:,}"
    if kind != FINE:
        return FAULTS[kind]
    return "" if fields == width else f"{fields} fields, the header has {width}"
