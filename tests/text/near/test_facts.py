"""Pages of one template that tell different facts are kept apart; copies of one page are not."""

from __future__ import annotations

import random
import time

import numpy as np
import pyarrow as pa
import pytest

from builder.steps.dedup.near import Near
from builder.text.canonical import canonical_codes
from builder.text.minhash import MULTIPLIERS
from builder.text.near.facts import NUMERALS, _aligned, fact_classes, facts_differ
from tests.steps.dedup.corpus import CHARACTERS, corpus, removed
from tests.templates.pages import TEMPLATES, series
from tests.tokenizer.corpus import document

PAGES = 80
FRAME = "本台消息，全市各区今天上午同时举行了植树活动，{}参加了活动并讲了话，市民们在现场种下了许多树苗，活动到中午才结束。"


def differ(one: str, other: str) -> bool:
    offsets, codes = canonical_codes(pa.array([one, other], pa.large_string()))
    mine, theirs = codes[: offsets[1]], codes[offsets[1] :]
    multipliers = np.ascontiguousarray(MULTIPLIERS[:, :5])
    both = [facts_differ(a, len(a), b, len(b), multipliers, fact_classes()) for a, b in ((mine, theirs), (theirs, mine))]
    assert both[0] == both[1]
    return bool(both[0])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("35人", "350人"),
        ("3月5日开工的单位", "12月26日开工的单位"),
        ("二十三家单位", "四十一家单位"),
        ("falcon公司", "kepler公司"),
        ("王丽芳", "陈国强"),
        ("王丽芳、李敏、周伟", "陈国强、韩霞、许静"),
        ("青河市的单位", "永宁市的单位"),
        ("8个单位", "18个单位"),
        ("11家", "1家"),
    ],
)
def test_numbers_and_names(one: str, other: str) -> None:
    assert differ(FRAME.format(one), FRAME.format(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("许多市民", "不少居民"),
        ("许多市民", "许多的市民"),
        ("35人", ""),
        ("王丽芳", "王丽方"),  # perhaps a slip
        ("information公司", "informetion公司"),
        ("35人", "35人"),
        ("青河市的单位", "清河市的单位"),
    ],
)
def test_what_is_no_other_fact(one: str, other: str) -> None:
    assert not differ(FRAME.format(one), FRAME.format(other))


def test_a_frame_is_no_fact() -> None:
    body = document(5) + document(6) + document(7) + document(8)
    assert len(body) > 500
    pages = [
        f"首页 新闻 正文 2021年{month}月3日 阅读{count}次\n{body}\n编辑：{name} 分享 收藏"
        for month, count, name in ((3, 120, "王丽"), (11, 7_044, "周强"))
    ]
    assert not differ(*pages)
    assert not differ(body, body[: len(body) * 9 // 10])
    assert not differ(body, body[len(body) // 10 :])


@pytest.mark.parametrize("kind", ["one character", "numerals", "letters", "few shingles"])
def test_long_texts_of_little_are_linear(kind: str) -> None:
    """160,000 characters take at most five times as long for each as 20,000: tables outgrow the cache; by pairs it would be 8."""
    chance = np.random.default_rng(1)
    alphabets = {"one character": "哈", "numerals": NUMERALS, "letters": "abcdefghij", "few shingles": "哈哈哈哈哈哈哈哈哈嘻"}
    letters = np.array([ord(char) for char in alphabets[kind]], np.uint32)

    def seconds(count: int) -> float:
        codes = letters[chance.integers(0, len(letters), count)]
        others = codes.copy()
        others[::50] = ord("5")
        multipliers, times = np.ascontiguousarray(MULTIPLIERS[:, :5]), []
        for _ in range(3):
            start = time.process_time()
            facts_differ(codes, count, others, count, multipliers, fact_classes())
            times.append(time.process_time() - start)
        return min(times) / count

    assert seconds(160_000) < 5 * seconds(20_000) + 1e-8


def test_places_are_those_that_follow_each_other() -> None:
    """Each shingle's next place in the other document, or its first one where there is none behind; against the definition."""
    chance = np.random.default_rng(2)
    multipliers = np.ascontiguousarray(MULTIPLIERS[:, :3])
    for letters in (1, 2, 4, 20):
        codes, others = (chance.integers(0, letters, size).astype(np.uint32) for size in (90, 70))
        places = np.empty(len(codes), np.int64)
        found = _aligned(codes, len(codes), others, len(others), multipliers, places)
        expected, wanted = 0, []
        for start in range(len(codes) - 2):
            same = [at for at in range(len(others) - 2) if (others[at : at + 3] == codes[start : start + 3]).all()]
            later = [at for at in same if at >= expected]
            wanted.append((later or same or [-1])[0])
            expected = wanted[-1] + 1 if later else expected
        assert places[: len(wanted)].tolist() == wanted
        assert found == sum(place >= 0 for place in wanted)


def test_templates_are_left_alone() -> None:
    """Of pages with different facts, few go; without the protection most do."""
    gone = dict.fromkeys((False, True), 0)
    for number, template in enumerate(TEMPLATES):
        pages = corpus(series(template, PAGES, random.Random(number)))  # noqa: S311 - no secret
        for protect in gone:
            gone[protect] += len(removed(Near(protect_facts=protect), [pages]))
    assert gone[False] > 0.7 * PAGES * len(TEMPLATES)
    assert gone[True] <= 0.05 * PAGES * len(TEMPLATES)


def test_copies_are_found_all_the_same() -> None:
    chance = random.Random(4)  # noqa: S311 - no secret
    originals = [document(number) + document(number + 500) for number in range(120)]
    copies = [list(text) for text in originals]
    for copy in copies:
        for _ in range(3):
            copy[chance.randrange(len(copy))] = chance.choice(CHARACTERS)
    batch = corpus([*originals, *map("".join, copies)])
    plain, protected = (removed(Near(protect_facts=protect), [batch]) for protect in (False, True))
    assert len(plain) >= 115
    assert len(protected) >= 0.97 * len(plain)
