"""The compiled pass over lines against its definition in plain Python."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.text.page.lines import CLOSERS, FEATURES, FUNCTION_WORDS, MARKS, SEPARATORS, STOPS, page_lines
from builder.text.pattern import characters

SPACES = characters("space", "tab", "wide_space", "odd_space")
HAN = characters("han")
texts = st.lists(st.none() | st.text("桥橋的了，。：！”）(:;.|> \u3000\t\n\u00a0aZ09Ａ１\U00020000é", max_size=30), max_size=5)


def measured(line: str) -> dict[str, int]:
    bare = line.strip(SPACES)
    full = [char for char in bare if char not in SPACES]
    tail = 0
    stops = 0
    for char in full:
        closes = char in STOPS or (char in CLOSERS and tail == 0 and stops)
        stops += char in STOPS
        tail = 0 if closes else tail + 1
    return {
        "chars": len(full),
        "han": sum(char in HAN for char in full),
        "latin": sum(char.isascii() and char.isalpha() for char in full),
        "digit": sum(char.isascii() and char.isdigit() for char in full),
        "function": sum(char in FUNCTION_WORDS for char in full),
        "mark": sum(char in MARKS + STOPS + CLOSERS for char in full),
        "stop": stops,
        "separator": sum(char in SEPARATORS for char in full),
        "gap": sum(char in SPACES and before not in SPACES for before, char in pairwise(bare)),
        "ends": int(stops > 0 and tail == 0),
        "tail": tail,
    }


@settings(deadline=None)
@given(texts)
def test_features(written: list[str | None]) -> None:
    lines = page_lines(pa.array(written, pa.large_string()))
    expected = [(row, line) for row, text in enumerate(written) if text for line in text.split("\n")]
    assert lines.rows.tolist() == [row for row, _ in expected]
    assert [dict(zip(FEATURES, counts, strict=True)) for counts in lines.features.tolist()] == [
        measured(line) for _, line in expected
    ]


def test_folding() -> None:
    lines = page_lines(pa.array(["\u3000責任編輯：　林南 \n【ＡＢ】\t１／２\n\n\U00020000é"], pa.large_string()))
    assert [line.decode() for line in lines.folded(np.arange(4))] == ["责任编辑: 林南", "【ab】 1/2", "", "\U00020000é"]


def test_tails() -> None:
    lines = page_lines(pa.array(["桥修好了。来源：清溪日报", "他说：“好。”（林南）", "没有句号"], pa.large_string()))
    tails = zip(lines.tails.tolist(), lines.stops.tolist(), strict=True)
    assert [lines.utf8_bytes[start:stop].tobytes().decode() for start, stop in tails] == [
        "来源：清溪日报",
        "（林南）",
        "没有句号",
    ]
    assert [line.decode() for line in lines.folded(np.arange(2), tails=True)] == ["来源:清溪日报", "(林南)"]
