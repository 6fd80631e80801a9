"""Borders spare the trainer work and leave what it learns as it is."""

from __future__ import annotations

import random

from builder.run.settings import TokenizerConfig
from builder.tokenizer.borders import prepared
from builder.tokenizer.model import fit, pieces
from builder.tokenizer.sentences import BORDER

WORDS = ["春天", "河边", "柳树", "绿了", "孩子们", "放风筝", "学校", "图书馆", "读书", "写字", "下雨", "回家"]
RARE = [chr(code) for code in range(0x5000, 0x5040)]
CONFIG = TokenizerConfig(vocab_size=520)


def documents() -> list[str]:
    draw = random.Random(7)  # noqa: S311 - text, no secret
    return ["".join(draw.choices([*WORDS * 20, "，", *RARE], k=60)) + "。\n" for _ in range(600)]


def test_the_vocabulary_is_the_same() -> None:
    plain = documents()
    cut = prepared(plain, CONFIG)
    assert sum(text.count(BORDER) for text in cut) > 1_000
    assert [text.replace(BORDER, "") for text in cut] == plain
    learned = [{piece.text for piece in pieces(fit(texts, CONFIG)) if len(piece.text) > 1} for texts in (plain, cut)]
    assert set(WORDS) <= learned[0]
    assert learned[0] == learned[1]


def test_no_borders_for_unigram_or_small_samples() -> None:
    plain = documents()
    assert prepared(plain, CONFIG.model_copy(update={"model": "unigram"})) == plain
    assert prepared(plain[:3], CONFIG) == plain[:3]


def test_a_border_of_the_text_itself_is_a_line_break() -> None:
    assert prepared([f"春天{BORDER}来了"], CONFIG) == ["春天\n来了"]
