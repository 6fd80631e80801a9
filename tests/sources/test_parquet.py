"""One row, one document: columns of any type, row groups, and files that are damaged."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from builder.core.errors import SourceError
from builder.core.source import Cut, Malformed, Record, UnreadableError
from builder.sources.parquet import Parquet
from tests.sources.slices import cuts_of, read_all, read_slice


def source(**fields: Any) -> Parquet:  # noqa: ANN401 - the fields of a source
    return Parquet(name="table", path="x", **fields)


def packed(columns: dict[str, Any] | pa.Table, **how: Any) -> bytes:  # noqa: ANN401 - the options of Arrow
    sink = io.BytesIO()
    pq.write_table(columns if isinstance(columns, pa.Table) else pa.table(columns), sink, **how)
    return sink.getvalue()


def read(columns: dict[str, Any] | pa.Table, **fields: Any) -> list[Record | Malformed]:  # noqa: ANN401 - the fields of a source
    return read_all(source(**fields), packed(columns), "a.parquet")


def only(column: pa.Array, **fields: Any) -> str | None:  # noqa: ANN401 - the fields of a source
    """What becomes of one value of a column of the user's own."""
    (found,) = read({"text": ["一"], "own": column}, keep_fields=["own"], **fields)
    assert isinstance(found, Record)
    return found.more[0]


def test_documents() -> None:
    columns = {"more": [[1], []], "text": ["桥修好了。", ""], "id": ["a", None], "url": [None, "u"], "date": ["2024", None]}
    assert read(columns) == [Record(0, "桥修好了。", "a", None, "2024"), Record(1, "", None, "u")]
    assert read({"text": ["只有"]}) == [Record(0, "只有")]
    assert read({"text": pa.array([], pa.string())}) == []


def test_fields_have_other_names() -> None:
    columns = {"body.zh": ["一"], "key": [7], "when": [date(2024, 1, 31)], "tags": [["甲", "乙"]]}
    fields = {"text_field": "body.zh", "id_field": "key", "date_field": "when", "keep_fields": ["absent", "tags"]}
    assert read(columns, **fields) == [Record(0, "一", "7", None, "2024-01-31", (None, '["甲","乙"]'))]


@pytest.mark.parametrize(
    "kind",
    [pa.string(), pa.large_string(), pa.string_view(), pa.binary(), pa.large_binary(), pa.dictionary(pa.int32(), pa.string())],
    ids=str,
)
def test_texts_of_all_types(kind: pa.DataType) -> None:
    column = pa.array(["一".encode(), None], pa.binary()).cast(pa.string()).cast(kind)
    assert read({"text": column}) == [Record(0, "一"), Malformed(1, "field 'text' is null, not a string", "")]


@pytest.mark.parametrize(
    ("column", "text"),
    [
        (pa.array([datetime(2024, 1, 31, 8)], pa.timestamp("us")), "2024-01-31T08:00:00"),  # noqa: DTZ001 - files hold such times
        (pa.array([datetime(2024, 1, 31, 8, tzinfo=UTC)], pa.timestamp("ms", "Asia/Shanghai")), "2024-01-31T08:00:00Z"),
        (pa.array([1_700_000_000_123_456_789], pa.timestamp("ns")), "2023-11-14T22:13:20.123456789"),
        (pa.array([1_700_000_000], pa.timestamp("s", "UTC")), "2023-11-14T22:13:20Z"),
        (pa.array([1_700_000_000_500], pa.timestamp("ms")), "2023-11-14T22:13:20.500"),
        (pa.array([None], pa.timestamp("ms")), None),
        (pa.array([date(2024, 1, 31)]), "2024-01-31"),
        (pa.array([7], pa.int8()), "7"),
        (pa.array([2**64 - 1], pa.uint64()), "18446744073709551615"),
        (pa.array([0.1], pa.float32()), "0.1"),
        (pa.array([0.1], pa.float64()), "0.1"),
        (pa.array([float("nan")]), None),
        (pa.array([True]), "true"),
        (pa.array([None], pa.null()), None),
        (pa.array([Decimal("1.50")]), '"1.50"'),
        (pa.array([{"lang": "zh", "score": 0.5}]), '{"lang":"zh","score":0.5}'),
        (pa.array([b"\xff"], pa.binary()), "\ufffd"),
    ],
    ids=lambda value: str(value.type) if isinstance(value, pa.Array) else None,
)
def test_the_users_own_columns_become_text(column: pa.Array, text: str | None) -> None:
    assert only(column) == text


@pytest.mark.parametrize(
    ("column", "text"),
    [
        (pa.array([1_700_000_000]), "2023-11-14T22:13:20Z"),
        (pa.array([2024], pa.int16()), "2024"),
        (pa.array([datetime(2024, 1, 31, 8)], pa.timestamp("us")), "2024-01-31T08:00:00"),  # noqa: DTZ001
    ],
)
def test_dates_become_text(column: pa.Array, text: str) -> None:
    assert read({"text": ["一"], "date": column}) == [Record(0, "一", None, None, text)]


ODD = [
    (pa.array([1, 10**8], pa.date32()), "1970-01-02"),
    (pa.array([0, 10**17], pa.date64()), "1970-01-01"),
    (pa.array([2, 2**62], pa.duration("s")), '"0:00:02"'),
    (pa.array([0, 2**61], pa.timestamp("us")), "1970-01-01T00:00:00"),
    (pa.array([0, -(2**61)], pa.timestamp("ms", "UTC")), "1970-01-01T00:00:00Z"),
]


@pytest.mark.parametrize(("column", "text"), ODD, ids=[str(column.type) for column, _ in ODD])
def test_days_and_times_that_nothing_can_write_are_null(column: pa.Array, text: str) -> None:
    columns = {"text": ["一", "二"], "date": column, "own": column}
    date = None if pa.types.is_duration(column.type) else text
    found = read(columns, keep_fields=["own"])
    assert found == [Record(0, "一", date=date, more=(text,)), Record(1, "二", more=(None,))]


@pytest.mark.parametrize("column", [column for column, _ in ODD], ids=lambda column: str(column.type))
def test_days_and_times_that_nothing_can_write_inside_of_others(column: pa.Array) -> None:
    nested = pa.StructArray.from_arrays([column], ["at"])
    first, second = read({"text": ["一", "二"], "date": nested, "own": nested}, keep_fields=["own"])
    assert second == Record(1, "二", more=(None,))
    assert isinstance(first, Record)
    assert (first.text, (first.more[0] or "")[:6]) == ("一", '{"at":')


def test_text_that_is_no_utf8() -> None:
    broken = pa.Array.from_buffers(pa.string(), 2, [None, pa.py_buffer(b"\0\0\0\0\3\0\0\0\4\0\0\0"), pa.py_buffer(b"abc\xff")])
    found = read({"text": broken, "id": ["a", "b"]})
    assert found == [Record(0, "abc", "a"), Malformed(1, "not UTF-8: invalid start byte at byte 0 of field 'text'", "b")]


@pytest.mark.parametrize(
    ("columns", "what", "got"),
    [
        ({"content": ["一"], "id": ["a"]}, "source table: a.parquet has no column 'text'", "content, id"),
        ({"text": [1]}, "source table: column 'text' of a.parquet holds no text", "int64"),
        ({"text": [["一"]]}, "source table: column 'text' of a.parquet holds no text", "list<element: string>"),
    ],
)
def test_columns_that_are_no_text(columns: dict[str, Any], what: str, got: str) -> None:
    with pytest.raises(SourceError) as error:
        read(columns)
    assert (error.value.what, error.value.got) == (what, got)


@pytest.mark.parametrize("content", [b"", b"text", b"PAR1" * 9, packed({"text": ["一"]})[:-9]])
def test_files_of_another_format(content: bytes) -> None:
    with pytest.raises(UnreadableError, match="not a Parquet file: "):
        cuts_of(source(), content, "a.parquet")


# ---- Slices

TEXTS = [f"第{number}篇，{'长' * (number % 7 * 20)}" for number in range(50)]
COLUMNS = {"id": [f"d{number}" for number in range(50)], "text": TEXTS, "unread": ["x" * 500] * 50}


def grouped(rows: int) -> bytes:
    return packed(COLUMNS, row_group_size=rows, use_dictionary=False)


@pytest.mark.parametrize("rows", [1, 7, 25, 50])
@pytest.mark.parametrize("part_bytes", [1, 900, 1 << 20])
def test_slices_tile_the_rows(rows: int, part_bytes: int) -> None:
    content = grouped(rows)
    cuts = cuts_of(source(), content, "a.parquet", part_bytes)
    assert [cut.first_line for cut in cuts] == [1, *(cut.first_line + cut.lines for cut in cuts)][: len(cuts)]
    assert [cut.start for cut in cuts] == [0, *(cut.end for cut in cuts)][: len(cuts)]
    assert sum(cut.rows for cut in cuts) == 50
    assert all(cut.end - cut.start >= part_bytes for cut in cuts[:-1])
    assert cuts[-1].end < cuts_of(source(keep_fields=["unread"]), content, "a.parquet")[-1].end - 25_000  # of what is read alone
    assert read_all(source(), content, "a.parquet", part_bytes) == [Record(n, text, f"d{n}") for n, text in enumerate(TEXTS)]


def test_any_range_of_rows_is_read() -> None:
    content = grouped(7)
    for first, count in ((0, 1), (6, 2), (13, 30), (49, 1), (7, 7)):
        found = read_slice(source(), content, Cut(0, 0, first + 1, count, count), "a.parquet")
        assert [one.text for one in found if isinstance(one, Record)] == TEXTS[first : first + count]
        assert [one.line for one in found] == list(range(count))


@pytest.mark.parametrize("part_bytes", [1, 900, 1 << 20])
def test_copies_hold_the_same_rows(part_bytes: int) -> None:
    content = grouped(50)
    assert source().must_copy(io.BytesIO(content), part_bytes) == (part_bytes < 1 << 20)
    assert not source().must_copy(io.BytesIO(grouped(1)), 900)
    keeper = source(keep_fields=["unread"])
    pieces = list(keeper.copies(io.BytesIO(content), "a.parquet", part_bytes))
    assert [cut.first_line for cut, _ in pieces] == [1, *(cut.first_line + cut.lines for cut, _ in pieces)][: len(pieces)]
    assert len(pieces) > 1 or part_bytes > 900
    found = [
        one._replace(line=cut.first_line - 1 + one.line)
        for cut, piece in pieces
        for one in read_slice(keeper, piece, cut._replace(first_line=1), "a.parquet")
    ]
    assert found == [Record(n, text, f"d{n}", more=("x" * 500,)) for n, text in enumerate(TEXTS)]


def test_a_damaged_row_group_is_not_lost_in_silence() -> None:
    content = bytearray(packed(COLUMNS, row_group_size=10, use_dictionary=False, compression="zstd", write_page_checksum=True))
    with pq.ParquetFile(io.BytesIO(content)) as file:
        column = file.metadata.row_group(3).column(1)
    end = column.data_page_offset + column.total_compressed_size
    content[end - 20 : end - 12] = b"\xff" * 8
    (cut,) = cuts_of(source(), bytes(content), "a.parquet")
    found = read_slice(source(), bytes(content), cut, "a.parquet")
    assert [one.text for one in found if isinstance(one, Record)] == TEXTS[:30] + TEXTS[40:]
    (bad,) = (one for one in found if isinstance(one, Malformed))
    assert bad.line == 30
    assert bad.reason.startswith("10 rows from here on cannot be read: ")


def test_a_file_that_became_shorter() -> None:
    with pytest.raises(SourceError, match="has become shorter since it was surveyed"):
        read_slice(source(), grouped(7), Cut(0, 0, 40, 20, 20), "a.parquet")
