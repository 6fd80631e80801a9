"""The table of readings, and what is asked of it."""

from __future__ import annotations

import re

import pytest

from builder.text.cloak.gbk import LOST, UNKNOWN, decoded, encoded, is_traditional_alone, rarity
from builder.text.cloak.glosses import ALSO_CONVERTED, accepts, census, converting, repetitions
from builder.text.cloak.readings import LETTERS, LONGEST, is_reading, is_toneless_reading, readings


@pytest.mark.parametrize(
    ("char", "syllable"), [("業", "yè"), ("行", "háng"), ("行", "xíng"), ("們", "men"), ("績", "jì"), ("關", "ɡuān")]
)
def test_is_reading(char: str, syllable: str) -> None:
    assert is_reading(syllable, char)


@pytest.mark.parametrize(("char", "syllable"), [("業", "ye"), ("業", "yé"), ("納", "nm"), ("A", "a"), ("", "a"), ("業", "")])
def test_is_no_reading(char: str, syllable: str) -> None:
    assert not is_reading(syllable, char)


@pytest.mark.parametrize(("char", "syllable"), [("字", "zi"), ("綠", "lü"), ("綠", "lv"), ("綠", "lu"), ("女", "nv")])
def test_toneless(char: str, syllable: str) -> None:
    assert is_toneless_reading(syllable, char)
    assert not is_toneless_reading("zì", "字")


def test_nearly_all_han_of_gbk_have_readings() -> None:
    han = [chr(code) for code in range(0x4E00, 0x9FA6)]
    assert sum(char in readings() for char in han) > 0.99 * len(han)


def test_syllables_are_spelt_with_the_letters() -> None:
    odd = {
        syllable for one in readings().values() for syllable in one if not re.fullmatch(f"[{LETTERS}]{{1,{LONGEST}}}", syllable)
    }
    assert len(odd) < 10  # interjections such as ê with a tone mark


def test_characters_that_convert() -> None:
    assert converting() >= set("業動關") | ALSO_CONVERTED
    assert not converting() & set("山水人业")
    assert accepts("業", "yè")
    assert not accepts("山", "shān")


@pytest.mark.parametrize(("pair", "char"), [("廣", "廣"), ("，", "，"), ("A", ""), ("\ue000", ""), ("", "")])
def test_decoded(pair: str, char: str) -> None:
    assert decoded(encoded(pair)) == char


def test_a_pair_with_an_unknown_byte_is_lost() -> None:
    assert decoded(UNKNOWN + b"A") == decoded(b"\xd4" + UNKNOWN) == LOST
    assert not decoded(UNKNOWN + b",")


def test_rarity_ranks_what_a_page_is_made_of() -> None:
    assert [rarity(char) for char in "業山，A髲驎业ГС"] == [0, 0, 0, 0, 3, 3, 3, 3, 3]
    assert 0 < rarity("嬴") < rarity("髲")


def test_traditional_alone() -> None:
    assert [is_traditional_alone(char) for char in "電記顏霑顔业，A"] == [True] * 3 + [False] * 5


def test_census() -> None:
    marks = census("工業(yè)和農業(yè)，山(shān)，納(nm)。業")
    assert marks == (3, {"業": 2}, 2, 3, 2, 2, 1)


def test_repetitions() -> None:
    text = "發(發)光(guang)字(zi)一（二）瓷器(china)廠(廠)(chang)(a)"
    assert repetitions(text) == ("發光字一（二）瓷器(china)廠(a)", 8, 3, 2)
