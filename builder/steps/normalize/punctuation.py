"""Chinese punctuation that was folded to ASCII becomes Chinese again, where the document's own marks prove the folding.

A pass over fullwidth forms turns `，：；？！（）` into `,:;?!()` and leaves `。、《》“”`, which have no ASCII twin; some fold the
comma only. So a document that has ideographic stops, marks beside Han and (nearly) none of them fullwidth was folded;
where its author wrote both, or ends sentences with ASCII full stops, nothing is certain and all stays. Straight quotes and
dots in a folded document become Chinese with the marks. Code, addresses, numbers and English stay as they are
(text/marks/folded.py, text/marks/quotes.py, text/marks/verbatim.py).

Dashes, ellipses and middle dots that were drawn with other characters are repaired everywhere, beside Han only
(text/marks/drawn.py).
"""

from __future__ import annotations

import re
from typing import ClassVar

import numpy as np
import pyarrow as pa
from pydantic import Field

from builder.core.batch import Batch, counter
from builder.core.step import Edit, Finding, Row, Step
from builder.text.marks import drawn
from builder.text.marks.folded import NARROW, WIDE, unfolded
from builder.text.marks.quotes import chinese_quotes, curled
from builder.text.marks.runs import DASH, DOTS, NAME_DOT, runs
from builder.text.marks.verbatim import is_code, lines
from builder.text.pattern import chars

HAN = chars("han")
COMMA, STOPS = "\N{FULLWIDTH COMMA}", "。、"
# Each begins with the mark and looks back from it: so `re` skips to the next one instead of trying every character.
ASCII_BESIDE_HAN = re.compile(f"[{NARROW}](?:(?<=[{HAN}].)|(?=[{HAN}]))")
COMMA_BESIDE_HAN = re.compile(f",(?:(?<=[{HAN}],)|(?=[{HAN}]))")
COMMA_AFTER_HAN = re.compile(f",(?<=[{HAN}],)")
COMMA_BETWEEN_HAN = re.compile(f",(?<=[{HAN}],)(?=[{HAN}])")
CLAUSE_BETWEEN_HAN = re.compile(f"[,:;?!](?<=[{HAN}].)(?=[{HAN}])")
QUESTION = re.compile(f"[?!](?<=[{HAN}].)(?=[\n{HAN}]|\\Z)")
COUPLET = re.compile(f"^(?:[{HAN}]{{5}},[{HAN}]{{5}}|[{HAN}]{{7}},[{HAN}]{{7}})[,.]?$", re.MULTILINE)
# Folding leaves the ideographic stop, an author's habit does not; but `一.` numbers what follows.
TYPED_STOP = re.compile(rf"\.(?<=[{HAN}]\.)(?<![一二三四五六七八九十]\.)(?=[\s{HAN}]|\Z)")
TYPED_COMMA = re.compile(f", (?<=[{HAN}], )")  # nor does folding put a space behind a comma

# Whoever folded a text may have put a space behind each mark, as English has it.
BESIDE = HAN + chars("cjk_mark", "terminal_mark")
LOOSE = re.compile(f"[,:;?!，：；？！] (?<=[{BESIDE}]. )(?=[{BESIDE}])")
TIGHT = re.compile(f"[,:;?!](?<=[{BESIDE}].)(?=[{HAN}《“‘「『【])")

ASCII = re.compile(f"[{NARROW}\"'.]")
SPACE = chars("space", "tab", "wide_space", "odd_space")
# An indented line that no Chinese paragraph begins with: with a Chinese mark in front, its indentation would no longer stand.
HANGING = re.compile(f"[{SPACE}]+(?:[,:;?!)][\"'()]*[^\\x00-\\x7f]|[\"'(](?![{HAN}]))")

TYPED_STOPS = 0.5  # of the ideographic ones
MIN_LOOSE, LOOSE_MARKS = 3, 0.9  # marks with a space behind them, and their share; a space may stand for a lost quote too
KANA_PER_HAN = 0.2  # Japanese has 1 and more; Chinese that quotes Japanese names stays below


class Punctuation(Step):
    """Restore Chinese punctuation that was folded to ASCII, straightened or drawn."""

    version: ClassVar[int] = 3

    # Fullwidth marks of all marks beside Han. Folded documents have none but for lines pasted later; an author who types
    # ASCII marks here and there stays above (16,000 clean documents).
    max_fullwidth_ratio: float = Field(default=0.05, ge=0, lt=1)
    min_marks: int = Field(default=3, ge=1)  # beside Han; one mark between two Han characters is enough for two

    def detect(self, batch: Batch) -> list[Finding]:
        """Documents that may be folded, by the profile; those with a drawn mark."""
        beside = counter(batch, "mark_beside_han")
        chinese = counter(batch, "kana") <= KANA_PER_HAN * counter(batch, "han")
        drawn_marks = runs(batch["text"])
        dotted = np.flatnonzero(drawn_marks & NAME_DOT)
        named = [drawn.NAME_DOT.search(text) is not None for text in batch["text"].take(pa.array(dotted)).to_pylist()]
        commas = counter(batch, "fullwidth_comma") * (1 - self.max_fullwidth_ratio) <= self.max_fullwidth_ratio * beside
        rows = np.flatnonzero((beside > 0) & chinese & commas)
        return [
            Finding("folded_mark", rows, beside[rows].astype(np.float64)),
            Finding("odd_dash", np.flatnonzero(drawn_marks & DASH)),
            Finding("odd_ellipsis", np.flatnonzero(drawn_marks & DOTS)),
            Finding("odd_middle_dot", dotted[np.array(named, bool)]),
        ]

    def repair(self, row: Row) -> Edit:
        """Restore what the document proves."""
        text, dashes, dots, names, marks = row.text, 0, 0, 0, 0
        if "odd_dash" in row.codes:
            text, dashes = drawn.with_dashes(text)
        if "odd_ellipsis" in row.codes:
            text, dots = drawn.with_ellipses(text)
        if "odd_middle_dot" in row.codes:
            text, names = drawn.with_name_dots(text)
        folded = self._folded(text) if "folded_mark" in row.codes else ""
        if folded:
            text, marks = _restored(text, folded)
        return Edit(text, {"odd_dash": dashes, "odd_ellipsis": dots, "odd_middle_dot": names, "folded_mark": marks})

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
            return between > 0 or beside >= self.min_marks or (beside > 1 and CLAUSE_BETWEEN_HAN.search(text) is not None)
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


def _is_loose(text: str) -> bool:
    """Whether the marks of a folded text have a space behind them, where Chinese has none."""
    loose = len(LOOSE.findall(text))
    return loose >= MIN_LOOSE and loose >= LOOSE_MARKS * (loose + len(TIGHT.findall(text)))


def _restored(text: str, folded: str) -> tuple[str, int]:
    """The text with its folded marks restored, and where all were folded, its quotes and dots too; and how many."""
    whole = folded == NARROW
    dotted = whole and "\N{HORIZONTAL ELLIPSIS}" not in text
    # An author who curls quotes means something else by straight ones.
    straight = chinese_quotes(text) if whole and text.count('"') >= text.count("“") else ""
    loose = _is_loose(text)
    restored, count = [], 0
    for line, is_text in lines(text):
        changed, quotes, dots, marks = line, 0, 0, 0
        if is_text and ASCII.search(line) and not HANGING.match(line) and not is_code(line):
            if dotted and "..." in line:
                changed, dots = drawn.THREE_DOTS.subn(drawn.TWO_ELLIPSES, changed)
            if straight:
                changed, quotes = curled(changed, straight)
            changed, marks = unfolded(changed, folded)
            if loose and marks:
                changed = LOOSE.sub(lambda mark: mark[0][0], changed)
        restored.append(changed)
        count += dots + quotes + marks
    return "\n".join(restored), count
