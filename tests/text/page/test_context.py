"""What surrounds lines, against its definition in plain Python."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from builder.text.page.context import FAR, NEVER, columns, documents
from builder.text.page.lexicon import classify
from builder.text.page.lines import CHARS, page_lines
from builder.text.page.shapes import shapes

DOCUMENTS = st.lists(st.lists(st.integers(0, 5), min_size=1, max_size=9), min_size=1, max_size=4)
LINES = [
    "首页 | 新闻 | 体育",
    "石桥通车",
    "石桥昨天通车，老人和孩子都来看热闹。",
    "2021-03-05 10:22 来源：本站",
    "1",
    "桥头村的人说，这座桥修了整整两年…",
]


@given(DOCUMENTS, st.integers(-4, 4), st.integers(0, 4))
def test_windows(numbers: list[list[int]], low: int, size: int) -> None:
    values = np.array([number for document in numbers for number in document])
    around = documents(np.repeat(np.arange(len(numbers)), [len(document) for document in numbers]))
    high = low + size
    wanted = [
        sum(document[max(place + low, 0) : max(place + high + 1, 0)]) for document in numbers for place in range(len(document))
    ]
    assert around.sums(values, low, high).tolist() == wanted
    assert around.totals(values).tolist() == [sum(document) for document in numbers for _ in document]
    assert around.above(values).tolist() == [sum(document[:place]) for document in numbers for place in range(len(document))]
    beside = [
        document[place + low] if 0 <= place + low < len(document) else -1
        for document in numbers
        for place in range(len(document))
    ]
    assert around.beside(values, low).tolist() == beside


@given(DOCUMENTS)
def test_nearest(numbers: list[list[int]]) -> None:
    chosen = np.array([number == 0 for document in numbers for number in document])
    around = documents(np.repeat(np.arange(len(numbers)), [len(document) for document in numbers]))
    since, until = around.since(chosen).tolist(), around.until(chosen).tolist()
    for document in numbers:
        for place in range(len(document)):
            above = [place - other for other in range(place + 1) if document[other] == 0]
            below = [other - place for other in range(place, len(document)) if document[other] == 0]
            assert since.pop(0) == (min([*above, FAR]) if above else NEVER)
            assert until.pop(0) == (min([*below, FAR]) if below else NEVER)


@given(st.lists(st.lists(st.sampled_from(LINES), min_size=1, max_size=12), min_size=1, max_size=4))
def test_documents_do_not_see_each_other(texts: list[list[str]]) -> None:
    def known(some: list[list[str]]) -> np.ndarray:
        lines = page_lines(pa.array(["\n\n".join(text) for text in some], pa.large_string()))
        full = np.flatnonzero(lines.features[:, CHARS])
        rows, kinds = lines.rows[full], classify(lines)[full].astype(np.int64)
        return np.stack(list(columns(rows, kinds, lines.features[full], shapes(lines, full, rows)).values()), axis=1)

    assert np.array_equal(known(texts), np.concatenate([known([text]) for text in texts]))
