"""Read again what was decoded in a wrong encoding: UTF-8, GB18030 and Big5 shown as Latin-1, windows-1252, GB18030 or Big5.

`é¦–é¡µ`, `棣栭〉` and `Ê×Ò³` become 首页 again: whole documents, lines and stretches in lines, one layer of damage or several.
The step comes first of all, since misread text contains controls, soft hyphens, no-break spaces and private characters that
other steps remove. Text is read again only where the bytes behind it prove another encoding (text/encoding/repair.py), in which
each of them has its place. A character of which bytes are lost becomes U+FFFD; nothing is guessed. What an article on
encodings quotes stays, and so do 锟斤拷 and 烫烫烫, behind which there is nothing.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from builder.core.batch import Batch, counter
from builder.core.step import Edit, Finding, Row, Step
from builder.text.encoding.repair import repaired
from builder.text.encoding.strange import strangeness
from builder.text.pattern import matching

STRANGE = 12  # summed weights of the strangest stretch; six rare characters on end
FEW = 4  # rare characters, letters, signs
MANY = 0.125  # rare characters of all Han; 50 of 18,000 sound documents have more than a tenth
A_COUPLE = 2  # letters, private characters: one may be a slip
TAIL = "[\\x80-\\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ\\x{fffd} ?]"
# Two cut or whole sequences of UTF-8 and the beginning of a third, a second layer of it, two pairs of GB 2312, four of Big5.
LATIN = f"(?:[à-ï]{TAIL}{{1,2}}){{2}}|(?:[ÂÃ]{TAIL}){{3}}|[¡-þ]{{4}}|(?:[¤-ù][@-~¡-þ]){{4}}"
BOMS = ("ï»¿", "锘")


class Mojibake(Step):
    """Decode again what was decoded in the wrong encoding."""

    version: ClassVar[int] = 2

    def detect(self, batch: Batch) -> list[Finding]:
        """Few documents pass the counters; what they look like decides."""
        letters = counter(batch, "other_letter")
        signs = counter(batch, "other_symbol", "control", "odd_space", "invisible", "odd_break", "replacement")
        latin = matching(batch["text"], np.flatnonzero((letters >= A_COUPLE) & (letters + signs >= FEW)), LATIN)
        rare = counter(batch, "han_rare")
        alien = counter(batch, "private_use", "kana", "replacement") + letters
        mixed = (rare >= FEW) & ((alien >= 1) | (rare >= MANY * counter(batch, "han")))
        odd = np.flatnonzero(mixed | (alien >= FEW) | (counter(batch, "private_use") >= A_COUPLE))
        depth = strangeness(batch["text"].take(pa.array(odd)))
        return [
            Finding("misread_bytes", np.union1d(latin, odd[depth >= STRANGE])),
            Finding("misread_mark", _opened_by_mark(batch)),
        ]

    def repair(self, row: Row) -> Edit:
        return Edit(*repaired(row.text))


def _opened_by_mark(batch: Batch) -> np.ndarray:
    """int64[k]: the rows that open with a misread byte order mark."""
    opened = np.zeros(batch.num_rows, bool)
    for mark in BOMS:
        opened |= pc.fill_null(pc.starts_with(batch["text"], mark), False).to_numpy()
    return np.flatnonzero(opened)
