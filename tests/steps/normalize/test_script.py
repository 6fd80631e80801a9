"""The column `script`, what is recorded of OpenCC, and the fence around it."""

from __future__ import annotations

import pytest

from builder.core.apply import apply
from builder.core.batch import texts_batch
from builder.steps.normalize import script
from builder.steps.normalize.script import Script, dictionaries

DOCUMENTS = {
    "traditional": "這座橋樑終於開通了，兩岸的鄉親們歡聚一堂。",
    "simplified": "这座桥梁终于开通了，两岸的乡亲们欢聚一堂。",
    "mixed": "這座橋樑開通了。这座桥梁开通了。",
    "japanese": "図書館の開館時間が変わりました。",
    "unknown": "山水之石",
}


def test_column_says_what_a_document_was() -> None:
    once = apply(Script(), texts_batch(list(DOCUMENTS.values()))).batch
    assert once["script"].to_pylist() == list(DOCUMENTS)
    assert once["text"][0].as_py() == DOCUMENTS["simplified"]


def test_second_application_leaves_the_column() -> None:
    once = apply(Script(), texts_batch(list(DOCUMENTS.values()))).batch
    assert apply(Script(), once).batch.equals(once)


def test_column_is_written_even_when_nothing_is_converted() -> None:
    kept = apply(Script(to="keep"), texts_batch(list(DOCUMENTS.values()))).batch
    assert kept["script"].to_pylist() == list(DOCUMENTS)
    assert kept["text"].to_pylist() == list(DOCUMENTS.values())


def test_thresholds_are_fields() -> None:
    batch = texts_batch([DOCUMENTS["mixed"]])
    assert apply(Script(min_traditional_ratio=0.3), batch).batch["script"].to_pylist() == ["traditional"]
    assert apply(Script(min_exclusive_chars=50), batch).batch["script"].to_pylist() == ["unknown"]


def test_dictionaries_are_recorded() -> None:
    first = dictionaries()
    assert set(first) == {"opencc", "opencc_dictionaries"}
    assert first == dictionaries()
    assert all(first.values())


@pytest.mark.parametrize("words", ["打坏", "毛坏", "陶坏", "重覆盖"])
def test_simplified_words_pass_the_fence(words: str) -> None:
    """OpenCC rewrites each of these; if one day it does not, the fence has one thing less to do."""
    assert script._converter("t2s").convert(words) != words
    assert script._simplified(words) == words
