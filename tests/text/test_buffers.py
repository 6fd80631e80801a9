"""Splicing values into a column against its definition in plain Python."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from builder.text.buffers import spliced, strings


@given(st.lists(st.text("桥a\U00020000\n", max_size=4), max_size=8), st.data())
def test_splicing(texts: list[str], data: st.DataObject) -> None:
    column = pa.chunked_array([pa.array(["before", *texts], pa.large_string()).slice(1)])
    positions = sorted(data.draw(st.sets(st.sampled_from(range(len(texts))))) if texts else [])
    values = [data.draw(st.text("河b", max_size=3)) for _ in positions]
    expected = dict(enumerate(texts)) | dict(zip(positions, values, strict=True))
    result = spliced(column, np.array(positions, np.int64), pa.array(values, pa.large_string()))
    result.validate(full=True)
    assert result.to_pylist() == list(expected.values())


@given(st.lists(st.none() | st.text("桥a\U00020000\n", max_size=4), max_size=8), st.data())
def test_some_strings(texts: list[str | None], data: st.DataObject) -> None:
    column = pa.chunked_array([pa.array(["before", *texts], pa.large_string()).slice(1)])
    positions = data.draw(st.lists(st.sampled_from(range(len(texts))))) if texts else []
    assert strings(column, np.array(positions, np.int64)) == [texts[position] or "" for position in positions]
