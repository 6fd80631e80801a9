"""Fullwidth digits and letters become ASCII, and with them three signs of a number that was typed in fullwidth: ．, ％ and ／.

Nothing else is narrowed. Fullwidth punctuation is Chinese punctuation, and a sign beside ASCII digits (`40％`, `A／B`) is how
its edition sets it: only a fullwidth digit or letter beside it tells that number and sign went through one key. Where ASCII
signs stand beside fullwidth digits and letters (`１-２％`), they did not, and ％ and ／ stay. `．` ends sentences in some
editions and follows the numbers of lists in others, so it is folded between digits only, one of them fullwidth.
"""

from __future__ import annotations

import re
from typing import ClassVar

import numpy as np

from builder.core.batch import Batch, counter
from builder.core.step import Edit, Finding, Row, Step
from builder.text.pattern import chars

OFFSET = 0xFF01 - 0x21  # the fullwidth forms U+FF01 to FF5E stand in the order of ASCII
NARROW = {code: code - OFFSET for code in range(0xFF01, 0xFF5F) if chr(code).isalnum()}
ALNUM = chars("wide_alnum")
# A letter that carries an accent stays: its ASCII twin would compose with it.
WIDE = re.compile(f"[{ALNUM}]+(?![{chars('combining')}])")
POINT, PERCENT, SOLIDUS = "\N{FULLWIDTH FULL STOP}", "\N{FULLWIDTH PERCENT SIGN}", "\N{FULLWIDTH SOLIDUS}"
DIGIT = "\N{FULLWIDTH DIGIT ZERO}-\N{FULLWIDTH DIGIT NINE}"
POINTS = f"(?<=[{DIGIT}]){POINT}(?=[0-9{DIGIT}])|(?<=[0-9]){POINT}(?=[{DIGIT}])"
SIGN = re.compile(
    f"{POINTS}|(?<=[{DIGIT}]){PERCENT}|(?<=[{ALNUM}]){SOLIDUS}(?=[0-9A-Za-z{ALNUM}])|(?<=[0-9A-Za-z]){SOLIDUS}(?=[{ALNUM}])"
)
POINT_ALONE = re.compile(POINTS)
ASCII_SIGN = re.compile(f"(?<=[{ALNUM}])(?:%|://|[-./:](?=[{ALNUM}]))")


class Width(Step):
    """Fold fullwidth digits and letters to ASCII, and the signs of fullwidth numbers."""

    version: ClassVar[int] = 3

    def detect(self, batch: Batch) -> list[Finding]:
        wide = counter(batch, "wide_alnum")
        rows = np.flatnonzero(wide)
        return [Finding("wide_alnum", rows, wide[rows].astype(np.float64))]

    def repair(self, row: Row) -> Edit:
        folded = POINT_ALONE if ASCII_SIGN.search(row.text) else SIGN
        text, signs = folded.subn(lambda sign: chr(ord(sign[0]) - OFFSET), row.text)  # while its neighbours still tell
        text, letters = WIDE.subn(lambda run: run[0].translate(NARROW), text)
        return Edit(text, signs + letters)
