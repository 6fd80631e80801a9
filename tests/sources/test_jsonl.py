"""One line, one document: what is read, and the exact reason for what is not."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.core.lines import EXCERPT_CHARS
from builder.core.source import Malformed, Record
from builder.sources.jsonl import Jsonl
from tests.sources.slices import MAX_BYTES, read_all


def read(content: bytes, **fields: Any) -> list[Record | Malformed]:  # noqa: ANN401 - the fields of a source
    return read_all(Jsonl(name="crawl", path="x", **fields), content)


def line(**fields: object) -> bytes:
    return orjson.dumps(fields) + b"\n"


def test_documents() -> None:
    content = line(text="桥修好了。", id="a", url="u", date="2024", more=[1]) + line(text="") + line(text="没有换行")[:-1]
    assert read(content) == [Record(0, "桥修好了。", "a", "u", "2024"), Record(1, ""), Record(2, "没有换行")]


def test_nothing() -> None:
    assert read(b"") == []


@pytest.mark.parametrize("blank", [b"\n", b"  \n", b"\r\n", b"\t \r\n"])
def test_blank_lines_are_counted_and_no_documents(blank: bytes) -> None:
    assert read(blank + line(text="一") + blank + blank + line(text="二")) == [Record(1, "一"), Record(4, "二")]


def test_lines_that_end_as_on_windows() -> None:
    assert read(b'{"text": "\xe4\xb8\x80"}\r\n{"text": "a\\r\\nb"}\r\n') == [Record(0, "一"), Record(1, "a\r\nb")]


def test_a_byte_order_mark_is_no_damage() -> None:
    mark = "\ufeff".encode()
    assert read(mark + line(text="一") + mark + line(text="\ufeff二")) == [Record(0, "一"), Record(1, "\ufeff二")]


@pytest.mark.parametrize("separator", ["\u2028", "\u0085", "\x0b", "\x0c"])
def test_only_newlines_end_lines(separator: str) -> None:
    content = '{"text": "一SEP二"}\n'.replace("SEP", separator if separator > " " else f"\\u{ord(separator):04x}")
    assert read(content.encode()) == [Record(0, f"一{separator}二")]


MALFORMED: list[tuple[bytes, str]] = [
    (b'["text"]', "not a JSON object but list"),
    (b'"text"', "not a JSON object but str"),
    (b"null", "not a JSON object but NoneType"),
    (b"7", "not a JSON object but int"),
    (b"{}", "no field 'text'"),
    (b'{"Text": "a"}', "no field 'text'"),
    (b'{"text": null}', "field 'text' is null, not a string"),
    (b'{"text": 7}', "field 'text' is int, not a string"),
    (b'{"text": ["a"]}', "field 'text' is list, not a string"),
    (b'{"text": {"zh": "a"}}', "field 'text' is dict, not a string"),
    (b'{"text": true}', "field 'text' is bool, not a string"),
]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"plain words", "unexpected character"),
        (b'{"text": "cut off', "unexpected end"),
        (b'{"text": "a"} {"text": "b"}', "after document"),
        (b'{"text": NaN}', "unexpected character"),
        (b'{"text": "\xff"}', "UTF-8"),
        (b'{"text": "\\ud800"}', "surrogate"),
    ],
)
def test_what_is_not_json_has_the_parser_s_reason(content: bytes, word: str) -> None:
    with pytest.raises(orjson.JSONDecodeError, match=word) as error:
        orjson.loads(content)
    assert read(content + b"\r\n") == [Malformed(0, f"not JSON: {error.value}", content.decode("utf-8", "replace"))]


@pytest.mark.parametrize(("content", "reason"), MALFORMED, ids=[repr(content)[:30] for content, _ in MALFORMED])
def test_malformed_lines_have_a_reason(content: bytes, reason: str) -> None:
    around = line(text="一")
    excerpt = content.decode("utf-8", "replace")
    assert read(around + content + b"\n" + around) == [Record(0, "一"), Malformed(1, reason, excerpt), Record(2, "一")]


def test_a_line_that_is_too_long() -> None:
    long, fits = line(text="长" * 400), line(text="x" * (MAX_BYTES - len(line(text=""))))
    assert len(fits) == MAX_BYTES
    found, ended = read(long + fits)
    assert isinstance(found, Malformed)
    assert (found.line, found.reason) == (0, f"line of {len(long):,} bytes is over the limit of 1,000")
    assert found.excerpt == long.decode()[:EXCERPT_CHARS]
    assert isinstance(ended, Record)


@pytest.mark.parametrize(
    ("given", "id_"),
    [
        ('"a"', "a"),
        ("7", "7"),
        ("-1.5", "-1.5"),
        ("true", "True"),
        ("null", None),
        ("[1]", None),
        ('{"a": 1}', None),
        ('""', ""),
        ("18446744073709551615", "18446744073709551615"),
    ],
)
def test_ids_become_text(given: str, id_: str | None) -> None:
    assert read(f'{{"text": "一", "id": {given}, "url": {given}, "date": {given}}}'.encode()) == [Record(0, "一", id_, id_, id_)]


LONG = ["123456789012345678901234567890", "-9223372036854775809", "18446744073709551616"]


@pytest.mark.parametrize("given", LONG)
@pytest.mark.parametrize("end", ["", "\r\n", " \x0b\x0c\n"])
def test_integers_of_any_length_are_not_rounded(given: str, end: str) -> None:
    content = f'\ufeff{{"text": "一", "id": {given}, "url": {given}, "date": {given}, "own": {given}}}{end}'
    assert read(content.encode(), keep_fields=["own"]) == [Record(0, "一", given, given, given, (given,))]


@pytest.mark.parametrize("given", LONG)
def test_integers_of_any_length_inside_the_users_own_columns(given: str) -> None:
    own = f'{{"甲":[{given},1e-7,1e+20,[true,null,"e+20"]],"乙":18446744073709551615}}'
    (found,) = read(f'{{"text": "一", "own": {own}, "id": [{given}], "n": {given}}}'.encode(), keep_fields=["own", "n"])
    assert found == Record(0, "一", more=(own, given))


def test_large_numbers_that_are_no_integers_stay_what_they_are() -> None:
    (found,) = read(b'{"text": "a", "id": 1e20, "own": [1.5e300, 1e18, 0.1], "word": "e+20"}', keep_fields=["own", "word"])
    assert found == Record(0, "a", "1e+20", more=("[1.5e+300,1e+18,0.1]", "e+20"))


def test_values_that_are_nested_very_deep_do_not_stop_the_reading() -> None:
    deep = "[" * 1_000 + LONG[0] + "]" * 1_000
    content = f'{{"text": "一", "own": {deep}}}\n{{"text": "二", "own": {deep}, "id": {LONG[0]}}}\n{{"text": "三"}}\n'.encode()
    first, second, third = read_all(Jsonl(name="crawl", path="x", keep_fields=("own",)), content, max_bytes=10_000)
    assert (first, third) == (Record(0, "一", more=(None,)), Record(2, "三", more=(None,)))
    assert isinstance(second, Malformed)
    assert second.reason == "a large number, and nested too deep to read it exactly"


def test_fields_have_other_names() -> None:
    names = {"text_field": "content", "id_field": "key", "url_field": "link", "date_field": "day"}
    assert read(line(content="一", key="k", link="l", day="d", text="no"), **names) == [Record(0, "一", "k", "l", "d")]
    assert read(line(text="一"), **names) == [Malformed(0, "no field 'content'", '{"text":"一"}')]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=4), lambda x: st.lists(x, max_size=2), max_leaves=3
)


@given(st.lists(st.one_of(st.binary(max_size=12), st.dictionaries(st.sampled_from(["text", "id", "a"]), JSON).map(orjson.dumps))))
def test_every_line_with_something_on_it_comes_out_once(lines: list[bytes]) -> None:
    lines = [one.replace(b"\n", b"") for one in lines]
    found = read(b"\n".join(lines))
    assert [one.line for one in found] == [number for number, one in enumerate(lines) if one.strip()]
    for one in found:
        if isinstance(one, Record):
            fields: dict[str, Any] = orjson.loads(lines[one.line].removeprefix("\ufeff".encode()))
            assert one.text == fields["text"]
