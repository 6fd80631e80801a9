"""Chinese punctuation that was folded to ASCII becomes Chinese again, where the document's own marks prove the folding.

A pass over fullwidth forms turns `，：；？！（）` into `,:;?!()` and leaves `。、《》“”`, which have no ASCII twin; some fold the
comma only. So a document that has ideographic stops, marks beside Han and (nearly) none of them fullwidth was folded;
where its author wrote both, or ends sentences with ASCII full stops, nothing is certain and all stays. Straight quotes and
dots in a folded document become Chinese with the marks. Code, addresses, numbers and English stay as they are
(text/marks/folded.py, text/marks/quotes.py, text/marks/verbatim.py).

Dashes and ellipses that were drawn with other characters are repaired everywhere, beside Han only.
"""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field

from builder.core.batch import Batch, counter
from builder.core.step import Edit, Finding, Row, Step
from builder.text.marks.folded import NARROW, WIDE, unfolded
from builder.text.marks.quotes import curled
from builder.text.marks.verbatim import is_code, lines
from builder.text.pattern import chars, matching

HAN = chars("han")
COMMA, STOPS = "\N{FULLWIDTH COMMA}", "。、"
ASCII_BESIDE_HAN = re.compile(f"[{HAN}][{NARROW}]|[{NARROW}](?=[{HAN}])")
COMMA_BESIDE_HAN = re.compile(f"[{HAN}],|,(?=[{HAN}])")
COMMA_AFTER_HAN = re.compile(f"[{HAN}],")
COMMA_BETWEEN_HAN = re.compile(f"[{HAN}],(?=[{HAN}])")
QUESTION = re.compile(f"[{HAN}][?!](?=[\n{HAN}]|\\Z)")
COUPLET = re.compile(f"^(?:[{HAN}]{{5}},[{HAN}]{{5}}|[{HAN}]{{7}},[{HAN}]{{7}})[,.]?$", re.MULTILINE)
TYPED_STOP = re.compile(rf"[{HAN}]\.(?=[\s{HAN}]|\Z)")  # folding leaves the ideographic stop, an author's habit does not
TYPED_COMMA = re.compile(f"[{HAN}], ")  # nor does it put a space behind a comma

CHINESE = f"{HAN}，。、：；？！（）《》「」『』【】“”‘’,:;?!()\"'"
# Two horizontal bars, or two fullwidth hyphens, are how some editions set a dash: no damage.
BARS = "\N{HORIZONTAL BAR}{3,4}|\N{BOX DRAWINGS LIGHT HORIZONTAL}{2,4}"
DASH = re.compile(f"(?<=[{HAN}])(?:{BARS})(?=[{CHINESE}])|(?<=[{CHINESE}])(?:{BARS})(?=[{HAN}])")
HYPHENS = re.compile(f"(?<=[{CHINESE}])-{{2,4}}(?=[{HAN}])")  # in a line with a full stop: elsewhere they part titles
OPTION = re.compile("--[A-Za-z]")  # of a command: then hyphens may be meant as such
DOTS = re.compile(f"(?<=[{CHINESE}])(?<!。)(?:。{{3,}}|(?:·{{3}}){{1,2}}(?![·0-9 ]))")  # more dots lead to a page number
ASCII = re.compile(f"[{NARROW}\"'.]")
SPACE = chars("space", "tab", "wide_space", "odd_space")
# An indented line that no Chinese paragraph begins with: with a Chinese mark in front, its indentation would no longer stand.
HANGING = re.compile(f"[{SPACE}]+(?:[,:;?!)][\"'()]*[^\\x00-\\x7f]|[\"'(](?![{HAN}]))")
ASCII_DOTS = re.compile(f'(?<=[{HAN}》」』”"])(?:\\.{{3}}){{1,2}}(?=[{CHINESE}]|\n|\\Z)')
TWO_DASHES, TWO_ELLIPSES = "\N{EM DASH}" * 2, "\N{HORIZONTAL ELLIPSIS}" * 2

DASH_FOUND, DOTS_FOUND = f"[{CHINESE}](?:{BARS}|-{{2,4}})[{CHINESE}]", f"[{CHINESE}](?:。。。|···)"  # RE2
TYPED_STOPS = 0.5  # of the ideographic ones
KANA_PER_HAN = 0.2  # Japanese has 1 and more; Chinese that quotes Japanese names stays below


class Punctuation(Step):
    """Restore Chinese punctuation that was folded to ASCII, straightened or drawn."""

    # Fullwidth marks of all marks beside Han. Folded documents have none but for lines pasted later; an author who types
    # ASCII marks here and there stays above (16,000 clean documents).
    max_fullwidth_ratio: float = Field(default=0.05, ge=0, lt=1)
    min_marks: int = Field(default=3, ge=1)  # beside Han; a comma between two Han characters is enough alone

    def detect(self, batch: Batch) -> list[Finding]:
        """Documents that may be folded, by the profile and their fullwidth commas; those with a drawn dash or ellipsis."""
        beside = counter(batch, "mark_beside_han")
        chinese = counter(batch, "kana") <= KANA_PER_HAN * counter(batch, "han")
        rows = np.flatnonzero((beside > 0) & chinese)
        commas = pc.fill_null(pc.count_substring(batch["text"].take(pa.array(rows)), COMMA), 0).to_numpy()
        few = commas * (1 - self.max_fullwidth_ratio) <= self.max_fullwidth_ratio * beside[rows]
        drawn = matching(batch["text"], np.arange(batch.num_rows), f"{DASH_FOUND}|{DOTS_FOUND}")
        return [
            Finding("folded_mark", rows[few], beside[rows[few]].astype(np.float64)),
            Finding("odd_dash", matching(batch["text"], drawn, DASH_FOUND)),
            Finding("odd_ellipsis", matching(batch["text"], drawn, DOTS_FOUND)),
        ]

    def repair(self, row: Row) -> Edit:
        """Restore what the document proves."""
        text, dashes, dots, marks = row.text, 0, 0, 0
        if "odd_dash" in row.codes:
            text, dashes = _with_dashes(text)
        if "odd_ellipsis" in row.codes:
            text, dots = DOTS.subn(TWO_ELLIPSES, text)
        folded = self._folded(text) if "folded_mark" in row.codes else ""
        if folded:
            text, marks = _restored(text, folded)
        return Edit(text, {"odd_dash": dashes, "odd_ellipsis": dots, "folded_mark": marks})

    def _folded(self, text: str) -> str:
        """The ASCII marks that were fullwidth in this document: all, the comma, or none."""
        beside = len(ASCII_BESIDE_HAN.findall(text))
        if _is_typed(text):
            return ""
        if beside and self._rare(sum(map(text.count, WIDE)), beside) and self._proves(text, beside):
            return NARROW
        commas = len(COMMA_BESIDE_HAN.findall(text))
        has_stops = any(stop in text for stop in STOPS)
        return "," if has_stops and commas >= self.min_marks and self._rare(text.count(COMMA), commas) else ""

    def _rare(self, wide: int, narrow: int) -> bool:
        """Whether fullwidth marks are (nearly) missing."""
        return wide <= self.max_fullwidth_ratio * (wide + narrow)

    def _proves(self, text: str, beside: int) -> bool:
        """Whether a document without fullwidth marks is no ASCII text: it has Chinese stops, asks questions or is verse."""
        between = len(COMMA_BETWEEN_HAN.findall(text))
        if any(stop in text for stop in STOPS):
            return between > 0 or beside >= self.min_marks
        if between < self.min_marks:
            return False
        return QUESTION.search(text) is not None or len(COUPLET.findall(text)) >= self.min_marks


def _is_typed(text: str) -> bool:
    """Whether the ASCII marks are the author's own: full stops among them, or spaces behind commas and no stops at all."""
    stops = text.count("。")
    if stops:
        return len(TYPED_STOP.findall(text)) > max(1, TYPED_STOPS * stops)
    spaced = len(TYPED_COMMA.findall(text))
    return len(TYPED_STOP.findall(text)) > 1 or (spaced > 0 and 2 * spaced >= len(COMMA_AFTER_HAN.findall(text)))


def _with_dashes(text: str) -> tuple[str, int]:
    """The text with its drawn dashes as two em dashes, and their number."""
    text, count = DASH.subn(TWO_DASHES, text)
    if OPTION.search(text):
        return text, count
    found = [HYPHENS.subn(TWO_DASHES, line) if "。" in line else (line, 0) for line in text.split("\n")]
    return "\n".join(line for line, _ in found), count + sum(more for _, more in found)


def _restored(text: str, folded: str) -> tuple[str, int]:
    """The text with its folded marks restored, and where all were folded, its quotes and dots too; and how many."""
    whole = folded == NARROW
    dotted = whole and "\N{HORIZONTAL ELLIPSIS}" not in text
    restored, count = [], 0
    for line, is_text in lines(text):
        changed, quotes, dots, marks = line, 0, 0, 0
        if is_text and ASCII.search(line) and not HANGING.match(line) and not is_code(line):
            if dotted:
                changed, dots = ASCII_DOTS.subn(TWO_ELLIPSES, changed)
            if whole:
                changed, quotes = curled(changed)
            changed, marks = unfolded(changed, folded)
        restored.append(changed)
        count += dots + quotes + marks
    return "\n".join(restored), count
