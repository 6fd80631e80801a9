r"""Write characters as themselves where a page wrote them as escapes: `&nbsp;`, `&#20013;`, `\u4e2d`, `%E4%B8%AD`.

What an escape stands for is certain; whether it was meant is not. Escapes stay in code, in addresses and in texts about
escapes (builder/text/escapes). A text whose Chinese is nearly all escapes is no such text and is read as a whole: a bijection.
Guillemets that stand for the marks of titles become these. HTML tags are no escapes and stay.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from builder.core.batch import Batch, counter
from builder.core.step import Edit, Finding, Row, Step
from builder.text.escapes.layers import unescaped
from builder.text.pattern import matching

REFERENCE_FOUND = "&(?:[A-Za-z]{2}|#[0-9xX])"  # RE2; the sign first, so that its search is one for a byte
CHARACTER_FOUND = r"\\(?:[uU][0-9a-fA-F{]|x[c-fC-F])"
LEAST = 4  # backslashes or percent signs of the shortest stretch
BYTE_FOUND = "%(?:u[0-9a-fA-F]|[c-fC-F][0-9a-fA-F]%)"


class Escapes(Step):
    """Unescape HTML references, backslash escapes and percent-encoded bytes."""

    version: ClassVar[int] = 2

    def detect(self, batch: Batch) -> list[Finding]:
        """The rows that hold something like an escape."""
        signs, letters = counter(batch, "ascii_symbol"), counter(batch, "latin", "digit")
        rows = np.flatnonzero((signs > 0) & (letters > 1))
        few = rows[signs[rows] >= LEAST]
        return [
            Finding("escaped_reference", matching(batch["text"], rows, REFERENCE_FOUND)),
            Finding("escaped_character", matching(batch["text"], few, CHARACTER_FOUND)),
            Finding("escaped_byte", matching(batch["text"], few, BYTE_FOUND)),
        ]

    def repair(self, row: Row) -> Edit:
        text, counts = unescaped(row.text)
        return Edit(text, counts if text != row.text else 0)
