"""Characters in different sentences, and full stops, against their definitions in plain Python."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.text.full_stops import full_stops
from builder.text.sentences import sentence_chars

ENOUGH = 1_000_000


def column(*texts: str | None) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(texts, pa.large_string())])


def chars(text: str | None) -> int:
    return int(sentence_chars(column(text), np.arange(1))[1][0])


@given(st.lists(st.sampled_from(["桥修好了", "大家来看", "。", "！", "\n", " ", "河"]), max_size=30).map("".join))
def test_sentences_without_commas(text: str) -> None:
    sentences = {sentence.replace(" ", "") for sentence in re.findall(r"[^。！\n]*[。！]", text)}
    letters = [sentence for sentence in sentences if len(sentence) > 4]
    found = sentence_chars(column(text), np.arange(1))
    assert (int(found[0][0]), int(found[1][0])) == (len(letters), sum(map(len, letters)))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("桥修好了。", 5),
        ("桥修好了。桥修好了。 桥 修 好 了 。", 5),
        ("桥修好了", 0),
        ("加油！", 0),
        ("The bridge is there. It stands.", 26),
        ("v1.25.300", 0),
        ("桥修好以后，\n大家来看，\n都笑了。", 15),
        ("石桥，\n木桥，\n铁桥", 0),
        ("桥修好了吗？修好了！\n新闻\n图片", 6),
        ("我家就住在桥头，前几天下大雨的时候桥面上全是水，孩子上学都过不去", 32),
        ("石桥,木桥,铁桥,浮桥,廊桥,栈桥,索桥,拱桥,梁桥,渡口,码头,石阶,栏杆,桥墩", 0),
        ("石桥设计施工价格厂家图片大全,木桥设计施工价格厂家图片大全,铁桥设计施工价格厂家图片大全", 0),
        ("", 0),
        (None, 0),
    ],
)
def test_what_is_a_sentence(text: str | None, number: int) -> None:
    assert chars(text) == number


def test_counting_stops_when_there_is_enough() -> None:
    text = "".join(f"第{number}座桥修好了。" for number in range(100))
    found = int(sentence_chars(column(text), np.arange(1), 20)[1][0])
    assert 20 <= found < 40


def test_texts_do_not_see_each_other() -> None:
    texts = column("桥修好了。", "桥修好了。桥修好了。", "桥修好了。")
    assert sentence_chars(texts, np.array([0, 1, 2]))[1].tolist() == [5, 5, 5]
    assert sentence_chars(texts, np.array([2]))[0].tolist() == [1]


@given(st.text(st.sampled_from("桥a)。．.. \n3"), max_size=40))
def test_full_stops(text: str) -> None:
    pattern = r"[。．]|(?<=[^\x00-\x7f])\.(?!\.)|(?<=[a-z)])\.(?=\s|\Z)"
    count = len(re.findall(pattern, text))
    assert full_stops(column(text), np.arange(1), np.array([ENOUGH])).tolist() == [count]
    assert full_stops(column(text), np.arange(1), np.array([1])).tolist() == [min(count, 1)]
