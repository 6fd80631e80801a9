"""Take out readings that were sown into traditional text to hide that it is a copy, and undo what that did to its bytes.

`企業(yè)` becomes 企業 again, and `孩子們?cè)跇蜻呩烎~` becomes 孩子們在橋邊釣魚: where the program searched for bytes and hit a
border between two characters, what follows is read one byte off (text/cloak/byte_shift.py). The text stays traditional.

Dictionaries, lessons and the odd reading of a rare character stay. A page is sown when it has at least five readings with
tone marks and eight in a thousand Han; nearly all belong to characters that have another simplified form, to everyday ones,
and to each of them wherever it stands, always the same; and they stand in the middle of sentences. The other kind of page has
brackets that repeat the very character before them, which nobody writes, among readings without tone marks. A reading
that does not belong to the character before it stays in either. Fewer readings are sown as well where bytes are shifted and
all of that can be undone.

A character of which a byte is lost for good becomes U+FFFD.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field

from builder.core.batch import Batch, counter
from builder.core.step import Edit, Finding, Row, Step
from builder.text.cloak.byte_shift import CUT, CUT_HERE, Page, restored
from builder.text.cloak.glosses import HAN, IS_HAN, WHOLE, Census, accepts, census, repetitions

REPEATED = rf"[{HAN}][(（][{HAN}][)）]"

NEARLY_ALL = 0.95  # of the readings: the usual one of their character; all are in 540 sown pages, most of them simulated
MOST = 0.9  # of the readings with tone marks: of such characters; of these: of everyday ones; of the latter: with a reading
MANY, MOST_OF_MANY = 30, 0.7  # readings; of so many it is enough that this share belongs to everyday characters
SOME = 0.2  # of the readings: behind a character that follows a Han, before a Han; 0.4 or more in the same 540, 0 in lists


class PinyinCloak(Step):
    """Remove sown readings; bring shifted bytes back into step."""

    version: ClassVar[int] = 2

    min_glosses: int = Field(default=5, ge=1)  # readings of a sown page; clean articles have one or two
    min_glosses_per_thousand: float = Field(default=8, ge=0)  # of its Han; sown pages have 12 to 260

    def detect(self, batch: Batch) -> list[Finding]:
        """Traditional documents with enough brackets of either kind; `repair` looks at them closely."""
        traditional = counter(batch, "han_traditional") >= self.min_glosses
        marks, letters = counter(batch, "ascii_mark", "cjk_mark"), counter(batch, "other_letter")
        brackets = traditional & (marks >= 2 * self.min_glosses)
        rows, number = _counted(
            batch, np.flatnonzero(brackets & (letters >= self.min_glosses)), f"[{HAN}]{WHOLE}", self.min_glosses
        )
        others, repeated = _counted(batch, np.flatnonzero(brackets), REPEATED, self.min_glosses)
        shifted, cuts = _counted(batch, np.flatnonzero(traditional & (letters > 0) & (marks > 1)), f"[{HAN}]{CUT}", 1)
        return [
            Finding("sown_readings", rows, number, self.min_glosses),
            Finding("repeated_characters", others, repeated, self.min_glosses),
            Finding("shifted_bytes", shifted, cuts),
        ]

    def repair(self, row: Row) -> Edit:
        """Strip what was sown, and restore the characters whose bytes it shifted, where the whole page proves it."""
        marks, han = census(row.text), len(IS_HAN.findall(row.text))
        if self._is_sown(marks, han):
            text, removed, _ = restored(row.text, Page(accepts, marks.annotated))
            return Edit(text, removed)
        if "shifted_bytes" in row.codes and marks.annotated.total() >= MOST * marks.toned:
            text, removed, runs = restored(row.text, Page(accepts, marks.annotated))
            if runs and not CUT_HERE.search(text):
                return Edit(text, removed)
        found = repetitions(row.text)
        removed = found.readings + found.itself
        if found.itself >= self.min_glosses and removed >= MOST * found.brackets and self._is_dense(removed, han):
            return Edit(found.bare, removed)
        return Edit(row.text, 0)

    def _is_sown(self, marks: Census, han: int) -> bool:
        """Whether the readings of a page are what a program sows."""
        number = marks.annotated.total()
        return (
            number >= self.min_glosses
            and self._is_dense(number, han)
            and number >= MOST * marks.toned
            and marks.everyday >= (MOST if number < MANY else MOST_OF_MANY) * number
            and marks.usual >= NEARLY_ALL * number
            and number >= MOST * marks.occurrences
            and min(marks.after_han, marks.before_han) >= SOME * number
        )

    def _is_dense(self, number: int, han: int) -> bool:
        return 1000 * number >= self.min_glosses_per_thousand * han


def _counted(batch: Batch, rows: np.ndarray, pattern: str, least: int) -> tuple[np.ndarray, np.ndarray]:
    """int64[k], float64[k]: the rows in which an RE2 pattern matches at least so often, and how often it does."""
    if not rows.size:
        return rows, rows.astype(np.float64)
    number = pc.fill_null(pc.count_substring_regex(batch["text"].take(pa.array(rows)), pattern), 0).to_numpy()
    enough = number >= least
    return rows[enough], number[enough].astype(np.float64)
