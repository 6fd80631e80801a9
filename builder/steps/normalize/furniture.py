"""Furniture: the page around a text. Menus, breadcrumbs, share bars, date lines, credits, adverts, footers, other pages' titles.

No word decides alone. Lines are measured and looked up in a lexicon in compiled code (builder/text/page/lines.py and
lexicon.py); documents that hold such lines are weighed line by line (segments.py). Titles and subtitles, verse, laws,
lists, dialogue, tables and code stay. What is cut beside the title or below the text may say when, by whom and where it was
published: that goes to the columns `date`, `author` and `publisher` where they are null (byline.py). What is left and has
few lines, each of which is furniture by its own words (alone.py), is dropped.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

import numpy as np
import pyarrow as pa

from builder.core.batch import Batch
from builder.core.step import Edits, Finding, Step
from builder.text.buffers import spliced
from builder.text.page.alone import UNIT, furniture_alone, scorer
from builder.text.page.byline import Byline, byline
from builder.text.page.cutting import CUT, KEEP, TRIM, without_lines
from builder.text.page.lexicon import Kind, classify, inline_credits
from builder.text.page.lines import STOP, TAIL, PageLines, page_lines
from builder.text.page.segments import CODES as LINE_CODES
from builder.text.page.segments import promising, segments
from builder.text.page.surroundings import surroundings

KEPT, COUNTS, BYLINE, ALONE = "_without_furniture", "_furniture", "_byline", "_furniture_alone"
INLINE, DROPPED = "inline_credit", "furniture_alone"
CODES = tuple(sorted({*LINE_CODES, INLINE}))
PLACES = np.array([CODES.index(code) for code in LINE_CODES])
TAIL_CHARS = 60  # characters of credits that stand behind the last full stop of a paragraph
ROUNDS = 20  # what is left is looked at again until nothing changes: two rounds for nearly all pages


class Left(NamedTuple):
    """What is left of texts of which something was cut; parallel, one entry for each."""

    rows: np.ndarray  # int64[k]: which text it is, ascending
    texts: pa.LargeStringArray
    counts: np.ndarray  # int64[k, len(CODES)]: lines cut
    bylines: np.ndarray  # object[k, len(Byline)]: what these lines say; None: nothing


class Furniture(Step):
    """Cut the page around the text, and drop what is nothing but lines of a page."""

    version: ClassVar[int] = 4
    adds: ClassVar[pa.Schema] = pa.schema([("author", pa.string()), ("publisher", pa.string())])
    fills: ClassVar[tuple[str, ...]] = ("author", "publisher")

    def annotate(self, batch: Batch) -> Batch:
        """Note what is left of documents with furniture, what was cut and what it told, and which have no text at all."""
        for field in self.adds:
            if field.name not in batch.column_names:
                batch = batch.append_column(field, pa.nulls(batch.num_rows, field.type))
        left = _without_furniture(batch["text"])
        alone = furniture_alone(spliced(batch["text"], left.rows, left.texts))
        place, scores = np.full(batch.num_rows, -1), np.full(batch.num_rows, np.nan)
        place[left.rows] = np.arange(len(left.rows))
        place[alone.rows], scores[alone.rows] = -1, alone.scores / UNIT
        place = pa.array(place, mask=place < 0)
        counts = pa.FixedSizeListArray.from_arrays(left.counts.reshape(-1), len(CODES))
        told = pa.StructArray.from_arrays([pa.array(values, pa.string()) for values in left.bylines.T], Byline._fields)
        columns = {KEPT: left.texts, COUNTS: counts, BYLINE: told}
        for name, column in columns.items():
            batch = batch.append_column(name, column.take(place))
        return batch.append_column(ALONE, pa.array(scores))

    def detect(self, batch: Batch) -> list[Finding]:
        """Documents with furniture, by code; the value is the number of lines, or of a document without text the score."""
        scores = batch[ALONE].to_numpy()
        alone = np.flatnonzero(~np.isnan(scores))
        column = batch[COUNTS].combine_chunks()
        cut_from = np.flatnonzero(column.is_valid().to_numpy(zero_copy_only=False))
        counts = column.drop_null().flatten().to_numpy().reshape(-1, len(CODES))
        found = [(code, counts[:, place]) for place, code in enumerate(CODES)]
        cuts = [Finding(code, cut_from[number > 0], number[number > 0].astype(np.float64)) for code, number in found]
        return [Finding(DROPPED, alone, scores[alone], scorer().limit / UNIT), *cuts]

    def repair_all(self, batch: Batch, rows: np.ndarray, codes: Mapping[str, np.ndarray]) -> Edits:
        """Hand back what annotate left; documents without text are left to `repair`, which drops them."""
        places = pa.array(rows)
        counts = np.zeros((len(rows), len(CODES)), np.int64)
        cut_from = ~codes.get(DROPPED, np.zeros(len(rows), bool))
        cut = batch[COUNTS].take(places).drop_null().combine_chunks()
        counts[cut_from] = cut.flatten().to_numpy().reshape(-1, len(CODES))
        told = batch[BYLINE].take(places).combine_chunks()
        fills = {name: told.field(name) for name in Byline._fields}
        return Edits(batch[KEPT].take(places).combine_chunks(), dict(zip(CODES, counts.T, strict=True)), fills)


def _without_furniture(texts: pa.ChunkedArray) -> Left:
    """What is left of the texts with furniture, once nothing more is cut."""
    left = _round(texts)
    kept, counts, bylines, again = left.texts, left.counts, left.bylines, np.arange(len(left.rows))
    for _ in range(ROUNDS - 1):
        if not again.size:
            break
        more = _round(pa.chunked_array([kept.take(pa.array(again))]))
        changed = again[more.rows]
        kept = spliced(kept, changed, more.texts)
        counts[changed] += more.counts
        bylines[changed] = np.where(bylines[changed] == np.array(None), more.bylines, bylines[changed])
        again = changed
    return Left(left.rows, kept, counts, bylines)


def _round(texts: pa.ChunkedArray) -> Left:
    """What is left of texts once the lines are cut that all their lines together tell."""
    lines = page_lines(texts)
    kinds = classify(lines)
    inline = _inline(lines, kinds)
    cuts, codes = segments(lines, kinds, _rows(lines, kinds))
    fates = np.zeros(len(kinds), np.uint8)
    fates[inline] = TRIM
    fates[cuts] = CUT
    trimmed = np.flatnonzero(fates == TRIM)
    changed = np.unique(lines.rows[fates > KEEP])
    counts = np.zeros((len(changed), len(CODES)), np.int64)
    np.add.at(counts, (np.searchsorted(changed, lines.rows[cuts]), PLACES[codes]), 1)
    np.add.at(counts[:, CODES.index(INLINE)], np.searchsorted(changed, lines.rows[trimmed]), 1)
    return Left(changed, without_lines(texts, changed, lines, fates), counts, _bylines(lines, kinds, fates, changed))


def _bylines(lines: PageLines, kinds: np.ndarray, fates: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """object[len(rows), len(Byline)]: what the lines cut around the texts at some rows say; None: nothing."""
    said = np.full((len(rows), len(Byline._fields)), None, object)
    for row, (head, tail) in surroundings(lines, kinds, fates).items():
        said[np.searchsorted(rows, row)] = [value or None for value in byline(head, tail)]
    return said


def _inline(lines: PageLines, kinds: np.ndarray) -> np.ndarray:
    """int64[k]: the lines that end in a credit."""
    tails = lines.features[:, TAIL]
    return inline_credits(
        lines, np.flatnonzero((tails > 1) & (tails <= TAIL_CHARS) & (lines.features[:, STOP] > 0) & (kinds == 0))
    )


def _rows(lines: PageLines, kinds: np.ndarray) -> np.ndarray:
    """int64[k]: the texts that say enough for a line to be cut."""
    said = np.flatnonzero(kinds)
    rows, places = np.unique(lines.rows[said], return_inverse=True)
    counts = np.bincount(places * len(Kind) + kinds[said], minlength=len(rows) * len(Kind))
    return rows[promising(counts.reshape(-1, len(Kind)))]
