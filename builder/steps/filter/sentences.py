"""Drop documents without sentences: headlines, menus and captions that are left of a page, alone or between them.

Counted are the characters of different sentences (`builder/text/sentences.py`), so that a page which holds two of them again
and again has two. Of 16,330 clean documents nine in ten consist of sentences to more than 0.6; this drops 14 of them: tables of
contents, catalogues of books, and instructions that lost their code. Pages of a crawl of which only furniture and headlines were
left have 0 to 0.6. Verse, classical prose, law, tables and code need no full stops, songs may have half as many. Neither needs
them a text in which every seventh Han is a function word, if it is one line or two, or long (release notes): of paragraphs
without a full stop half have as many, of headlines hardly one. Nor does a short notice half of whose lines tell something
(`builder/text/notes.py`), nor a question above answers to choose from (`builder/text/questions.py`). Duty rosters, phone
books and lists of words are data and go.

None of this is said for what is left of a page: where three quarters of the Han that were read are gone and no 100 characters in
sentences are left, it was a page of links, and two headlines of it look like a note. Of 843 pages of junk that are so, 62 are
dropped by this alone; of 24,000 articles with adverts or a portal's frame around them five, of which the frame took most. So goes
a text of two sentences that a page holds five times and more, once its copies are cut.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pyarrow as pa
from pydantic import Field

from builder.core.batch import Batch, counter, han_read, visible_chars
from builder.core.step import Finding, Step
from builder.text.buffers import strings
from builder.text.genre import Genre, genres
from builder.text.genre_lines import PHRASE_CHARS, PHRASES, line_counts
from builder.text.language_words import function_words
from builder.text.notes import note_ratio
from builder.text.questions import choice_questions
from builder.text.sentences import sentence_chars

EXEMPT: tuple[Genre, ...] = ("verse", "classical", "law", "code", "table")
FEW_LINES = 2
TERSE = 7  # Han of a mean phrase: songs have 4 to 6.5, Mandarin 7 to 10


class Sentences(Step):
    """Drop documents with hardly any sentence."""

    version: ClassVar[int] = 2

    min_chars: int = Field(default=100, ge=0)  # of different sentences: documents with more are not judged
    min_ratio: float = Field(default=0.65, ge=0, le=1)  # such characters per character that is no space
    min_function_ratio: float = Field(default=0.15, ge=0, le=1)  # function words per Han, of a text that stays without sentences
    min_spoken_chars: int = Field(default=300, ge=0)  # of such a text, if it has more than two lines
    max_note_chars: int = Field(default=200, ge=0)  # of a notice that is read without full stops
    min_note_ratio: float = Field(default=0.5, ge=0, le=1)  # characters of its lines that tell something
    min_left_ratio: float = Field(default=0.25, ge=0, le=1)  # Han per Han that were read, of a text that is no page's remains
    exempt: tuple[Genre, ...] = EXEMPT  # kinds of text that need no sentences

    def detect(self, batch: Batch) -> list[Finding]:
        """Documents with few characters in sentences, short notices apart, and pages of which little is left."""
        visible = visible_chars(batch)
        _, found = sentence_chars(batch["text"], np.arange(batch.num_rows), self.min_chars)
        read = han_read(batch)
        left = np.where(read, counter(batch, "han") / np.maximum(read, 1), 1.0)  # of a text that had no Han nothing is gone
        few, husk = found < self.min_chars, left < self.min_left_ratio
        rows = np.flatnonzero(few & (husk | (found < self.min_ratio * visible)))
        rows = rows[~np.isin(genres(batch["text"], rows), self.exempt)]
        remains, rows = rows[husk[rows]], rows[~husk[rows]]
        rows = rows[~self._spoken(batch, rows)]
        rows = rows[~(_terse(batch, rows) & (found[rows] >= self.min_ratio / 2 * visible[rows]))]
        rows = rows[~self._noted(batch, rows)]
        rows = np.setdiff1d(rows, choice_questions(batch["text"], rows))
        return [
            Finding("few_sentences", rows, found[rows] / np.maximum(visible[rows], 1), self.min_ratio),
            Finding("little_left", remains, left[remains], self.min_left_ratio),
        ]

    def _spoken(self, batch: Batch, rows: np.ndarray) -> np.ndarray:
        """bool[k]: a line or two, or a long text, with as many function words as sentences have."""
        words = function_words(batch["text"], rows)
        spoken: np.ndarray = words >= self.min_function_ratio * np.maximum(counter(batch, "han")[rows], 1)
        return spoken & ((counter(batch, "lines")[rows] <= FEW_LINES) | (visible_chars(batch)[rows] >= self.min_spoken_chars))

    def _noted(self, batch: Batch, rows: np.ndarray) -> np.ndarray:
        """bool[k]: short notices, whose lines tell something though no mark ends them."""
        short = np.flatnonzero(visible_chars(batch)[rows] <= self.max_note_chars)
        texts = strings(batch["text"], rows[short])
        noted = np.zeros(rows.size, bool)
        noted[short] = [note_ratio(text) >= self.min_note_ratio for text in texts]
        return noted


def _terse(batch: Batch, rows: np.ndarray) -> np.ndarray:
    """bool[k]: no letters and digits, in short phrases: songs, whose long titles are half of them."""
    counts = line_counts(batch["text"].take(pa.array(rows)))
    terse: np.ndarray = counts[:, PHRASE_CHARS] <= TERSE * counts[:, PHRASES]
    return terse & (counter(batch, "latin", "digit")[rows] == 0)
