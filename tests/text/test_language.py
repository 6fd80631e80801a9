"""Counts of lines and telling characters against their definitions in plain Python, and the tags that follow from them."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.text.genre import GENRES, genres, genres_of
from builder.text.genre_cuts import cut_off_lines
from builder.text.genre_lines import CANTONESE, CLASSICAL, COMMON, COUNTS, ENTRIES, FORMAL, LINES, MODERN, SHORT, line_counts
from builder.text.language import CHINESE, languages
from builder.text.language_words import function_words
from builder.text.profile import profile

pages = st.text(st.sampled_from("桥修的之曰嘅第一条“”：。，…|\t\n 　.ab3更多>─"), max_size=60)
SPACES = " \t\n　"


def column(*texts: str) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(texts, pa.large_string())])


def counted(text: str) -> dict[str, int]:
    return dict(zip(COUNTS, line_counts(column(text))[0].tolist(), strict=True))


@given(pages)
def test_lines_and_phrases(text: str) -> None:
    lines = [re.sub(f"[{SPACES}]", "", line) for line in text.split("\n")]
    lines = [line for line in lines if line]
    found = counted(text)
    assert found["lines"] == len(lines)
    assert found["short"] == sum(len(line) <= 20 for line in lines)
    assert found["ended"] == sum(re.sub("[“”]+$", "", line)[-1:] in set("。….") for line in lines)
    assert found["bare"] == sum(not re.search(r"[\u4e00-\u9fff]", line) for line in lines)
    phrases = re.findall(r"[\u4e00-\u9fff]+", text)
    assert found["phrases"] == len(phrases)
    assert found["phrase_chars"] == sum(map(len, phrases))


@given(pages)
def test_telling_characters(text: str) -> None:
    found = counted(text)
    for name, members in (
        ("modern", MODERN),
        ("common", COMMON),
        ("formal", FORMAL),
        ("classical", CLASSICAL),
        ("cantonese", CANTONESE),
    ):
        assert found[name] == sum(map(text.count, members))
    words = function_words(column(text), np.arange(1))[0]
    assert words == sum(map(text.count, MODERN + COMMON + FORMAL + CLASSICAL + CANTONESE))


def test_sets_are_disjoint() -> None:
    members = MODERN + COMMON + FORMAL + CLASSICAL + CANTONESE
    assert len(set(members)) == len(members)


@given(pages)
def test_lines_that_are_cut_off(text: str) -> None:
    lines = [line for line in text.split("\n") if line.strip(SPACES + ">")]
    cut = [line for line in lines if re.search(r"(?:…|\.\.\.|。。。|更多)$", line.rstrip(SPACES + ">"))]
    found = cut_off_lines(column(text), np.arange(1))
    assert (int(found[0][0]), int(found[1][0])) == (len(lines), len(cut))


@given(st.lists(pages, max_size=5))
def test_texts_do_not_see_each_other(texts: list[str]) -> None:
    together = column(*texts)
    assert line_counts(together).tolist() == [line_counts(column(text))[0].tolist() for text in texts]
    alone = [genres(column(text), np.arange(1))[0] for text in texts]
    assert genres(together, np.arange(len(texts))).tolist() == alone
    assert set(alone) <= set(GENRES)


@pytest.mark.parametrize(
    ("text", "counter", "number"),
    [
        ("第一条 为了\n第 2 条 为了\n一条路\n第十二章　总则", "articles", 3),
        ("林生：来了\n“好。”\n他说：“好。”\n时间 10:30", "speeches", 3),
        ("| 桥 | 河 |\n桥\t河\t船\n┌──┐\n桥", "rows", 3),
        ("新桥横碧水，旧渡泊空舟。日暮行人少", "metrical", 2),
    ],
)
def test_shapes(text: str, counter: str, number: int) -> None:
    assert counted(text)[counter] == number


def test_nothing_counts_nothing() -> None:
    empty = pa.chunked_array([pa.array(["", None], pa.large_string())])
    assert not line_counts(empty).any()
    assert genres_of(empty, profile(empty), line_counts(empty)).tolist() == ["prose", "prose"]
    assert languages(empty, profile(empty), line_counts(empty)).tolist() == ["und", "und"]
    assert LINES < SHORT < ENTRIES < len(COUNTS)


def test_chinese_tags() -> None:
    texts = column("橋樑終於修好了", "桥梁终于修好了", "大水", "佢哋喺橋頭飲茶", "生曰：“何惧焉。”乃行矣，其徒皆从之")
    assert languages(texts, profile(texts), line_counts(texts)).tolist() == ["zh-Hant", "zh-Hans", "zh", "yue", "lzh"]
    assert set(CHINESE) == {"zh", "zh-Hans", "zh-Hant", "yue", "lzh"}
