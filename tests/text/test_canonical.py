"""The compiled canonical key against its definition in plain Python, and what must fall together or stay apart."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
import xxhash
from hypothesis import given
from hypothesis import strategies as st

from builder.text.canonical import canonical_codes, canonical_keys, canonical_text
from builder.text.classes import CODE_POINTS, partition
from tests.text.characters import TEXTS

same_unicode = pytest.mark.skipif(
    f"unicode {unicodedata.unidata_version}" not in partition().versions,
    reason="this Python knows another Unicode than the tables",
)


def keys_of(texts: pa.Array | pa.ChunkedArray) -> list[str]:
    """The kernel's keys as strings."""
    offsets, codes = canonical_codes(texts)
    assert offsets.dtype == np.int64
    assert codes.dtype == np.uint32
    return ["".join(map(chr, codes[start:stop].tolist())) for start, stop in pairwise(offsets)]


@same_unicode
@given(TEXTS)
def test_the_kernel_agrees_with_the_definition(texts: list[str | None]) -> None:
    assert keys_of(pa.array(texts, pa.large_string())) == [canonical_text(text or "") for text in texts]


@same_unicode
@given(st.lists(st.text("業行一(（)） \N{NO-BREAK SPACE}yèazǜ。", max_size=24), max_size=4))
def test_the_kernel_finds_the_readings_of_the_definition(texts: list[str]) -> None:
    assert keys_of(pa.array(texts, pa.large_string())) == [canonical_text(text) for text in texts]


@same_unicode
def test_every_character_agrees_with_the_definition() -> None:
    characters = [chr(code) for code in range(CODE_POINTS) if not 0xD800 <= code < 0xE000]
    assert keys_of(pa.array(characters, pa.large_string())) == [canonical_text(char) for char in characters]


@given(TEXTS)
def test_slices_and_chunks_give_the_same_keys(texts: list[str | None]) -> None:
    whole = pa.array(texts, pa.large_string())
    half = len(texts) // 2
    expected = canonical_keys(whole)
    assert expected.shape == (len(texts), 2)
    assert expected.dtype == np.uint64
    assert np.array_equal(canonical_keys(whole.slice(half)), expected[half:])
    assert np.array_equal(
        canonical_keys(pa.chunked_array([whole.slice(0, half), whole.slice(half)], pa.large_string())), expected
    )


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", ""),
        ("，。！ \n\t", ""),
        ("學習，Ｃｈｉｎｅｓｅ　１２３！", "学习chinese123"),
        ("乾燥的乾坤", "干燥的干坤"),
        ("㎡ ß ﬁ Ⅷ ①", "m2ssfiviii1"),
        ("ｶﾞラス", "カラス"),
        ("İstanbul", "istanbul"),
        ("\N{CJK COMPATIBILITY IDEOGRAPH-F900}\N{KANGXI RADICAL ONE}", "岂一"),
        ("葛\N{VARIATION SELECTOR-17}\N{ZERO WIDTH SPACE}\ue000", "葛"),
        ("한글 Ωmega", "한글ωmega"),
        ("業(yè)務( wù）員（ yuán\N{NO-BREAK SPACE})", "业务员"),
        ("行(háng)(xíng)", "行xíng"),
        ("(yè)業(ye)，業(yèyèyèyè)，業(yè yè)，業((yè))，業(yè", "yè业ye业yèyèyèyè业yèyè业yè业yè"),
    ],
)
def test_cases(text: str, key: str) -> None:
    assert canonical_text(text) == key
    assert keys_of(pa.array([text])) == [key]


@pytest.mark.parametrize(
    "variants",
    [
        ("這是一篇關於書的文章。", "这是一篇关于书的文章", "这 是 一 篇 关 于 书 的 文 章 ！", "这是一篇\n关于书的“文章”."),
        ("Ａ１", "a1", "A-1"),
        ("①", "1", "１"),
    ],
)
def test_variants_share_a_key(variants: tuple[str, ...]) -> None:
    assert len({tuple(key) for key in canonical_keys(pa.array(variants)).tolist()}) == 1


def test_texts_without_letters_are_told_apart() -> None:
    keys = canonical_keys(pa.array(["！！", "？？", "", None, "！！"])).tolist()
    assert keys[0] == keys[4]
    assert keys[2] == keys[3]
    assert len({tuple(key) for key in keys}) == 3


def test_keys_are_xxh3_of_little_endian_codes() -> None:
    expected = xxhash.xxh3_128_intdigest("中a".encode("utf-32-le"))
    assert canonical_keys(pa.array(["中，A"])).tolist() == [[expected >> 64, expected & (1 << 64) - 1]]


def test_expansions_longer_than_their_bytes_find_room() -> None:
    ligature = "\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}"
    texts = ["短", ligature * 500, "尾" * 3]
    assert keys_of(pa.array(texts)) == [canonical_text(text) for text in texts]
    assert len(canonical_text(ligature)) > 2 * len(ligature.encode())


def test_no_texts() -> None:
    assert canonical_keys(pa.array([], pa.large_string())).shape == (0, 2)
