"""Cutting lines against its definition in plain Python."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from builder.text.page.cutting import CUT, KEEP, without_lines
from builder.text.page.lines import page_lines

LINES = st.lists(st.tuples(st.sampled_from(["", "", "桥修好了。", " ", "a"]), st.booleans()), min_size=1, max_size=8)


def left(lines: list[tuple[str, bool]]) -> str:
    kept: list[str] = []
    gone = False
    for line, cut in lines:
        if cut:
            gone = True
        elif line or not gone or (kept and kept[-1]):
            kept.append(line)
            gone = gone and not line
    while gone and kept and not kept[-1]:
        kept.pop()
    return "\n".join(kept)


@given(st.lists(LINES, max_size=4))
def test_lines_are_cut(documents: list[list[tuple[str, bool]]]) -> None:
    documents = [lines for lines in documents if any(line for line, _ in lines) or len(lines) > 1]  # an empty text has no line
    texts = pa.chunked_array([pa.array(["\n".join(line for line, _ in lines) for lines in documents], pa.large_string())])
    fates = np.array([CUT if cut else KEEP for lines in documents for _, cut in lines], np.uint8)
    result = without_lines(texts, np.arange(len(documents)), page_lines(texts), fates)
    result.validate(full=True)
    assert result.to_pylist() == [left(lines) for lines in documents]
