"""Sentences that advertise, by what they say together."""

from __future__ import annotations

import pytest

from builder.text.spam import lexicon
from builder.text.spam_adverts import COURTING, MIN_COURTING, REPORTING, advert_ratio

ADVERT = "欢迎点击注册，百家乐等您来玩。"


@pytest.mark.parametrize(
    ("text", "ratio"),
    [
        (ADVERT, 1.0),
        (ADVERT * 3, 1.0),
        ("", 0.0),
        ("欢迎点击注册，石桥等您来看。", 0.0),  # no term
        ("百家乐是一种纸牌游戏，您见过吗。", 0.0),  # does not court
        ("欢迎点击，石桥等您来看。\n注册百家乐。", 1.0),  # courts beside it
        ("欢迎点击注册，石桥等您来看。\n百家乐好玩。", 0.0),  # a word in passing
        ("欢迎点击，石桥等您来看。\n桥。\n桥。\n桥。\n注册百家乐。", 0.0),  # courts elsewhere
        (f"{ADVERT}警方已经查处。", 0.0),  # reports
        ("桥" * 50 + "。" + ADVERT, 14 / 64),
        (ADVERT.removesuffix("。") + "桥" * 300, 100 / 314),  # no mark ends the sentence
    ],
)
def test_share_of_sentences(text: str, ratio: float) -> None:
    assert advert_ratio(text) == pytest.approx(ratio)


def test_the_words_stand_once_and_are_no_terms() -> None:
    words = [*COURTING, *REPORTING]
    assert len(set(words)) == len(words) > MIN_COURTING
    assert not {term.term for term in lexicon()} & set(words)
