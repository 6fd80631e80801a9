"""Join text that was taken apart: a space after every character, or between the words of a segmented corpus.

A *document* is spaced when a good part of its Chinese neighbours have a space between them and it is running text: its clause
marks stand between spaces, or it has special tokens, or its characters say everyday words. Then all its lines are joined,
titles included. Elsewhere a *line* is joined only when nearly all its neighbours are parted and it is running text. So verse
with a space in its middle, letter-spaced headings, rosters, word lists and tables stay as they are.

What tokenizers wrote besides goes first: special tokens, the signs of pieces, part-of-speech tags, slashes between words. A
bracket `[` without a partner in its line is what a tagger left of a compound name. What an unknown token stood for is lost,
and becomes U+FFFD.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import ClassVar

import numpy as np
from pydantic import Field

from builder.core.batch import Batch, counter
from builder.core.step import Edit, Finding, Row, Step
from builder.text.buffers import utf8
from builder.text.margin import FENCE
from builder.text.pattern import characters, matching
from builder.text.spacing.chains import CHAIN, with_chains
from builder.text.spacing.document import (
    document_joined,
    exactly_joined,
    is_running,
    is_running_line,
    paragraph_joined,
    put_together,
    sentence_joined,
)
from builder.text.spacing.neighbours import CHINESE, HAN_CHARACTER, gaps, parting
from builder.text.spacing.pieces import PIECE_FOUND, SPECIAL_FOUND, unwrapped, without_pieces
from builder.text.spacing.slashes import SLASH_FOUND, without_slashes
from builder.text.spacing.tags import TAG_FOUND, untagged

TOKENS_FOUND = f"{TAG_FOUND}|{SLASH_FOUND}|{PIECE_FOUND}|(?:[{CHINESE}]\\t){{7}}[{CHINESE}]"  # RE2
OPENS_TOKEN = ("<", "[")
INITIALS = sorted(
    {char.encode()[0] for char in (*OPENS_TOKEN, *characters("space", "tab", "newline", "wide_space", "odd_space"))}
)

ROUNDS = 8  # what was taken apart twice is joined twice; each round halves the spaces
SOME_GAPS, MOST_GAPS = 0.05, 0.9  # spaces by characters: spaced texts have 0.2 to 0.8
MAX_TOUCHING = 0.75  # Chinese neighbours that touch, by Han: 0.5 to 0.6 where any sign parts words, 0.8 to 1.2 in plain text


class Spaced(Step):
    """Join character-spaced and word-spaced text; remove tags, special tokens and signs of pieces."""

    version: ClassVar[int] = 3

    # Parted of all Chinese neighbours: 16,330 clean documents stay below 0.14, segmented ones begin at 0.35.
    min_document_ratio: float = Field(default=0.3, gt=0, le=1)
    min_line_ratio: float = Field(default=0.9, gt=0, le=1)  # the same of one line, in a document that is not spaced
    min_line_han: int = Field(default=8, ge=2)  # Han characters of such a line

    def detect(self, batch: Batch) -> list[Finding]:
        """Spaced documents by their ratio of parted neighbours; elsewhere words parted by other signs, and spaced lines."""
        parted, touching, han = (counter(batch, name) for name in ("han_spaced", "han_adjacent", "han"))
        ratio = parted / np.maximum(parted + touching, 1)
        enough = parted >= self.min_line_han - 1
        spaced = (ratio >= self.min_document_ratio) & enough
        rows = np.flatnonzero(spaced)
        loose = np.flatnonzero(~spaced & (han >= self.min_line_han) & (touching < MAX_TOUCHING * han))
        tokens = matching(batch["text"], loose, TOKENS_FOUND)
        some = np.setdiff1d(np.flatnonzero(~spaced & enough), tokens)
        wide = some[counter(batch, "wide_space", "odd_space")[some] >= CHAIN]
        wrapped = np.flatnonzero(~spaced & np.isin(_initials(batch), INITIALS))
        return [
            Finding("spaced_text", rows, ratio[rows], self.min_document_ratio),
            Finding("tokenized_text", tokens),
            Finding("spaced_line", with_chains(batch["text"], some, wide)),
            Finding("special_tokens", matching(batch["text"], wrapped, SPECIAL_FOUND)),
        ]

    def repair(self, row: Row) -> Edit:
        """Undo what tokenizers did, and join the lines that are spaced, until nothing is left to do."""
        text = row.text
        for _ in range(ROUNDS):
            before, text = text, self._joined(text)
            if text == before:
                break
        return Edit(text, (Counter(row.text.split("\n")) - Counter(text.split("\n"))).total())

    def _joined(self, text: str) -> str:
        """One round."""
        if _has_gaps(text) and (whole := exactly_joined(text)) is not None:
            return whole
        words = _words(text)
        parted, ratio = parting(words) if _has_gaps(words) else (0, 0.0)
        if parted >= self.min_line_han - 1 and ratio >= self.min_document_ratio and (words != text or is_running(words, ratio)):
            return document_joined(words, ratio)
        lines = words.split("\n")
        if words.lstrip()[:1] in OPENS_TOKEN and (bare := unwrapped(lines)) is not None:
            return put_together(lines, bare, bare)
        return "\n".join(self._lines(lines))

    def _lines(self, lines: list[str]) -> list[str]:
        """The lines of a document that is not spaced; an example in a block of code stays one."""
        joined = [line if fenced else self._line(line) for line, fenced in zip(lines, _fenced(lines), strict=True)]
        if joined == lines:
            return lines
        # Beside a spaced paragraph, lines without any Chinese clause were taken apart too.
        rest = zip(joined, _fenced(lines), strict=True)
        return [line if fenced or gaps(line) < self.min_line_han else sentence_joined(line) for line, fenced in rest]

    def _line(self, line: str) -> str:
        """One line of a document that is not spaced, joined when it is a spaced paragraph by itself."""
        parted, ratio = parting(line) if self.min_line_han - 1 <= gaps(line) <= MOST_GAPS * len(line) else (0, 0.0)
        if parted < self.min_line_han - 1:
            return line
        by_character = ratio >= self.min_line_ratio and len(HAN_CHARACTER.findall(line)) >= self.min_line_han
        return (
            paragraph_joined(line, by_character=by_character) if is_running_line(line, ratio, by_character=by_character) else line
        )


def _has_gaps(text: str) -> bool:
    """Whether a text has as many spaces as spaced ones."""
    return SOME_GAPS * len(text) < gaps(text) < MOST_GAPS * len(text)


def _words(text: str) -> str:
    """The text without tags, slashes and the signs of pieces; its words may stand apart then."""
    for undone in (untagged(text), without_slashes(text)):
        if undone is not None:
            return undone
    return without_pieces(text)


def _fenced(lines: list[str]) -> Iterator[bool]:
    """Whether each line stands in a block of code, or begins one."""
    fenced = False
    for line in lines:
        fenced ^= FENCE.match(line) is not None
        yield fenced


def _initials(batch: Batch) -> np.ndarray:
    """uint8[n]: the first byte of each text, 0 for none."""
    offsets, utf8_bytes = utf8(batch["text"])
    first = np.zeros(batch.num_rows, np.uint8)
    full = np.flatnonzero(np.diff(offsets))
    first[full] = utf8_bytes[offsets[full]]
    return first
