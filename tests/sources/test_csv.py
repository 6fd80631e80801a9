"""One row, one document: quoting, line breaks inside fields, and the exact reason for what is not read."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from builder.core.errors import SourceError
from builder.core.source import Malformed, Record, UnreadableError
from builder.sources.csv import FAULTS, Csv
from builder.text.delimited import OPEN, STRAY
from tests.sources.slices import MAX_BYTES, cuts_of, read_all, read_slice


def source(**fields: Any) -> Csv:  # noqa: ANN401 - the fields of a source
    return Csv(name="table", path="x", **fields)


def read(text: str | bytes, file: str = "a.csv", **fields: Any) -> list[Record | Malformed]:  # noqa: ANN401 - the fields of a source
    return read_all(source(**fields), text if isinstance(text, bytes) else text.encode(), file)


def test_documents() -> None:
    text = 'id,text,url,more\n1,桥修好了。,https://example.org,x\n2,"他说：""好""，\n就走了,真的。",,\n'
    assert read(text) == [
        Record(1, "桥修好了。", "1", "https://example.org"),
        Record(2, '他说："好"，\n就走了,真的。', "2"),
    ]


@pytest.mark.parametrize("content", ["", "\n", "text\n", "text", "\n\nid,text\r\n"])
def test_nothing(content: str) -> None:
    assert read(content) == []


def test_lines_that_end_as_on_windows() -> None:
    assert read('text,id\r\n一,1\r\n"二\r\n三","2"\r\n四,5') == [
        Record(1, "一", "1"),
        Record(2, "二\r\n三", "2"),
        Record(4, "四", "5"),
    ]


def test_a_byte_order_mark_is_no_damage() -> None:
    assert read('\ufeff"text",id\n一,1\n') == [Record(1, "一", "1")]
    assert read("\ufefftext\n一\n") == [Record(1, "一")]


def test_blank_lines_are_counted_and_no_documents() -> None:
    assert read("\n\ntext\n\n一\n  \n二") == [Record(4, "一"), Record(6, "二")]


def test_empty_fields_are_null_but_an_empty_text_is_a_document() -> None:
    assert read('text,id,date,lang\n,"",,\n', keep_fields=["lang", "absent"]) == [Record(1, "", None, None, None, (None, None))]


def test_the_users_own_columns() -> None:
    found = read("lang,content,day,n\nzh,一,2024,007\n", text_field="content", date_field="day", keep_fields=["n", "lang"])
    assert found == [Record(1, "一", None, None, "2024", ("007", "zh"))]


@pytest.mark.parametrize(
    ("file", "fields", "content"),
    [
        ("a.tsv", {}, 'text\tid\n"一\t,"\t1\n'),
        ("a.tsv.gz", {}, 'text\tid\n"一\t,"\t1\n'),
        ("a.csv", {"delimiter": "\t"}, 'text\tid\n"一\t,"\t1\n'),
        ("a.tsv", {"delimiter": ";"}, 'text;id\n"一\t,";1\n'),
    ],
)
def test_the_delimiter(file: str, fields: dict[str, str], content: str) -> None:
    assert read(content, file, **fields) == [Record(1, "一\t,", "1")]


def test_marks_that_quote_nothing() -> None:
    assert read('text,id\n一"二",1\n') == [Record(1, '一"二"', "1")]
    assert read('text\tid\n"一\t1\n"二"三\t2\n', "a.tsv", quoted=False) == [Record(1, '"一', "1"), Record(2, '"二"三', "2")]


@pytest.mark.parametrize("delimiter", ["", ",,", '"', "\n", "，"])
def test_delimiters_that_are_none(delimiter: str) -> None:
    with pytest.raises(ValidationError, match="one ASCII character"):
        source(delimiter=delimiter)


GOOD = "text,id\n一,1\n", "二,2\n"
MALFORMED: dict[str, tuple[str | bytes, str]] = {
    "too few fields": ("三\n", "1 fields, the header has 2"),
    "too many fields": ("三,3,3\n", "3 fields, the header has 2"),
    "text behind a quotation": ('"三"四,3\n', FAULTS[STRAY]),
    "a quotation inside a quotation": ('"他说"好"，走了",3\n', FAULTS[STRAY]),
    "not UTF-8": (b"\xff,3\n", "not UTF-8: invalid start byte at byte 0 of a field"),
    "too long": (f"{'长' * 400},3\n", f"row of 1,203 bytes is over the limit of {MAX_BYTES:,}"),
    "the header again": ("text,id\n", "the header once more"),
    "the header of another file": ('\ufeff"text",id\r\n', "the header once more"),
}


@pytest.mark.parametrize("what", MALFORMED)
def test_malformed_rows_have_a_reason(what: str) -> None:
    row, reason = MALFORMED[what]
    content = row if isinstance(row, bytes) else row.encode()
    found = read(GOOD[0].encode() + content + GOOD[1].encode())
    excerpt = content.decode("utf-8", "replace").rstrip("\r\n")[:200]
    assert found == [Record(1, "一", "1"), Malformed(2, reason, excerpt), Record(3, "二", "2")]


def test_what_looks_like_the_header_and_is_not_utf8() -> None:
    assert read(b"text,other\nhello,ok\ntext,\xff\xfe\nlast,ok\n") == [
        Record(1, "hello"),
        Malformed(2, "not UTF-8: invalid start byte at byte 0 of a field", "text,\ufffd\ufffd"),
        Record(3, "last"),
    ]


def test_one_mark_that_is_missing_costs_one_line() -> None:
    assert read('text,id\n一,1\n"二,2\n三,3\n四,4\n') == [
        Record(1, "一", "1"),
        Malformed(2, FAULTS[OPEN], '"二,2'),
        Record(3, "三", "3"),
        Record(4, "四", "4"),
    ]
    assert read('text,id\n一,1\n"二,2') == [Record(1, "一", "1"), Malformed(2, FAULTS[OPEN], '"二,2')]


def test_a_mark_that_is_missing_before_one_that_is_not() -> None:
    found = read('text,id\n"一,1\n"二",2\n三,3\n')
    assert [one.line for one in found] == [1, 3]
    assert found[0] == Malformed(1, FAULTS[STRAY], '"一,1\n"二",2')
    assert found[1] == Record(3, "三", "3")


def test_a_mark_that_is_missing_in_a_large_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind so many bytes it is not looked for; rows that are whole may be longer."""
    monkeypatch.setattr("builder.core.rows.OPEN_BYTES", 0)
    monkeypatch.setattr("builder.core.rows.BLOCK_BYTES", 64)
    rows = [f"{'长' * 20}{number},{number}\n" for number in range(100)]
    found = read("text,id\n" + "".join(rows[:50]) + '"开,0\n' + "".join(rows[50:]) + '"合",1\n')
    assert [one.line for one in found] == list(range(1, 103))
    assert [one for one in found if isinstance(one, Malformed)] == [Malformed(51, FAULTS[OPEN], '"开,0')]
    long = "x" * 5_000
    (only,) = read(f"text,id\n{long},1\n")
    assert only == Malformed(1, "row of 5,003 bytes is over the limit of 1,000", long[:200])
    assert [one.line for one in read(f'text,id\n"{long}\n{long}",1\n一,2\n')] == [1, 2, 3]


@pytest.mark.parametrize(
    ("content", "file", "got"),
    [
        ("id,content\n1,一\n", "a.csv", "id, content"),
        ("id;text\n1;一\n", "a.csv", "id;text"),
        ("text,text\n1,一\n", "a.csv", "text, text"),
        ("text,id\n1,一\n", "a.tsv", "text,id"),
    ],
)
def test_a_header_without_the_text(content: str, file: str, got: str) -> None:
    with pytest.raises(SourceError, match=f"source table: {file} has no column 'text'") as error:
        read(content, file)
    assert error.value.got == got


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("标题,text\n".encode("gb18030"), "the header is not UTF-8: invalid start byte"),
        (b'"text,id\n1,2\n', "the header holds a quotation mark that nothing closes"),
        (b'"text"s,id\n1,2\n', "the header holds text behind a closing quotation mark"),
    ],
)
def test_a_file_that_is_no_table(content: bytes, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        read(content)


# ---- Cuts

TEXT = st.lists(st.sampled_from(["桥", "a", ",", '"', "\n", "\r\n", " "]), max_size=9).map(lambda pieces: f"x{''.join(pieces)}")


def table(texts: list[str], mark: str = "") -> bytes:
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerows([["id", "text"], *([number, text] for number, text in enumerate(texts))])
    return (mark + written.getvalue()).encode()


@given(st.lists(TEXT, max_size=20), st.integers(1, 40), st.sampled_from(["", "\ufeff"]))
def test_slices_tile_the_rows(texts: list[str], part_bytes: int, mark: str) -> None:
    content = table(texts, mark)
    cuts = cuts_of(source(), content, "a.csv", part_bytes)
    begin = content.index(b"\n") + 1
    assert [cut.start for cut in cuts] == [begin, *(cut.end for cut in cuts)][: len(cuts)]
    assert (cuts[-1].end if cuts else begin) == len(content)
    assert sum(cut.rows for cut in cuts) == len(texts)
    line = 2
    for cut in cuts:
        assert (cut.first_line, cut.lines) == (line, content[cut.start : cut.end].count(b"\n"))
        assert cut.header == ("id", "text")
        line += cut.lines
    assert all(cut.end - cut.start >= part_bytes for cut in cuts[:-1])
    found = [one for cut in cuts for one in read_slice(source(), content, cut, "a.csv")]
    assert [one.text for one in found if isinstance(one, Record)] == texts
    assert read_all(source(), content, "a.csv", part_bytes) == read_all(source(), content, "a.csv")


@given(st.lists(st.sampled_from(["一", ",", '"', '""', "\n", "\r\n", "x,1\n", '"y\nz",2\n'])).map("".join), st.integers(1, 30))
def test_every_line_is_in_one_row_or_another_however_the_file_is_cut(rows: str, part_bytes: int) -> None:
    content = b"text,id\n" + rows.encode()
    whole = read_all(source(), content, "a.csv")
    assert read_all(source(), content, "a.csv", part_bytes) == whole
    cuts = cuts_of(source(), content, "a.csv", part_bytes)
    assert sum(cut.rows for cut in cuts) == len(whole)
    assert len({one.line for one in whole}) == len(whole)
    for cut in cuts:
        assert all(one.line < cut.lines for one in read_slice(source(), content, cut, "a.csv"))
