"""Rows and fields of delimited text, held against the parser of the standard library."""

from __future__ import annotations

import csv
import io
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.text.delimited import BLANK, FINE, STRAY, scan


def cells(data: bytes, delimiter: bytes = b",") -> list[list[str]]:
    """The fields of all rows, unquoted."""
    found = scan(data, delimiter)
    rows, start, first = [], 0, 0
    for end, last in zip(found.edges[1:], found.fields[1:], strict=True):
        row = []
        for border in found.borders[first:last]:
            cell = data[start:border]
            start = border + 1
            row.append(cell[1:-1].replace(b'""', b'"').decode() if cell.startswith(b'"') else cell.decode())
        rows.append(row)
        start, first = end, last
    return rows


@given(st.lists(st.sampled_from(["a", ",", '"', "\n", "桥", " "])).map("".join))
def test_the_standard_library_reads_the_same(text: str) -> None:
    data = text.encode()
    found = scan(data, b",")
    if STRAY in found.kinds:
        return
    data = data[: found.edges[-1]]  # behind it, a quotation mark is open
    expected = [row or [""] for row in csv.reader(io.StringIO(data.decode(), newline=""))]
    assert cells(data) == expected


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8"), max_size=5), min_size=1, max_size=4), max_size=5))
def test_what_the_standard_library_writes_is_read(rows: list[list[str]]) -> None:
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    data = written.getvalue().encode()
    assert cells(data) == rows
    assert set(scan(data, b",").kinds) <= {FINE}


@pytest.mark.parametrize(
    ("data", "ends", "lines", "kinds"),
    [
        (b"", [], [], []),
        (b"a", [1], [1], [FINE]),
        (b"a\n", [2], [1], [FINE]),
        (b"\n \r\n,\n", [1, 4, 6], [1, 2, 3], [BLANK, BLANK, FINE]),
        (b'"a\nb",c\nd', [8, 9], [2, 3], [FINE, FINE]),
        (b'"a"\r\n"b"\r', [5, 9], [1, 2], [FINE, FINE]),
        (b'"a" \n"b"x,"c\nd"', [5, 15], [1, 3], [STRAY, STRAY]),
        (b'a"b\n"open\nc', [4], [1], [FINE]),
        (b'""\n', [3], [1], [FINE]),
    ],
)
def test_rows(data: bytes, ends: list[int], lines: list[int], kinds: list[int]) -> None:
    found = scan(data, b",")
    assert (found.edges.tolist(), found.lines.tolist(), found.kinds.tolist()) == ([0, *ends], [0, *lines], kinds)


def test_a_window_need_not_end_with_a_row() -> None:
    assert scan(b"a\nb", b",", whole=False).edges.tolist() == [0, 2]
    assert scan(b'a\n"b"', b",", whole=False).edges.tolist() == [0, 2]


def test_marks_are_characters_where_nothing_is_quoted() -> None:
    found = scan(b'"a\tb\n"c"d\te', b"\t", quoted=False)
    assert (found.edges.tolist(), found.fields.tolist(), found.kinds.tolist()) == ([0, 5, 11], [0, 2, 4], [FINE, FINE])


def test_any_window_gives_the_rows_that_are_whole_in_it() -> None:
    chance = random.Random(1)  # noqa: S311 - no secret
    data = "".join(chance.choices('ab,"\n', k=400)).encode()
    every = scan(data, b",").edges.tolist()
    for length in range(len(data)):
        assert scan(data[:length], b",", whole=False).edges.tolist() == [end for end in every if end <= length]
