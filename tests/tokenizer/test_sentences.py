from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.tokenizer.sentences import LINE_BYTES, LINE_CHARS, sentences

LONG = "潮水退了，礁石露出来。" * 20_000

CASES = [
    ("", []),
    ("\n\n", []),
    ("海风", ["海风"]),
    ("海风\n\n \r\n礁石", ["海风", " ", "礁石"]),
    ("潮\u2585水\0退", ["潮", "水", "退"]),
    ("浪" * LINE_CHARS, ["浪" * LINE_CHARS]),
    ("浪" * (LINE_CHARS + 1), ["浪" * LINE_CHARS, "浪"]),
    ("浪！" + "花" * LINE_CHARS, ["浪！", "花" * LINE_CHARS]),
]


@pytest.mark.parametrize(("text", "lines"), CASES, ids=range(len(CASES)))
def test_lines(text: str, lines: list[str]) -> None:
    assert list(sentences([text])) == lines


def test_a_long_line_is_cut_after_sentences() -> None:
    lines = list(sentences([LONG]))
    assert "".join(lines) == LONG
    assert all(line.endswith("。") for line in lines)
    assert len(lines) < 1.1 * len(LONG) / LINE_CHARS


@given(
    st.text(alphabet="海。！\n\r\0\u2585🚢 a", max_size=400), st.sampled_from(["", "浪" * LINE_CHARS, "🚢" * (3 * LINE_CHARS)])
)
def test_no_character_is_lost_and_no_line_is_too_long(text: str, long: str) -> None:
    lines = list(sentences([text + long]))
    assert "".join(lines) == re.sub("[\n\r\0\u2585]", "", text + long)
    assert all(line and len(line.encode()) <= LINE_BYTES for line in lines)
