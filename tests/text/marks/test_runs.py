"""The compiled pass misses no text that the repairs of drawn marks would change."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.text.marks.drawn import with_dashes, with_ellipses, with_name_dots
from builder.text.marks.runs import DASH, DOTS, NAME_DOT, runs

PIECES = (
    "桥",
    "马林",
    "斯托",
    "，",
    "“",
    "\n",
    "a",
    "-",
    "--",
    "―",
    "―",
    "─",
    "－",
    "。",
    "·",
    ".",
    "...",
    "•",
    "・",
    "⋅",
    "é",
    "😀",
    " ",
)
texts = st.lists(st.lists(st.sampled_from(PIECES), max_size=16).map("".join), max_size=6)


@settings(max_examples=300, deadline=None)
@given(texts)
def test_nothing_is_missed(written: list[str]) -> None:
    found = runs(pa.array([None, *written], pa.large_string())).tolist()
    assert found[0] == 0
    for text, bits in zip(written, found[1:], strict=True):
        for repair, bit in ((with_dashes, DASH), (with_ellipses, DOTS), (with_name_dots, NAME_DOT)):
            changed, count = repair(text)
            assert (changed != text) == (count > 0)
            assert not count or bits & bit
            assert repair(changed) == (changed, 0)


def test_sound_text_has_nothing() -> None:
    sound = ["桥——路……卡尔·马林。", "8--9，a--b", "1. 桥\n- 路\n---\n", "• 桥\n•路", "", "第一章...3"]
    assert runs(pa.array(sound, pa.large_string())).tolist() == [0] * len(sound)
