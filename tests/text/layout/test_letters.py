"""The flags that compiled code reads are the classes of the patterns."""

from __future__ import annotations

import re
import sys

import numpy as np
import pytest

from builder.text.layout import letters
from builder.text.layout.measured import breaks_of_lines, pieces_of
from builder.text.layout.rows import AMBIGUOUS, CHINESE, HAN_FIRST, half_ems

EVERY = "".join(map(chr, range(sys.maxunicode + 1)))


@pytest.mark.parametrize(
    ("flag", "pattern"),
    [
        (letters.IS_HAN, HAN_FIRST.pattern),
        (letters.IS_CHINESE, CHINESE.pattern),
        (letters.IS_WIDE, f"[\u2e80-\uffdc\U00020000-\U0003ffff{AMBIGUOUS}]"),
        (letters.IS_CLOSING, f"[{re.escape(letters.CLOSES)}]"),
        (letters.IS_INK, "[!-~]"),
    ],
)
def test_flags_are_the_classes_of_the_patterns(flag: int, pattern: str) -> None:
    wanted = [found.start() for found in re.finditer(pattern, EVERY)]
    assert np.flatnonzero(letters.flags() & flag).tolist() == wanted


@pytest.mark.parametrize("line", ["", "山", "（见图）。", "“a”b", "plain words", "他说：“好……”", "\U00020000山,"])
def test_pieces_are_as_wide_as_texts(line: str) -> None:
    assert pieces_of(line, ems=True, spaces=False)[:, 0].tolist() == [half_ems(line)]
    assert pieces_of(line, ems=False, spaces=True)[:, 0].tolist() == list(map(len, line.split(" ")))


def test_a_break_allows_no_width_that_the_next_word_fits() -> None:
    lines = "山高水长，\n“风”清月明\nwide words"
    assert breaks_of_lines(pieces_of(lines, ems=True, spaces=False)).tolist() == [[8, 15, 0], [12, 16, 0]]
