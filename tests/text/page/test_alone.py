"""Short documents that are nothing but furniture: the scorer in plain Python, and which documents are asked about."""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.text.page.alone import GRAMS, LEAST, MOST_BREAKS, MOST_CHARS, MOST_LINES, ROOT, furniture_alone, scorer
from builder.text.page.lines import page_lines
from builder.text.page.signs import MOST_WORDS, SIGNS, seen, words_and_forms
from builder.text.quality.features import features

PAGE = ["欢迎光临本站，请登录或免费注册！", "订购热线：0000-1234567，欢迎来电咨询。", "發布日期： 作者： 點擊："]
TEXT = ["桥头的灯亮了，桥下的水还在流。", "她把信放回抽屉里，没有说话。"]
NEITHER = ["", " ", "a", "。", "桥"]


def column(*texts: str | None) -> pa.LargeStringArray:
    return pa.array(texts, pa.large_string())


def found(*texts: str | None) -> list[int]:
    return furniture_alone(column(*texts)).rows.tolist()


def test_table_is_whole() -> None:
    table = scorer()
    assert table.grams.shape == (1 << GRAMS.bits,)
    assert table.signs.shape == (SIGNS, SIGNS)
    assert not np.tril(table.signs, -1).any()
    assert not table.signs[sum(map(len, words_and_forms())) : MOST_WORDS].any()


def test_a_score_is_the_sum_of_what_is_seen() -> None:
    table, lines = scorer(), page_lines(column(*PAGE, *TEXT))
    shown = seen(lines)
    grams = features(shown.texts, GRAMS)
    for row, score in enumerate(table.scores(shown).tolist()):
        places = grams.places[grams.offsets[row] : grams.offsets[row + 1]]
        signs = np.flatnonzero(shown.signs[row]).tolist()
        pairs = sum(int(table.signs[one, other]) for one in signs for other in signs if one <= other)
        own = int(table.grams[places].sum()) * ROOT // math.isqrt(len(places) * ROOT * ROOT)
        assert score == (own + pairs + table.bias if min(signs) < MOST_WORDS else LEAST)


@pytest.mark.parametrize("line", PAGE)
def test_a_page_speaks(line: str) -> None:
    assert found(line) == found(f"\n {line}\n") == [0]
    assert found(line.replace("。", ".").replace("，", " ,")) == [0]  # other steps may write marks otherwise


@pytest.mark.parametrize("line", [*TEXT, *NEITHER])
def test_texts_and_nothing_stay(line: str) -> None:
    assert found(line, f"{PAGE[0]}\n{line.strip() or TEXT[0]}") == []


def test_only_documents_of_few_lines_are_asked_about() -> None:
    assert found("\n".join(PAGE[:1] * MOST_LINES)) == [0]
    assert found("\n".join(PAGE[:1] * (MOST_LINES + 1))) == []
    assert found(PAGE[0] + "\n" * (MOST_BREAKS + 1) + PAGE[0]) == []
    assert found((PAGE[0] * MOST_CHARS)[: MOST_CHARS + 1]) == []
    assert found(None, PAGE[0]) == [1]


@given(st.lists(st.lists(st.sampled_from([*PAGE, *TEXT, *NEITHER]), max_size=5).map("\n".join), max_size=6))
def test_each_document_by_itself(texts: list[str]) -> None:
    assert found(*texts) == [row for row, text in enumerate(texts) if found(text)]
