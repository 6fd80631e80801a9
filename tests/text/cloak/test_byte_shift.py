"""Shifted bytes: pages damaged as the program does it, byte by byte, and restored."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.text.cloak.byte_shift import Page, restored
from builder.text.cloak.gbk import LOST
from builder.text.cloak.glosses import READING, accepts

TABLE = {
    "業": "yè",
    "學": "xué",
    "冊": "cè",
    "現": "xiàn",
    "務": "wù",
    "績": "jì",
    "負": "fù",
    "擔": "dān",
    "試": "shì",
    "據": "jù",
    "網": "wǎng",
    "關": "guān",
    "進": "jìn",
    "廠": "chǎng",
}
PHRASES = (
    "我們、在、橋邊、釣魚、村民、的、意見、，、。、學校、工業、業務、實現、成績、負擔、重、考試、數據、網絡、關於、改進、工廠"
)
WORDS = [*PHRASES.split("、"), "A2", "bridge", "(", "、", "橋樑", "\n"]
LOST_PAIR = re.compile(rf"\?(?!{READING}\))")
PAGE = Page(accepts, Counter(list(TABLE)))


def damaged(text: str) -> str:
    """The text as such a program leaves it: the needles are found among the bytes, wherever characters begin."""
    raw = text.encode("gb18030")
    for char, reading in TABLE.items():
        raw = raw.replace(char.encode("gb18030"), f"{char}({reading})".encode("gb18030"))
    return displayed(raw)


def displayed(raw: bytes) -> str:
    """Bytes of GBK as a lenient decoder shows them: a `?` for each pair without a character."""
    shown, place = [], 0
    while place < len(raw):
        width = 1 if raw[place] < 0x80 else 2
        try:
            shown.append(raw[place : place + width].decode("gb18030"))
        except UnicodeDecodeError:
            shown.append("?")
        place += width
    return "".join(shown)


def test_the_damage_is_that_of_real_pages() -> None:
    assert damaged("孩子們在橋邊釣魚，風很大") == "孩子們?cè)跇蜻呩烎~，風很大"


@pytest.mark.parametrize(
    "text",
    [
        "孩子們在橋邊釣魚，風很大",
        "快速溫變試驗室很大，廣播很響",
        "依靠儀器",  # in step again at the letter that is half of a character
        "加重負擔",  # two cut readings side by side
        "橋樑，FFmpeg實現",  # a reading behind half of a comma and a letter
    ],
)
def test_restored(text: str) -> None:
    assert damaged(text) != text
    assert restored(damaged(text), PAGE).text == text


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=30).map("".join))
def test_what_lost_no_byte_is_restored(text: str) -> None:
    shown = damaged(text)
    if not LOST_PAIR.search(shown):
        assert restored(shown, PAGE).text == text


def test_a_lost_byte_costs_its_characters_alone() -> None:
    """In a decoder that knows no private characters the pair between 所 and 有 is a question mark."""
    shown = damaged("他們在幾乎所有的社區").replace("\ue2c4", "?")
    assert shown == "他們?cè)趲缀跛?械纳鐓^"
    assert restored(shown, PAGE).text == f"他們在幾乎{2 * LOST}的社區"


def test_a_byte_lost_at_the_end() -> None:
    assert restored(damaged("快速溫變試驗箱\n"), PAGE).text == f"快速溫變試驗{LOST}"


def test_a_reading_names_the_character_whose_first_byte_is_lost() -> None:
    assert restored("他們?cè)?K(zhōng)於", Page(accepts, Counter("終"))).text == f"他們{LOST}終於"


@pytest.mark.parametrize(
    "text",
    [
        "你好嗎?ma)",
        "?cè)",
        "們?",
        "們?cè)",
        "A?cè)B",
        "學(xyz)",
        "山(shān)",  # no other simplified form
        "(xué)",
        "",
    ],
)
def test_left_alone(text: str) -> None:
    assert restored(text, PAGE) == (text, 0, 0)


def test_of_two_solutions_the_annotated_character_wins() -> None:
    """訐 and 計 are both read so, and both halves that follow are characters."""
    shown = "子?jì)臊R"
    assert restored(shown, Page(accepts, Counter("計"))).text == "子嬰齊"


def test_of_two_characters_alike_the_one_that_converters_write_wins() -> None:
    """電 and 霑 are both read diàn, and 霑 is a variant of 沾."""
    assert restored("我們?nèi)粘＝洺Ｊ褂玫碾?diàn)腦", Page(accepts, Counter())).text == "我們日常經常使用的電腦"


def test_of_two_words_the_one_that_the_page_has_wins() -> None:
    """計 and 記 are both read jì."""
    shown = "應當記住這一條。來?shùn)擞?jì)耗盡之前"
    assert "標記" in restored("標記如下。" + shown, Page(accepts, Counter())).text
    assert "標計" in restored("標計如下。" + shown, Page(accepts, Counter())).text


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        ("擬機，而不影響底?ràng)佑布??\n解決", "擬機，而不影響底層硬\ufffd\ufffd\n解決"),
        ("說每?zǒng)??h(huán)節都要", "說每\ufffd\ufffd環節都要"),
    ],
)
def test_lost_pairs_end_a_run(shown: str, text: str) -> None:
    assert restored(shown, PAGE).text == text
