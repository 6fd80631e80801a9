"""Fullwidth digits and letters become ASCII, and so do the three signs that belong to a number: the point, ％ and ／.

Nothing else is narrowed: fullwidth punctuation is Chinese punctuation. `．` ends sentences in some editions, so it is folded
between digits only.
"""

from __future__ import annotations

import re

import numpy as np

from builder.core.batch import Batch, counter
from builder.core.step import Edit, Finding, Row, Step
from builder.text.pattern import chars, matching

OFFSET = 0xFF01 - 0x21  # the fullwidth forms U+FF01 to FF5E stand in the order of ASCII
NARROW = {code: code - OFFSET for code in range(0xFF01, 0xFF5F) if chr(code).isalnum()}
# A letter that carries an accent stays: its ASCII twin would compose with it.
WIDE = re.compile(f"[{chars('wide_alnum')}]+(?![{chars('combining')}])")
POINT, PERCENT, SOLIDUS = "\N{FULLWIDTH FULL STOP}", "\N{FULLWIDTH PERCENT SIGN}", "\N{FULLWIDTH SOLIDUS}"
SIGN = re.compile(f"(?<=[0-9]){POINT}(?=[0-9])|(?<=[0-9]){PERCENT}|(?<=[0-9A-Za-z]){SOLIDUS}(?=[0-9A-Za-z])")
SIGN_FOUND = f"[0-9]{POINT}[0-9]|[0-9]{PERCENT}|[0-9A-Za-z]{SOLIDUS}[0-9A-Za-z]"  # RE2


class Width(Step):
    """Fold fullwidth digits, letters and the signs of numbers to ASCII."""

    def detect(self, batch: Batch) -> list[Finding]:
        wide = counter(batch, "wide_alnum")
        rows = np.flatnonzero(wide)
        beside_ascii = (counter(batch, "digit", "latin") > 0) & (counter(batch, "cjk_mark", "terminal_mark") > 0)
        return [
            Finding("wide_alnum", rows, wide[rows].astype(np.float64)),
            Finding("wide_sign", matching(batch["text"], np.flatnonzero(beside_ascii), SIGN_FOUND)),
        ]

    def repair(self, row: Row) -> Edit:
        text, letters = WIDE.subn(lambda run: run[0].translate(NARROW), row.text)
        text, signs = SIGN.subn(lambda sign: chr(ord(sign[0]) - OFFSET), text)
        return Edit(text, {"wide_alnum": letters, "wide_sign": signs})
