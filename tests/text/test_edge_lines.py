"""Keys of lines against their definition in plain Python; edges are held to theirs in tests/steps/dedup/test_lines.py."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.text.canonical import canonical_text
from builder.text.edge_lines import BARE, HEAD, INSIDE, TAIL, LineKeys, edges, line_keys

TEXTS = st.lists(st.text("桥橋Ａa１1ßﬁ㍿，。！”） \u3000\n\n\U00020000é", max_size=12), max_size=8)


def keys(texts: list[str | None]) -> LineKeys:
    return line_keys(pa.array(texts, pa.large_string()))


@given(TEXTS)
def test_each_line_with_letters(texts: list[str]) -> None:
    found = keys(list(texts))
    expected = [
        [(key, place, line) for place, line in enumerate(text.split("\n")) if (key := canonical_text(line))] for text in texts
    ]
    assert np.diff(found.offsets).tolist() == [len(lines) for lines in expected]
    lines = [line for document in expected for line in document]
    assert found.letters.tolist() == [len(key) for key, _, _ in lines]
    assert found.places.tolist() == [place for _, place, _ in lines]
    assert found.stops.tolist() == [bool(re.search(r"[。！？…⋯!?；;][”’」』）)》】\"' ]*$", line)) for *_, line in lines]
    hashes = dict(zip((key for key, _, _ in lines), found.hashes.tolist(), strict=True))
    assert [hashes[key] for key, _, _ in lines] == found.hashes.tolist()
    assert len(set(hashes.values())) == len(hashes)
    assert found.documents().tolist() == [row for row, document in enumerate(expected) for _ in document]


def test_no_text_has_no_lines() -> None:
    assert keys([None, "", "\n\n。"]).offsets.tolist() == [0, 0, 0, 0]
    assert line_keys(pa.chunked_array([], pa.large_string())).offsets.tolist() == [0]


def test_slices() -> None:
    whole = pa.array(["桥\n路", "河\n山。", "水"], pa.large_string())
    assert line_keys(whole[1:]).hashes.tolist() == keys(["河\n山。", "水"]).hashes.tolist()


@pytest.mark.parametrize(
    ("pattern", "sides"),
    [
        ("rrLrr", [HEAD, HEAD, INSIDE, TAIL, TAIL]),
        ("LrrL", [INSIDE] * 4),
        ("rrr", [BARE] * 3),
        ("rsrLr", [HEAD, HEAD, HEAD, INSIDE, TAIL]),
        ("rssrL", [HEAD, INSIDE, INSIDE, INSIDE, INSIDE]),
        ("srL", [INSIDE, INSIDE, INSIDE]),
        ("rss", [BARE, INSIDE, INSIDE]),
    ],
)
def test_runs_at_the_edges(pattern: str, sides: list[int]) -> None:
    """r: repeats; L: a line of weight; s: a short line of its own."""
    lines = keys(["\n".join({"r": "重复", "L": "很长很长的一行", "s": "短"}[kind] for kind in pattern)])
    found = edges(lines, np.array([kind == "r" for kind in pattern]), 5)
    assert found.side.tolist() == sides
    weight = keys(["很长很长的一行"]).hashes[0]
    assert {context for side, context in zip(sides, found.context.tolist(), strict=True) if side in (HEAD, TAIL)} <= {weight}
