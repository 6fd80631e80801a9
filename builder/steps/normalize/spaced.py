"""Join text that was taken apart: a space after every character, or between the words of a segmented corpus.

A *document* is spaced when a good part of its Han neighbours have a space between them and its clause marks stand between
spaces; then all its lines are joined, titles included. Elsewhere a *line* is joined only when nearly all its neighbours are
parted and a clause mark stands in it. So verse with a space in its middle, letter-spaced headings, rosters, word lists and
tables stay as they are: they have no spaced clause marks, or too few spaces.

The separator is the commonest run of spaces between the Han of a line. Where it is two spaces, a single one is literal; so
is a run of a separator, a space and a separator. Latin words and numbers stay apart, unless they were themselves taken
apart character by character. A bracket `[` without a partner in its line is what a tagger left of a compound name.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

import numpy as np
from pydantic import Field

from builder.core.batch import Batch, counter
from builder.core.step import Edit, Finding, Row, Step
from builder.text.margin import margin
from builder.text.pattern import chars, matching

SPACE = chars("space", "wide_space", "odd_space")
HAN, MARK = chars("han"), chars("cjk_mark", "terminal_mark")
CHINESE = HAN + MARK
LETTER = chars("latin", "digit", "wide_alnum", "other_letter", "hangul", "combining")
CLAUSE = "，。；：！？,;!?"
PIECE = "\N{LOWER ONE EIGHTH BLOCK}"  # SentencePiece's sign for a space

PARTED = re.compile(f"[{SPACE}](?<=[{CHINESE}][{SPACE}])[{SPACE}]*+(?=[{CHINESE}])")  # a class first: searched for fast
TOUCHING = re.compile(f"[{HAN}](?=[{CHINESE}])|[{MARK}](?=[{HAN}])")
HAN_CHARACTER = re.compile(f"[{HAN}]")
RUN = re.compile(f"([{SPACE}]+)")
SPACED_CLAUSE = re.compile(f"[{SPACE}][{CLAUSE}](?=[{SPACE}\n]|\\Z)")
CLAUSE_IN_LINE = re.compile(f"[{SPACE}][{CLAUSE}]")
SPECIAL = re.compile(r"<BOS>|<EOS>|</?s>|\[(?:CLS|SEP)\]")
BLANK_LINES = re.compile("\n{3,}")
BRACKET = re.compile(r"[\[\]]")
AFTER_MARK = re.compile(f"([{CHINESE}][,;:!?)\\]]) ")  # a mark that was folded to ASCII: Chinese puts no space behind it
BARS = re.compile("\N{HORIZONTAL BAR}{2,}")

IS_MARK, IS_LETTER = re.compile(f"[{MARK}]"), re.compile(f"[{LETTER}]")
IS_LOOSE = re.compile(f"[{LETTER}\\x21-\\x7e]")  # what a space beside it may belong to: ASCII, and letters of alphabets
OPENING, CLOSING = "([{<$#@", ",.;:!?)]}>%"

LINE_FOUND = f"(?:[{CHINESE}][{SPACE}]+){{7}}[{CHINESE}]"  # RE2: eight neighbours in a row, all parted

BY_CHARACTER = 0.9  # share of parted neighbours: text spaced by words has 0.35 to 0.85, by characters 0.95 to 1 (1,116 documents)
JOINED_LINE = 0.2  # in a spaced document: a line of four-character words still has more
LITERAL = 0.2  # a line with more spaces that are no separators than this is laid out by hand
CLAUSES_PER_HAN = 0.01  # word lists and rosters have none; segmented news has 0.05 to 0.15


class Spaced(Step):
    """Join character-spaced and word-spaced text."""

    # Parted of all Han neighbours: 16,330 clean documents stay below 0.14, segmented ones begin at 0.35.
    min_document_ratio: float = Field(default=0.3, gt=0, le=1)
    min_line_ratio: float = Field(default=0.9, gt=0, le=1)  # the same of one line, in a document that is not spaced
    min_line_han: int = Field(default=8, ge=2)  # Han characters of such a line

    def detect(self, batch: Batch) -> list[Finding]:
        """Spaced documents by their ratio of parted neighbours; elsewhere, documents with a line that may be spaced."""
        parted = counter(batch, "han_spaced")
        ratio = parted / np.maximum(parted + counter(batch, "han_adjacent"), 1)
        whole = (ratio >= self.min_document_ratio) & (parted >= self.min_line_han - 1)
        rows = np.flatnonzero(whole)
        some = np.flatnonzero(~whole & (parted >= self.min_line_han - 1))
        return [
            Finding("spaced_text", rows, ratio[rows], self.min_document_ratio),
            Finding("spaced_line", matching(batch["text"], some, LINE_FOUND)),
        ]

    def repair(self, row: Row) -> Edit:
        """Join the lines that are spaced."""
        whole = "spaced_text" in row.codes
        if whole and not _has_clauses(row.text):
            return Edit(row.text, 0)
        split = _ratio(row.text) >= BY_CHARACTER
        lines, count = [], 0
        for line in row.text.split("\n"):
            bare = SPECIAL.sub("", line)
            spaced = self._is_spaced(bare, special=bare != line, whole=whole)
            start = margin(line) if bare == line else 0  # an indented line and a list item stay what they are
            joined = line[:start] + _joined(bare[start:], split=split or self._by_character(bare)) if spaced else line
            count += joined != line
            if joined.strip() or joined == line:  # a line of special tokens alone goes
                lines.append(joined)
        text = "\n".join(lines)
        if len(lines) <= row.text.count("\n"):  # the blank lines around a line that went are one border, or none
            text = BLANK_LINES.sub("\n\n", text).strip("\n")
        return Edit(text, count)

    def _is_spaced(self, line: str, *, special: bool, whole: bool) -> bool:
        """Whether to join one line. `special`: it had special tokens; `whole`: the document is spaced."""
        if special and (whole or _ratio(line) >= self.min_line_ratio):
            return True
        if not whole:
            return self._by_character(line) and CLAUSE_IN_LINE.search(line) is not None
        if PARTED.search(line):
            return _ratio(line) > JOINED_LINE
        return HAN_CHARACTER.search(line) is not None and not TOUCHING.search(line)

    def _by_character(self, line: str) -> bool:
        """Whether nearly all neighbours of a line with enough Han are parted."""
        return _ratio(line) >= self.min_line_ratio and len(HAN_CHARACTER.findall(line)) >= self.min_line_han


def _ratio(text: str) -> float:
    """Parted neighbours of all Han neighbours, 0 to 1."""
    parted = len(PARTED.findall(text))
    return parted / max(parted + len(TOUCHING.findall(text)), 1)


def _has_clauses(text: str) -> bool:
    """Whether the text has the spaced clause marks, or the special tokens, that prose taken apart has."""
    if SPECIAL.search(text):
        return True
    return len(SPACED_CLAUSE.findall(text)) >= CLAUSES_PER_HAN * len(HAN_CHARACTER.findall(text))


def _joined(line: str, *, split: bool) -> str:
    """One line without its separators. `split`: every character stands alone, those of words and numbers too."""
    line = _from_pieces(line) if line.startswith(PIECE) else line.strip()
    runs = [len(run) for run in PARTED.findall(line)]
    width = Counter(runs).most_common(1)[0][0] if runs else min(map(len, RUN.findall(line)), default=1)
    literal = [run for run in runs if run < width or run > 2 * width]
    if len(literal) > LITERAL * len(runs):
        return line
    tokens = RUN.split(line)
    for place in range(1, len(tokens), 2):
        tokens[place] = _separator(tokens[place - 1], len(tokens[place]), tokens[place + 1], width=width, split=split)
    text = AFTER_MARK.sub(r"\1", _without_open_brackets("".join(tokens)))
    return BARS.sub("\N{EM DASH}\N{EM DASH}", text)


def _from_pieces(line: str) -> str:
    """One line of SentencePiece pieces put together: its spaces part pieces, its sign was a space."""
    words = RUN.sub("", line).split(PIECE)
    parts = [
        " " + word if IS_LETTER.match(before[-1:]) and IS_LETTER.match(word[:1]) else word
        for before, word in zip(["", *words], words, strict=False)
    ]
    return "".join(parts)


def _separator(before: str, run: int, after: str, *, width: int, split: bool) -> str:
    """What stays of a run of spaces between two tokens: a space or nothing."""
    left, right = before[-1:], after[:1]
    if run < width or run > 2 * width:
        return "" if IS_MARK.match(left) or IS_MARK.match(right) else " "
    if split:
        whole_words = len(before) > 1 or len(after) > 1
        return " " if whole_words and IS_LETTER.match(left) and IS_LETTER.match(right) else ""
    if not (IS_LOOSE.match(left) and IS_LOOSE.match(right)) or left in OPENING or right in CLOSING:
        return ""
    return " "


def _without_open_brackets(line: str) -> str:
    """The line without each `[` that has no `]`."""
    opened: list[int] = []
    for bracket in BRACKET.finditer(line):
        if bracket[0] == "[":
            opened.append(bracket.start())
        elif opened:
            opened.pop()
    borders = [-1, *opened, len(line)]
    return "".join(line[start + 1 : end] for start, end in pairwise(borders))
