"""Misread text is read again exactly; sound text stays."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from builder.text.encoding.repair import repaired
from tests.text.encoding.misreading import SENTENCES, TRADITIONAL, shown

LOST = "\N{REPLACEMENT CHARACTER}"
simplified = st.lists(st.sampled_from(SENTENCES), max_size=8).map(lambda rest: "\n".join([SENTENCES[0], *rest]))
traditional = st.lists(st.sampled_from(TRADITIONAL), max_size=8).map(lambda rest: "\n".join([TRADITIONAL[0], *rest]))


@pytest.mark.parametrize("wrong", ["latin-1", "windows-1252"])
@pytest.mark.parametrize("right", ["utf-8", "gb18030"])
def test_simplified_text_shown_in_single_bytes(right: str, wrong: str) -> None:
    @settings(max_examples=40, deadline=None)
    @given(simplified)
    def check(text: str) -> None:
        assert repaired(shown(text, right, wrong)).text == text

    check()


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("utf-8", "latin-1"), ("gb18030", "windows-1252"), ("big5", "latin-1"), ("cp950", "windows-1252"), ("cp950", "gb18030")],
)
def test_traditional_text(right: str, wrong: str) -> None:
    @settings(max_examples=40, deadline=None)
    @given(traditional)
    def check(text: str) -> None:
        assert repaired(shown(text, right, wrong)).text == text

    check()


@settings(max_examples=40, deadline=None)
@given(simplified)
def test_two_layers(text: str) -> None:
    once = shown(text, "utf-8", "windows-1252")
    assert repaired(shown(once, "utf-8", "latin-1")).text == text
    assert repaired(shown(shown(text, "gb18030", "latin-1"), "utf-8", "latin-1")).text == text


@settings(max_examples=60, deadline=None)
@given(simplified, st.sampled_from(["gb18030", "gbk", "cp1252"]), st.booleans())
def test_what_is_lost_is_marked_and_nothing_is_invented(text: str, wrong: str, question: bool) -> None:  # noqa: FBT001
    damaged = shown(text, "utf-8", wrong, "replace")
    got = repaired(damaged.replace(LOST, "?") if question and wrong != "cp1252" else damaged).text
    rest = iter(text)
    assert all(char in rest for char in got if char not in {LOST, "?"})  # in order, some left out
    assert sum(char != LOST for char in got) >= 0.8 * len(text)


@settings(max_examples=60, deadline=None)
@example(SENTENCES[0], [(SENTENCES[0], "utf-8")] * 6 + [(SENTENCES[0], "gb18030")])  # most of it proves the one, a line the other
@given(simplified, st.lists(st.tuples(st.sampled_from(SENTENCES[:2]), st.sampled_from(["utf-8", "gb18030"]))))
def test_lines_among_sound_lines(text: str, damaged: list[tuple[str, str]]) -> None:
    lines = [shown(line, right, "latin-1") for line, right in damaged]
    assert repaired("\n".join([text, *lines, text])).text == "\n".join([text, *(line for line, _ in damaged), text])


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("ä¸\xad–æ‡ÖÐÎÄ涓枃鏂鐨勭\ue4c7いノ腔珨锟斤拷锘?�€中的a1 \n“”é\x80\xa0"), max_size=60))
def test_a_second_application_finds_nothing(text: str) -> None:
    once = repaired(text).text
    assert repaired(once).text == once


@pytest.mark.parametrize(
    "text", [*SENTENCES, *TRADITIONAL, "锟斤拷锟斤拷锟斤拷", "éèêë àâä", "䶮龘靐齉", "いろはにほへとちりぬるを"]
)
def test_sound_text_stays(text: str) -> None:
    assert repaired(text) == (text, 0)


def test_a_quotation_stays_and_a_page_does_not() -> None:
    quoted = shown("河边的柳树绿了", "utf-8", "latin-1")
    about = f"网页的乱码是这样来的：{SENTENCES[0]}，读错了就是{quoted}。{SENTENCES[1]}"
    assert repaired(about).text == about
    assert repaired(f"{SENTENCES[0]}{quoted}。").text == f"{SENTENCES[0]}河边的柳树绿了。"
    page = shown(SENTENCES[0] * 4 + "乱码", "utf-8", "latin-1")
    assert repaired(page).text == SENTENCES[0] * 4 + "乱码"


@pytest.mark.parametrize("unit", ["ä", "锟斤拷", "Ã¤", "ä¸", "涓\ufffd\n", "é ", "\ue4c7", "い", "腔珨", "ä¸\xad\n", "茅"])
def test_time_is_linear(unit: str) -> None:
    def seconds(length: int) -> float:
        text = unit * (length // len(unit))
        start = time.process_time()
        repaired(text)
        return time.process_time() - start

    seconds(1_000)  # tables
    assert seconds(400_000) <= 4 * 20 * max(seconds(20_000), 0.01)
