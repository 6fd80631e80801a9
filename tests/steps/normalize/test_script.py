"""The column `script`, what is recorded of OpenCC, and the fence around it."""

from __future__ import annotations

import re

import opencc

from builder.core.apply import apply
from builder.core.batch import texts_batch
from builder.steps.normalize.script import Script, dictionaries

DOCUMENTS = {
    "traditional": "這座橋樑終於開通了，兩岸的鄉親們歡聚一堂。",
    "simplified": "这座桥梁终于开通了，两岸的乡亲们欢聚一堂。",
    "mixed": "這座橋樑開通了。这座桥梁开通了。",
    "korean": "大韓民國은 民主共和國이다。 우리는 國語를 배우고 歷史를 읽는다.",
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


PAGE = """這個頁面講的是帳戶設置。爲了讓管理員瞭解裏面的內容，我們開發了網頁版，運行後會顯示標題。
衆人圍着計算機，關於數據庫與應用程序的問題還沒有結論，軍事頻道說砲臺已經廢棄，牠們在園區裏生長。
請將賬單與結果發給財務組，會議結束後，負責人會進一步說明這項業務的總體規劃。"""


def test_a_page_made_by_a_machine_gets_its_form_back() -> None:
    """What OpenCC makes again of the result was not written by hand: 帐户, 砲 and 牠 stood in the simplified text."""
    converted = apply(Script(), texts_batch([PAGE])).batch["text"][0].as_py()
    assert opencc.OpenCC("s2t").convert(converted) == PAGE
    assert {"帐户", "砲台", "牠们"} <= set(re.findall("帐户|砲台|牠们", converted))


def test_a_page_that_somebody_wrote_is_put_right() -> None:
    written = PAGE.translate(str.maketrans("爲裏衆着賬", "為裡眾著帳"))
    converted = apply(Script(), texts_batch([written])).batch["text"][0].as_py()
    assert {"账户", "炮台", "它们", "围着"} <= set(re.findall("账户|炮台|它们|围着", converted))
