"""Bytes behind a text, and what they say elsewhere."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.text.encoding.legibility import codes, legibility, running, weights
from builder.text.encoding.misread import BIG5, GB, HKSCS, LATIN, misread, table
from builder.text.encoding.readings import UTF8, decoded, stretches
from builder.text.encoding.strange import best_stretch, strangeness
from tests.text.characters import TEXTS
from tests.text.encoding.misreading import SENTENCES, TRADITIONAL


@pytest.mark.parametrize(("text", "wrong", "raw"), [
    ("棣栭〉", GB, "首页".encode()),
    ("é¦–é¡µ", LATIN, "首页".encode()),
    ("ä¸\xadæ\x96\x87", LATIN, "中文".encode()),
    ("一", GB, b"\xd2\xbb"),
    ("一", BIG5, b"\xa4\x40"),
    ("\u9fb4\ue81e", GB, b"\xfe\x59\xfe\x59"),  # one pair, assigned and private
    ("a\ufffd\U0001f600", GB, b"a\xff\x00"),
    ("每€大", GB, b"\xc3\xbf\xa2\xe3\xb4\xf3"),
    ("涓€浜", GB, b"\xe4\xb8\x80\xe4\xba"),  # here the sign stands for a byte
])  # fmt: skip
def test_bytes(text: str, wrong: str, raw: bytes) -> None:
    found = misread(text, wrong)
    assert found.raw == raw
    assert found.starts[-1] == len(raw)
    assert np.flatnonzero(found.is_start).tolist() == found.starts.tolist()


@pytest.mark.parametrize("wrong", [GB, HKSCS])
def test_tables_agree_with_the_codecs(wrong: str) -> None:
    for text in (*SENTENCES, *TRADITIONAL):
        if (raw := text.encode(wrong, "ignore")).decode(wrong) == text:
            assert misread(text, wrong).raw == raw
    assert table(wrong).max() > 0xFE00


def test_two_bytes_may_be_lost() -> None:
    assert misread("的\ufffd", BIG5, 2).raw == b"\xaa\xba\xff\xff"


@pytest.mark.parametrize(("raw", "right", "want"), [
    ("中文".encode(), UTF8, ("中文", 0)),
    (b"\xe4\xb8\xad\xe6\x96\xff", UTF8, ("中\ufffd", 1)),
    (b"\xe4\xb8\xad\xe6\xff\x87", UTF8, ("中\ufffd", 1)),
    (b"\xe4\xb8\xad\xe6\xff\xff", UTF8, ("中\ufffd", 1)),
    (b"\xe4\xb8\xad\xe6\x96?", UTF8, ("中\ufffd", 1)),
    (b"\xe4\xb8\xad\xe6\x96", UTF8, ("中\ufffd", 1)),
    (b"\xd6\xd0\xce\xc4", "gb18030", ("中文", 0)),
    (b"\xd6\xd0\xce\xff", "gb18030", ("中\ufffd", 1)),
    (b"\xa4\xa4\xa4\xe5", "cp950", ("中文", 0)),
])  # fmt: skip
def test_decoded(raw: bytes, right: str, want: tuple[str, int]) -> None:
    assert decoded(raw, right) == want


def test_stretches_of_utf8_begin_and_end_with_characters() -> None:
    shown = misread("好棣栭〉好", GB)
    found = list(stretches(shown.raw, shown.is_start, UTF8, pairs=True))
    assert [shown.raw[start:end].decode() for start, end in found] == ["首页"]


@given(TEXTS)
def test_strangeness_is_the_deepest_sum(texts: list[str | None]) -> None:
    found = strangeness(pa.array(texts, pa.large_string())).tolist()
    for text, depth in zip(texts, found, strict=True):
        sums = running(-weights()[codes(text or "")].astype(np.int64))
        assert depth == max(int((sums[end:] - sums[end]).max()) for end in range(len(sums)))


@given(st.lists(st.integers(-5, 5), max_size=30))
def test_best_stretch(gains: list[int]) -> None:
    best, start, end = best_stretch(np.array(gains, np.int8))
    assert best == sum(gains[start:end])
    assert best == max(sum(gains[left:right]) for left in range(len(gains) + 1) for right in range(left, len(gains) + 1))


def test_written_text_is_legible_and_misread_text_is_not() -> None:
    for text in (SENTENCES[0], SENTENCES[1], TRADITIONAL[0], TRADITIONAL[1]):
        assert legibility(text) > len(text)
        assert legibility(text.encode().decode("gb18030", "replace")) < -len(text)
        assert legibility(text.encode().decode("latin-1")) < -len(text)
    assert legibility("The willows are 2.5 m tall.") == 0
