"""Rows and fields of delimited text (CSV, TSV), found in one compiled pass over the UTF-8 bytes.

The grammar is that of RFC 4180: a field that begins with a quotation mark ends with the next one that is not doubled, and
may hold delimiters and line breaks. Lines end with LF or CR LF. A quotation mark inside a field that does not begin with
one is a character like any other.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from builder.text.kernel import kernel
from builder.text.readonly import UINT8

QUOTE = ord('"')
LF, CR, SPACE = 0x0A, 0x0D, 0x20
FINE, STRAY, BLANK, OPEN = range(4)  # what a row is; STRAY: text behind a closing quotation mark; OPEN: none closes
_START, _BARE, _QUOTED, _CLOSED, _STRAYED = range(5)  # where in a field the automaton stands
_END, _LINES, _FIELDS, _KIND = range(4)  # columns of the table of rows


class Rows(NamedTuple):
    """The n whole rows of some bytes. Row r begins where the row before it ends: `edges[r]` to `edges[r + 1]`, and so on."""

    kinds: np.ndarray  # int64[n]: FINE, STRAY, BLANK or OPEN
    edges: np.ndarray  # int64[n + 1]: bytes up to each row; its line break is part of a row
    lines: np.ndarray  # int64[n + 1]: lines up to each row; the last one need not have ended
    fields: np.ndarray  # int64[n + 1]: fields up to each row
    borders: np.ndarray  # int64[fields[n]]: where each field ends, its closing quotation mark and a CR included

    def head(self, count: int) -> Rows:
        """The first rows alone."""
        return Rows(self.kinds[:count], self.edges[: count + 1], self.lines[: count + 1], self.fields[: count + 1], self.borders)

    def field(self, place: int, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """int64: where the field of this place begins and ends in some rows; the last one, in a row that has fewer."""
        at = np.minimum(self.fields[rows] + place, self.fields[rows + 1] - 1)
        return np.where(at == self.fields[rows], self.edges[rows], self.borders[at - 1] + 1), self.borders[at]


@kernel("int64(int64, int64, int64, int64, int64)")
def _next(state: int, byte: int, following: int, delimiter: int, quote: int) -> int:
    """The state behind a byte; _START behind a delimiter or line break that ends a field."""
    if state == _QUOTED:
        return _CLOSED if byte == quote else _QUOTED
    if byte in (delimiter, LF):
        return _START
    if state == _START:
        return _QUOTED if byte == quote else _BARE
    if state == _CLOSED:
        if byte == quote:
            return _QUOTED
        return _CLOSED if byte == CR and following == LF else _STRAYED
    return state


@kernel(f"int64({UINT8}, int64, int64, boolean, int64[::1], int64[:, ::1])")
def _scan(data: np.ndarray, delimiter: int, quote: int, whole: bool, borders: np.ndarray, rows: np.ndarray) -> int:  # noqa: FBT001 - a kernel takes its arguments by position
    """Fill `borders` and `rows`; the number of rows. The last one may lack its line break only if `whole`."""
    state, kind, fields, lines, count, begun = _START, BLANK, 0, 0, 0, 0
    for at in range(len(data) + whole):
        byte = np.int64(data[at]) if at < len(data) else LF
        inside = state == _QUOTED
        state = _next(state, byte, data[at + 1] if at + 1 < len(data) else LF, delimiter, quote)
        if state == _STRAYED:
            kind = STRAY
        elif kind == BLANK and (byte > SPACE or byte == delimiter):
            kind = FINE
        lines += byte == LF and (at < len(data) or begun < at)
        if state != _START or inside or (at == len(data) and begun == at):
            continue
        borders[fields] = at
        fields += 1
        if byte == LF:
            begun = min(at + 1, len(data))
            rows[count, _END], rows[count, _FIELDS], rows[count, _LINES], rows[count, _KIND] = begun, fields, lines, kind
            kind, count = BLANK, count + 1
    return count


def scan(data: bytes, delimiter: bytes, *, quoted: bool = True, whole: bool = True) -> Rows:
    """The rows that `data` begins with. `whole`: nothing follows it, so that the last row needs no line break.

    A row with a quoted field that does not end is left out, with all that follows it.
    """
    breaks = data.count(b"\n") + 1
    borders, rows = np.empty(data.count(delimiter) + breaks, np.int64), np.zeros((breaks + 1, 4), np.int64)
    count = _scan(np.frombuffer(data, np.uint8), ord(delimiter), QUOTE if quoted else -1, whole, borders, rows[1:])
    edges, lines, fields, kinds = rows[: count + 1].T.copy()
    return Rows(kinds[1:], edges, lines, fields, borders[: fields[-1]])
