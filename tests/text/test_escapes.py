"""Escapes: what encoders make of a text comes back, twice is once, and no text takes longer than its length."""

from __future__ import annotations

import json
import time
import unicodedata
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from builder.text.escapes.layers import unescaped
from builder.text.escapes.scalars import WINDOWS, scalar


def units(char: str) -> list[int]:
    raw = char.encode("utf-16-be")
    return [raw[at] << 8 | raw[at + 1] for at in range(0, len(raw), 2)]


def each(spelling: Callable[[str], str]) -> Callable[[str], str]:
    """An encoder that spells out every character outside of ASCII."""
    return lambda text: "".join(char if char.isascii() else spelling(char) for char in text)


BIJECTIONS: dict[str, Callable[[str], str]] = {
    "decimal": each(lambda char: f"&#{ord(char)};"),
    "hexadecimal": each(lambda char: f"&#x{ord(char):x};"),
    "hexadecimal in capitals": each(lambda char: f"&#x{ord(char):X};"),
    "decimal, escaped again": each(lambda char: f"&amp;#{ord(char)};"),
    "UTF-16": each(lambda char: "".join(f"\\u{unit:04x}" for unit in units(char))),
    "in braces": each(lambda char: f"\\u{{{ord(char):x}}}"),
    "Python": each(lambda char: f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"),
    "bytes": each(lambda char: "".join(f"\\x{byte:02x}" for byte in char.encode())),
    "percents": each(quote),
    "small percents": each(lambda char: quote(char).lower()),
    "units with percents": each(lambda char: "".join(f"%u{unit:04X}" for unit in units(char))),
}
STRINGS: dict[str, Callable[[str], str]] = {
    "JSON": json.dumps,
    "JSON without quotes": lambda text: json.dumps(text)[1:-1],
    "unicode_escape": lambda text: text.encode("unicode_escape").decode(),
    "bytes of Python": lambda text: repr(text.encode())[2:-1],
    "URL": lambda text: quote(text, safe=""),
    "form": quote_plus,
}
# Code points that HTML reads as others, and letters that only Latin-1 escapes.
ODD = st.sampled_from("·×—…“”‘’《》，。、；：？！（）𠮷𤩰あé５ \n\t+-*/=,.()[]{}'\"%\\<>#;:0aZ~")
LINES = st.lists(st.one_of(ODD, st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)), max_size=60).map("".join)
SOUND = "桥修好了，大家来看。\n"  # enough Chinese for a text to be escaped as a whole


def is_plain(text: str) -> bool:
    """Whether nothing in it is an escape already."""
    return unescaped(text)[0] == text


@pytest.mark.parametrize("encode", BIJECTIONS.values(), ids=BIJECTIONS)
@settings(max_examples=120, deadline=None)
@example("C:\\桥\\table 5%，&桥;")
@given(LINES)
def test_every_character_comes_back(encode: Callable[[str], str], text: str) -> None:
    text = SOUND + text
    if is_plain(text):
        assert unescaped(encode(text))[0] == text


@pytest.mark.parametrize("encode", STRINGS.values(), ids=STRINGS)
@settings(max_examples=120, deadline=None)
@example("C:\\桥\\table \"5%\" a+b 'c'")
@given(LINES)
def test_every_string_comes_back(encode: Callable[[str], str], text: str) -> None:
    text = (SOUND + text + " (a)").strip()
    if is_plain(text):
        assert unescaped(encode(text))[0] == text


PIECES = (
    "& amp; #38; &#38; &#x26; lt; &lt; #20013; nbsp ; \\ \\u \\u4e2d \\x5c u005c % 25 %25 %E4%B8%AD E4 %u4E2D 中 桥修好了"
    " ` ``` <pre> http:// \\u0026 &#92; &#37; &percnt;"
)
pieces = st.sampled_from([*PIECES.split(), " ", "\n", '"'])


@settings(max_examples=600, deadline=None)
@given(st.lists(pieces, max_size=40).map("".join))
def test_twice_is_once(text: str) -> None:
    once, _ = unescaped(text)
    assert unescaped(once)[0] == once


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 0x11FFFF))
def test_nothing_unwritable_comes_of_a_number(code: int) -> None:
    for escape in (f"桥&#{code};桥", f"桥&#x{code:x};桥", SOUND + f"&#{code};"):
        text, _ = unescaped(escape)
        assert text == escape or not any(unicodedata.category(char) in {"Cc", "Cs"} and char not in "\t\n\r" for char in text)


def test_windows_1252() -> None:
    assert WINDOWS[0x93] == "“"
    assert scalar(0xD800) is scalar(0xFFFF) is scalar(0x110000) is scalar(0x41) is None
    assert unescaped("&#129;")[0] == "&#129;"


UNITS = [
    "&amp;",
    "&#38;",
    "&",
    "&lt;",
    "&nbsp;",
    "&nbsp; ",
    "\\u4e2d",
    "\\",
    "%E4%B8%AD",
    "%",
    "%25",
    "`",
    "```",
    "<pre>",
    "http://",
    '"',
    "桥&#20013;",
    "/%E4%B8%AD",
    "&a",
    "《&raquo;",
]


@pytest.mark.parametrize("unit", UNITS)
def test_time_is_linear(unit: str) -> None:
    def seconds(chars: int) -> float:
        text = unit * (chars // len(unit))
        start = time.process_time()
        unescaped(text)
        return time.process_time() - start

    seconds(1_000)
    assert seconds(400_000) < 40 * max(seconds(20_000), 2e-3)
