"""Each literal that the project looks for has a source and a count, so that none is made for a few pages; how literals are read."""

from __future__ import annotations

import re

import pytest

from builder.text.page.lexicon import patterns
from tests.text.lexicons import CHARACTERS, LATIN, NO_WORDS, Entry, entries, folded, literals, of_entry, of_expression

ROWS = entries()
FEWEST_LITERALS = 1_500  # of all lexicons: fewer would mean that they are no longer read


def test_every_literal_has_a_row_and_every_row_a_literal() -> None:
    found = {(lexicon, literal) for lexicon, words in literals().items() for literal in words}
    listed = {(row.lexicon, row.literal) for row in ROWS}
    assert len(listed) == len(ROWS)
    assert len(found) > FEWEST_LITERALS
    assert sorted(found - listed) == [], (
        "new literals: run `scripts/bench lexicons FOLDER… --write`, then say where they are from"
    )
    assert sorted(listed - found) == [], "literals that are gone: run `scripts/bench lexicons FOLDER… --write`"


@pytest.mark.parametrize("lexicon", sorted(literals()))
def test_every_literal_is_attested(lexicon: str) -> None:
    for row in (row for row in ROWS if row.lexicon == lexicon):
        assert row.source.strip(), row
        assert row.documents >= 0, row
        assert row.documents or row.reason.strip(), f"no document holds {row.literal}: say why it stays, or take it out"


def test_rows_are_in_order() -> None:
    names = list(literals())
    ordered = sorted(ROWS, key=lambda row: (names.index(row.lexicon), row.literal))
    assert ordered == ROWS
    assert all(isinstance(row, Entry) for row in ROWS)


def test_every_kind_of_furniture_is_read() -> None:
    assert {f"furniture.{kind}" for kind in patterns()} <= set(literals())


def test_what_is_left_out_exists() -> None:
    from importlib import import_module  # noqa: PLC0415 - for this test alone

    for name, constants in [*CHARACTERS.items(), *LATIN.items(), *NO_WORDS.items()]:
        module = import_module(f"builder.{name}")
        assert all(hasattr(module, constant) for constant in constants or ()), name


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("责任编辑|责编|责任校对", {"责任编辑", "责编", "责任校对"}),  # `re` takes 责 out of the three
        ("(?:您|你)?(?:相关|热门)(?:的)?(?:新闻|阅读)", {"相关", "热门", "新闻", "阅读"}),
        ("字(?:号|体)[ :]*大", {"字号", "字体"}),
        ("[上下]一?页", set()),
        ("[上下]一页", {"上一页", "下一页"}),
        ("转载(?:本文|本站)?请[^。]{0,16}(?:注明|联系)", {"转载", "本文", "本站", "注明", "联系"}),
        ("地 ?址|e-?mail|q ?q", {"地址", "mail", "qq"}),
        (r"(?i)(?:\bICP ?[备证]|Copyrights?) \d{4}", {"icp备", "icp证", "copyright"}),
        (r"(?<![新旧]货)(?=订单号)\p{Han}[一-龥]{2}\z", {"新货", "旧货", "订单号"}),
        ("首页 主页", {"首页", "主页"}),
        ("[^的了是]{2,20}", set()),
        (")没有成对的括号(", {"没有成对的括号"}),
        ("pk10|24小时|365bet|12", {"pk10", "24小时", "365bet"}),
    ],
)
def test_literals_of_an_expression(pattern: str, words: set[str]) -> None:
    assert of_expression(pattern) == words


def test_literals_of_an_entry() -> None:
    assert of_entry("controls", "登录 a+ 更多>>") == {"登录", "a+", "更多>>"}
    assert of_entry("advert", ["{open}(?:广告|推广){close}"]) == {"广告", "推广"}
    assert of_entry("parts", {"open": r"[ \[]*", "field": "(?:来源|作者)"}) == {"来源", "作者"}


def test_texts_are_folded_as_lines_of_pages() -> None:
    assert folded(["網站ＩＣＰ備\n\n ABC", "", "首頁"]) == ["网站icp备\n\nabc", "", "首页"]
    assert not any(re.search("[A-Z]", word) for words in literals().values() for word in words)
