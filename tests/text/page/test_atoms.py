"""What is found in an expression, and that the sieve lets everything through that an expression of the lexicon matches."""

from __future__ import annotations

import re
from itertools import product

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builder.text.page.atoms import atoms
from builder.text.page.lexicon import patterns
from builder.text.page.lines import page_lines
from builder.text.page.sieve import Sieve, bits

ENTRIES = [
    pytest.param(entry, id=f"{kind} {place}") for kind, entries in patterns().items() for place, entry in enumerate(entries)
]


@pytest.mark.parametrize(
    ("pattern", "grams", "also"),
    [
        ("桥头", {"桥头"}, None),
        ("上一?页", {"上一页", "上页"}, None),
        (r"第 ?\d{1,3} ?页", {"第0页", "第00"}, None),
        ("[^。]*(?:桥头|河边)[^。]*(?:渡口|码头).*", {"桥头", "河边"}, {"渡口", "码头"}),
        (r"\x{4e28}?桥头", {"桥头", "\N{CJK UNIFIED IDEOGRAPH-4E28}桥头"}, None),
        ("(?:桥头)?河边.*", {"河边", "桥头河"}, None),
        ("(?:桥头)*河边", {"河边"}, None),
        (r"\d{4}[-/]", {"00-", "00/"}, None),
        ("[甲乙]{5}.*", {"甲甲", "甲乙", "乙甲", "乙乙"}, None),  # not the same character twice
        (".*", set(), None),
        ("桥?.+", set(), None),
        ("(?:桥头|.+)", set(), None),
    ],
)
def test_grams(pattern: str, grams: set[str], also: set[str] | None) -> None:
    found = atoms(pattern)
    assert (found.also if also is None else set(found.also or ())) == also
    if pattern.startswith("第") or "\\d" in pattern:
        assert all(set(gram) != {"0"} for gram in found.grams)
    else:
        assert found.grams == grams


@pytest.mark.parametrize(
    ("pattern", "alphabet"),
    [
        ("[甲乙 ]+丙?", "甲乙丙"),
        (r"\d+[a-c]", "0abc"),
        ("(?:甲|乙{2})", "甲乙"),
        ("甲.", None),
        ("[^甲]乙", None),
        (r"甲\w", None),
    ],
)
def test_alphabet(pattern: str, alphabet: str | None) -> None:
    found = atoms(pattern).alphabet
    assert (found if found is None else found - {""}) == (None if alphabet is None else frozenset(alphabet))


def sifted(entries: list[str], line: str) -> list[bool]:
    lines = page_lines(pa.array([line], pa.large_string()))
    mask = lines.sifted(Sieve([atoms(entry) for entry in entries]), np.arange(1))[0]
    return [bool((mask & bits(1 << number)).any()) for number in range(len(entries))]


@pytest.mark.parametrize(
    ("line", "passes"),
    [
        ("桥头与渡口", True),
        ("桥 头 与 渡 口", True),
        ("橋頭與渡口", True),
        ("桥头与河", False),
        ("渡口与头桥", False),
        ("河", False),
    ],
)
def test_both_grams_are_needed(line: str, *, passes: bool) -> None:
    assert sifted(["桥头.*渡口.*"], line) == [passes]


def test_other_characters_stop_an_alphabet() -> None:
    entries = ["[桥头 ]+桥头", "桥头.*"]
    assert sifted(entries, "桥头桥头") == [True, True]
    assert sifted(entries, "桥头人桥头") == [False, True]
    assert sifted(entries, "桥头\U00020000桥头") == [False, True]


def test_a_hundred_expressions() -> None:
    words = ["".join(pair) for pair in product("甲乙丙丁戊己庚辛壬癸子丑", repeat=2)][:128]
    for wanted in (0, 63, 64, 127):
        assert np.flatnonzero(sifted(words, words[wanted])).tolist() == [wanted]


@pytest.mark.parametrize("entry", ENTRIES)
def test_every_entry_of_the_lexicon_can_be_sieved(entry: str) -> None:
    assert atoms(entry).grams


@pytest.mark.parametrize("entry", ENTRIES)
def test_every_match_passes(entry: str) -> None:
    spelt = re.sub(r"\\x\{([0-9a-f]+)\}", lambda escape: chr(int(escape[1], 16)), entry)

    @settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.from_regex(re.compile(f"(?:{spelt})", re.ASCII), fullmatch=True))
    def passes(line: str) -> None:
        folded = page_lines(pa.array([line.replace("\n", " ")], pa.large_string())).folded(np.arange(1))
        if folded == [line.encode("utf-8", "surrogatepass")]:
            assert sifted([entry], line) == [True]

    passes()
