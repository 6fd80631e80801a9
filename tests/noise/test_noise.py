"""The noises: the same for the same seed, exact where they say so, silent where they have no hold."""

from __future__ import annotations

import html
import urllib.parse

import pytest

from tests.noise import mojibake, wraps
from tests.noise.catalogue import NOISES
from tests.noise.noised import Noised, generator

PROSE = """河边的早市
天还没亮，河边的早市已经热闹起来。卖菜的老人把青菜一捆一捆摆开，又用湿布盖好，生怕风把叶子吹干了。他说：“做了三十年，手上有数。”
市场东头新开了一家修车铺，门口挂着一块木牌，写着“长年营业”。铺子不大（只有两间），却总有人排队；车主们说，师傅姓马，手艺是从父亲那里学来的，收钱也公道。
到了九点，雾散了，太阳照在石板路上。人们提着篮子慢慢往回走，几个孩子追着一条小狗跑过石桥，笑声传得很远。谁还记得昨夜的那场雨呢？
2019年以后，这里通了公交，每天有12班车开往县城。司机李师傅说，清晨第一班车上坐的多半是卖菜的人，他们见了面总要问一声：昨天卖得怎么样？"""
TECHNICAL = PROSE + "\n他用 Python 写了一个小程序，把 12 班车的时刻排成表，贴在 Tea House 的墙上。"
ODD = ("", "Plain English only.", "短。", "```\nprint(1)\n```", "&lt;b&gt;" * 30, "\ufffd\u2f00 \u200b" * 40)
SEEDS = range(12)


def dirty(name: str, text: str, seed: int) -> Noised | None:
    return NOISES[name](text, generator(seed))


@pytest.mark.parametrize("name", NOISES)
def test_noise_depends_on_text_and_seed_alone(name: str) -> None:
    assert [dirty(name, PROSE, seed) for seed in SEEDS] == [dirty(name, PROSE, seed) for seed in SEEDS]


@pytest.mark.parametrize("name", NOISES)
def test_noise_changes_prose_and_knows_the_gold(name: str) -> None:
    found = [one for seed in SEEDS if (one := dirty(name, TECHNICAL, seed))]
    assert found
    assert all(one.text != one.gold for one in found)


# Classes that lose characters for most texts, by nature of the encodings or of the layout.
LOSSY = {"mojibake.utf8_as_cp1252_strict", "mojibake.utf8_as_gb18030", "mojibake.gb18030_as_big5"}


@pytest.mark.parametrize("name", sorted(NOISES.keys() - LOSSY))
def test_noise_can_be_exact(name: str) -> None:
    assert any(one.exact for seed in range(40) for text in (PROSE, TECHNICAL) if (one := dirty(name, text, seed)))


@pytest.mark.parametrize("name", NOISES)
@pytest.mark.parametrize("text", ODD)
def test_noise_bears_odd_text(name: str, text: str) -> None:
    found = dirty(name, text, 1)
    assert found is None or found.text != found.gold


TWINS = (
    *(("，", ","), ("“", '"'), ("。", "。 "), ("呢？", "呢\n？"), ("说", "說"), ("门口", "⻔口"), ("县城", "县 城")),
    *(("他说", "&#20182;说"), ("他说", "\\u4ed6说"), ("Tea House", "Tea\u00a0House"), ("2019", "２０１９")),
)


@pytest.mark.parametrize("name", sorted(NOISES))
def test_two_golds_never_share_an_exact_noise(name: str) -> None:
    """Texts that differ by what the noise hides or makes: at most one of each pair is exact where both look the same."""
    for pair in TWINS:
        twin = TECHNICAL.replace(*pair)
        for seed in SEEDS:
            one, other = dirty(name, TECHNICAL, seed), dirty(name, twin, seed)
            if one and other and one.text == other.text and one.gold != other.gold:
                assert not (one.exact and other.exact)


def test_exact_encodings_lead_back_by_hand() -> None:
    noises = {name: dirty(f"escapes.{name}", PROSE, 3) for name in ("decimal", "hexadecimal", "named", "percent")}
    assert all(one and one.exact for one in noises.values())
    texts = {name: one.text for name, one in noises.items() if one}
    assert [html.unescape(texts[name]) for name in ("decimal", "hexadecimal", "named")] == 3 * [PROSE]
    assert urllib.parse.unquote(texts["percent"]) == PROSE


def test_browsers_show_all_bytes_of_cp1252() -> None:
    everything = bytes(range(256))
    assert mojibake.encoded(mojibake.decoded(everything, "cp1252"), "cp1252") == everything


def test_a_lost_byte_is_not_exact() -> None:
    noise = mojibake.misread("utf-8", "gb18030")("雨" * 41, generator(1))
    assert noise is not None
    assert {"\ufffd", "?"} & set(noise.text)
    assert not noise.exact


def test_a_full_last_row_without_a_mark_is_not_exact() -> None:
    """A paragraph of 120 characters fills ten rows of twelve: nothing says that it ends there."""
    text = "\n".join(["春眠不觉晓处处闻啼鸟夜来风雨声花落知多少" * 6] * 5)
    found = [one for seed in range(200) if (one := wraps.bare(text, generator(seed)))]
    full = [one for one in found if len({len(row) for row in one.text.split("\n")}) == 1]
    assert full
    assert all(not one.exact for one in full)
    marked = [one for seed in range(200) if (one := wraps.blank(text, generator(seed)))]
    assert marked
    assert all(one.exact for one in marked)


def test_a_literal_comma_makes_folded_marks_ambiguous() -> None:
    folded, ambiguous = dirty("width.marks", PROSE, 3), dirty("width.marks", PROSE.replace("亮，", "亮,"), 3)
    assert folded is not None
    assert folded.exact
    assert ambiguous is not None
    assert not ambiguous.exact
