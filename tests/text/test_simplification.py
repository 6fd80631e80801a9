"""Traditional characters to simplified ones: the table, the rules, and the way back from what OpenCC makes."""

from __future__ import annotations

from functools import cache

import opencc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.text.pattern import characters
from builder.text.simplification import NOT_CONVERTED, RULES, VARIANTS, converted_back, simplified

TEXT = st.text(st.sampled_from([*RULES, *"著帳沈着賬沉，。\n佛解然計畫設布標想反蓋電隆道三年錢書一樣的"]), max_size=30)

# Words whose traditional form t2s does not bring back, or only in part.
WORDS = [
    "答复",
    "回复",
    "批复",
    "反复",
    "反反复复",
    "复印件",
    "复制",
    "复审",
    "坐标",
    "想象",
    "背着书包",
    "车夫",
    "昵称",
    "帐篷里",
    "干道",
    "干净",
    "乾隆",
    "慰藉",
    "借口",
    "凭借",
    "了解",
    "明了",
    "瞭望",
    "苏醒",
    "复苏",
    "轮流征集",
    "特征",
    "设计画布",
    "规划图",
    "计划",
    "链接",
    "项链",
    "挨饿",
    "家具",
    "仿佛",
    "卫生",
    "叙述",
    "柜台",
    "台球",
    "着装",
    "显著",
    "著名",
    "编著",
    "余额",
    "钟表",
    "征求",
    "覆盖",
    "颠覆",
    "天翻地覆",
]


@cache
def converter(mode: str) -> opencc.OpenCC:
    return opencc.OpenCC(mode)


@pytest.mark.parametrize("mode", ["s2t", "s2tw", "s2hk"])
@pytest.mark.parametrize("word", WORDS)
def test_words_come_back(word: str, mode: str) -> None:
    assert simplified(converter(mode).convert(f"这些页面里有{word}。")) == f"这些页面里有{word}。"


@pytest.mark.parametrize("words", ["打坏", "毛坏", "陶坏", "重覆盖", "乾隆", "慰藉", "瞭望", "瞭望台上"])
def test_simplified_words_stay(words: str) -> None:
    assert simplified(words) == words


@given(TEXT)
def test_length_stays_and_twice_is_once(text: str) -> None:
    once = simplified(text)
    assert len(once) == len(text)
    assert simplified(once) == once


def test_no_character_of_one_script_only_is_left() -> None:
    """Save those that a rule leaves where its word is missing."""
    left = [char for char in characters("han_traditional") if simplified(char) == char and char not in RULES]
    assert len(left) < 10, left


def test_rules_and_variants_are_characters() -> None:
    assert all(len(char) == len(image) == 1 for char, (image, _) in RULES.items())
    assert set(RULES) > NOT_CONVERTED
    assert not set(VARIANTS) & set(RULES)


def test_variants_are_what_opencc_leaves() -> None:
    for left, right in VARIANTS.items():
        assert converter("t2s").convert(left) != right
        assert converter("t2s").convert(right) == right


@given(TEXT)
def test_converting_back_changes_less(text: str) -> None:
    """Where it changes a character, so does the conversion that also puts variants right."""
    back, edited = converted_back(text), simplified(text)
    assert all(one == before or other != before for before, one, other in zip(text, back, edited, strict=True))


def test_time_is_linear() -> None:
    assert len(simplified("著" * 300_000)) == 300_000
    assert len(simplified("於沈覆" * 100_000)) == 300_000
