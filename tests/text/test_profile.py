"""The compiled profile against its definition in plain Python, and against cases written by hand."""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given

from builder.text.classes import partition
from builder.text.profile import COUNTERS, profile
from tests.text.characters import TEXTS

SPACE_LIKE = " \t\u3000\u00a0\u1680\u2000-\u200a\u202f\u205f"
BREAKS = "\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029"
HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
MARKS = "".join(
    re.escape(chr(code)) for name in ("terminal_mark", "cjk_mark") for code in np.flatnonzero(partition().members(name))
)
FOLDED = ",:;?!()"
CLASSES = {  # counters that are a set of characters
    "han": f"[{HAN}]",
    "latin": "[A-Za-z]",
    "digit": "[0-9]",
    "wide_alnum": "[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]",
    "space": " ",
    "tab": "\t",
    "newline": "\n",
    "odd_break": "[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]",
    "wide_space": "\u3000",
    "odd_space": "[\u00a0\u1680\u2000-\u200a\u202f\u205f]",
    "control": "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f]",
    "invisible": "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\U000e0001\U000e0020-\U000e007f]",
    "joiner": "[\u200c\u200d]",
    "private_use": "[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]",
    "terminal_mark": "[\u3002\uff01\uff1f\u2026\uff1b\uff0e\uff61]",
    "ascii_mark": "[,:;?!().\"']",
    "ascii_symbol": r"[#$%&*+\-/<=>@\[\\\]^_`{|}~]",
    "replacement": "\ufffd",
}
NEIGHBOURS = {  # counters that are a pattern; look-ahead lets matches share a character
    "han_spaced": f"[{HAN}{MARKS}][ \u3000\u00a0\u1680\u2000-\u200a\u202f\u205f]+(?=[{HAN}{MARKS}])",
    "han_adjacent": f"[{HAN}](?=[{HAN}{MARKS}])|[{MARKS}](?=[{HAN}])",
    "edge_space": rf"(?:(?<=[{BREAKS}])|(?<![\s\S]))[{SPACE_LIKE}]|[{SPACE_LIKE}](?=[{BREAKS}]|\Z)",
    "space_pair": f"(?<=[{SPACE_LIKE}])[{SPACE_LIKE}]",
    "blank_run": "(?<=\n\n)\n",
    "mark_beside_han": f"(?<=[{HAN}{MARKS}])[{FOLDED}]|[{FOLDED}](?=[{HAN}{MARKS}])",
}


def count(text: str, *names: str) -> dict[str, int]:
    """Some counters of one text."""
    counted = dict(zip(COUNTERS, profile(pa.array([text]))[0].tolist(), strict=True))
    return {name: counted[name] for name in names}


def definition(text: str) -> dict[str, int]:
    """All counters that have a definition apart from the tables."""
    patterns = {name: len(re.findall(pattern, text)) for name, pattern in (CLASSES | NEIGHBOURS).items()}
    categories = [unicodedata.category(char) for char in text]
    return patterns | {
        "chars": len(text),
        "lines": text.count("\n") + 1 if text else 0,
        "edge_break": text.startswith("\n") + text.endswith("\n"),
        "combining": sum(category.startswith("M") for category in categories),
    }


@given(TEXTS)
def test_the_kernel_agrees_with_the_definition(texts: list[str | None]) -> None:
    counted = profile(pa.array(texts, pa.large_string()))
    assert counted.shape == (len(texts), len(COUNTERS))
    assert counted.dtype == np.int32
    for row, text in zip(counted.tolist(), texts, strict=True):
        found = dict(zip(COUNTERS, row, strict=True))
        expected = definition(text or "")
        assert {name: found[name] for name in expected} == expected


@given(TEXTS)
def test_texts_without_not_nfc_are_nfc(texts: list[str | None]) -> None:
    not_nfc = profile(pa.array(texts, pa.large_string()))[:, COUNTERS.index("not_nfc")]
    assert all(count or unicodedata.is_normalized("NFC", text or "") for count, text in zip(not_nfc.tolist(), texts, strict=True))


@given(TEXTS)
def test_kinds_of_character_add_up(texts: list[str | None]) -> None:
    counted = profile(pa.array(texts, pa.large_string()))
    flags = {
        "han_traditional",
        "han_simplified",
        "han_convertible",
        "han_rare",
        "radical",
        "descent_sign",
        "fullwidth_comma",
        "not_nfc",
        "lines",
        "chars",
    }
    kinds = [place for place, name in enumerate(COUNTERS[: COUNTERS.index("han_spaced")]) if name not in flags]
    assert counted[:, kinds].sum(axis=1).tolist() == counted[:, 0].tolist()


@given(TEXTS)
def test_slices_and_chunks_count_as_the_whole(texts: list[str | None]) -> None:
    whole = pa.array(texts, pa.large_string())
    half = len(texts) // 2
    expected = profile(whole)
    assert np.array_equal(profile(whole.slice(half)), expected[half:])
    assert np.array_equal(profile(pa.chunked_array([whole.slice(0, half), whole.slice(half)], pa.large_string())), expected)
    assert np.array_equal(profile(whole.cast(pa.string())), expected)


def test_a_read_only_buffer_counts() -> None:
    buffer = pa.py_buffer("中文".encode())
    offsets = pa.py_buffer(np.array([0, 6], np.int64).tobytes())
    assert profile(pa.LargeStringArray.from_buffers(1, offsets, buffer))[0, 0] == 2


def test_malformed_utf8_stays_within_the_tables() -> None:
    broken = pa.py_buffer(b"\xff\xff\xff\xff\xe4\xb8" + bytes(8))
    offsets = pa.py_buffer(np.array([0, 4, 6], np.int64).tobytes())
    counted = profile(pa.LargeStringArray.from_buffers(2, offsets, broken))
    assert counted[0, COUNTERS.index("unassigned")] == 1
    assert counted[:, 0].tolist() == [1, 1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {"chars": 0, "lines": 0, "edge_space": 0, "edge_break": 0}),
        ("一行", {"chars": 2, "lines": 1, "han": 2, "han_adjacent": 1}),
        ("學习〇", {"han": 3, "han_traditional": 1, "han_simplified": 1, "han_convertible": 1}),
        ("學們〇吖", {"han": 4, "han_rare": 1}),
        ("桥，河、", {"fullwidth_comma": 1, "cjk_mark": 2}),
        ("a>b»c＞d≥", {"descent_sign": 3, "ascii_symbol": 1, "other_symbol": 2, "cjk_mark": 1}),
        ("⼀⻩一", {"han": 1, "other_symbol": 2, "radical": 2}),
        ("乾着", {"han_traditional": 0, "han_simplified": 0, "han_convertible": 1}),
        ("カなﾅー", {"kana": 4}),
        ("한글ﾡ", {"hangul": 3}),
        ("éПㄅ", {"other_letter": 3, "latin": 0}),
        ("①Ⅳ٣€→", {"other_symbol": 5}),
        ("“引”——、·", {"cjk_mark": 6}),
        ("\N{CJK COMPATIBILITY IDEOGRAPH-F900}", {"han": 1, "not_nfc": 1}),
        ("e\N{COMBINING ACUTE ACCENT}", {"combining": 1, "not_nfc": 1}),
        ("葛\N{VARIATION SELECTOR-17}", {"combining": 1, "not_nfc": 0}),
        ("\u0378\ufdd0", {"unassigned": 2}),
        ("\N{FIRST QUARTER MOON WITH FACE}\U0001fadf", {"other_symbol": 2, "unassigned": 0}),
        ("逐 字  空 格", {"han_spaced": 3, "han_adjacent": 0, "space_pair": 1}),
        ("空\t格", {"han_spaced": 0}),
        ("空 \t格", {"han_spaced": 0, "space_pair": 1}),
        ("行 \n 行", {"han_spaced": 0, "edge_space": 2}),
        ("。 “", {"han_spaced": 1, "han_adjacent": 0}),
        ("。”", {"han_adjacent": 0}),
        (" ", {"edge_space": 1, "space_pair": 0}),
        ("  ", {"edge_space": 2, "space_pair": 1}),
        ("   \n", {"edge_space": 2, "space_pair": 2, "edge_break": 1}),
        ("a\r b", {"edge_space": 1, "odd_break": 1}),
        ("\n", {"edge_break": 2, "lines": 2}),
        ("\n\n\n\n", {"blank_run": 2, "edge_break": 2}),
        ("甲\n\n\n乙", {"blank_run": 1, "edge_break": 0}),
        ("甲\n\n \n乙", {"blank_run": 0, "edge_space": 1}),
        ("甲,乙", {"mark_beside_han": 1}),
        ("甲,,乙", {"mark_beside_han": 2}),
        ("a,b 1:2", {"mark_beside_han": 0}),
        ("(甲.)", {"mark_beside_han": 1}),
    ],
)
def test_cases(text: str, expected: dict[str, int]) -> None:
    assert count(text, *expected) == expected


def test_counters_are_named_once() -> None:
    assert len(set(COUNTERS)) == len(COUNTERS)


def test_no_texts() -> None:
    assert profile(pa.array([], pa.large_string())).shape == (0, len(COUNTERS))
