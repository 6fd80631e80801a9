"""Furniture: the page around a text. Menus, breadcrumbs, share bars, date lines, credits, adverts, footers, other pages' titles.

No word decides alone. Lines are measured and looked up in a lexicon in compiled code (builder/text/page/lines.py and
lexicon.py); documents that hold such lines are weighed as a whole (cut.py). Titles and subtitles, verse, laws,
lists, dialogue, tables and code stay.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import numpy as np
import pyarrow as pa

from builder.core.batch import Batch
from builder.core.step import Edit, Finding, Row, Step
from builder.text.page.cut import SAYS, Page, columns, cut, page, without
from builder.text.page.lexicon import classify, inline_credits, is_open
from builder.text.page.lines import CHARS, STOP, TAIL, PageLines, page_lines

KEPT, COUNTS = "_without_furniture", "_furniture"
INLINE = "inline_credit"
CODES = tuple(sorted({saying.code for saying in SAYS.values()} | {INLINE}))
TAIL_CHARS = 60  # characters of credits that stand behind the last full stop of a paragraph
ROUNDS = 20  # what is left is looked at again until nothing changes: two rounds for nearly all pages


class Furniture(Step):
    """Cut the page around the text."""

    version = 2

    def annotate(self, batch: Batch) -> Batch:
        """Note what is left of each document with furniture, and how many lines of each code were cut."""
        kept, counts = _without_furniture(batch["text"])
        table = [[count[code] for code in CODES] if count else None for count in counts]
        batch = batch.append_column(KEPT, pa.array(kept, pa.large_string()))
        return batch.append_column(COUNTS, pa.array(table, pa.list_(pa.int64(), len(CODES))))

    def detect(self, batch: Batch) -> list[Finding]:
        """Documents with furniture, by code; the value is the number of lines."""
        column = batch[COUNTS].combine_chunks()
        cut_from = np.flatnonzero(column.is_valid().to_numpy(zero_copy_only=False))
        counts = column.drop_null().flatten().to_numpy().reshape(-1, len(CODES))
        found = [(code, counts[:, place]) for place, code in enumerate(CODES)]
        return [Finding(code, cut_from[number > 0], number[number > 0].astype(np.float64)) for code, number in found]

    def repair(self, row: Row) -> Edit:
        """Hand back what annotate left."""
        kept, counts = row.columns[KEPT], row.columns[COUNTS]
        return Edit(str(kept), dict(zip(CODES, counts if isinstance(counts, list) else [], strict=False)))


def _without_furniture(texts: pa.ChunkedArray) -> tuple[list[str | None], list[Counter[str] | None]]:
    """What is left of each text (None: all of it), and the number of lines cut by code."""
    kept: list[str | None] = [None] * len(texts)
    counts: list[Counter[str] | None] = [None] * len(texts)
    rows = np.arange(len(texts))
    for _ in range(ROUNDS):
        changed, again = _round(texts)
        for row, (text, count) in changed.items():
            kept[rows[row]] = text
            counts[rows[row]] = (counts[rows[row]] or Counter()) + count
        if not again:
            break
        rows = rows[again]
        texts = pa.chunked_array([[changed[row][0] for row in again]], pa.large_string())
    return kept, counts


def _round(texts: pa.ChunkedArray) -> tuple[dict[int, tuple[str, Counter[str]]], list[int]]:
    """The texts that change, by position, with what is left of them; and which of these must be measured again."""
    lines = page_lines(texts)
    kinds, features = classify(lines), lines.features
    ending = np.flatnonzero((features[:, TAIL] > 1) & (features[:, TAIL] <= TAIL_CHARS) & (features[:, STOP] > 0) & (kinds == 0))
    inline = inline_credits(lines, ending)
    rows = np.unique(lines.rows[np.concatenate([np.flatnonzero(kinds), inline])])
    full = np.flatnonzero((features[:, CHARS] > 0) & np.isin(lines.rows, rows))
    of_pages = columns(kinds[full], features[full])
    borders = np.searchsorted(lines.rows, [rows, rows + 1])
    of_full, of_inline = np.searchsorted(full, borders).tolist(), np.searchsorted(inline, borders).tolist()
    places, tails = full.tolist(), inline.tolist()
    changed, again = {}, []
    for row, first, start, stop, tail, end in zip(rows.tolist(), borders[0].tolist(), *of_full, *of_inline, strict=True):
        chosen, open_end = _chosen(page(of_pages, start, stop))
        codes = {line - first: INLINE for line in tails[tail:end]}
        codes |= {places[start + line] - first: code for line, code in chosen.items()}
        if codes:
            text = texts[row].as_py().split("\n")
            changed[row] = "\n".join(_left(_trimmed(lines, first, text, codes), codes)), Counter(codes.values())
            if tail < end or open_end:
                again.append(row)
    return changed, again


def _chosen(lines: Page) -> tuple[dict[int, str], bool]:
    """The lines to cut, until nothing more is; and whether that is not known, since fewer lines would be looked up then."""
    codes: dict[int, str] = {}
    left = list(range(len(lines.kinds)))
    for _ in range(ROUNDS):
        chosen = cut(lines)
        codes |= {left[line]: code for line, code in chosen.items()}
        if not chosen:
            return codes, bool(codes) and not _is_known(lines)
        if chosen.keys() >= set(lines.said):
            return codes, False  # nothing that is left says anything
        left = [line for place, line in enumerate(left) if place not in chosen]
        lines = without(lines, chosen)
    return codes, True


def _is_known(lines: Page) -> bool:
    """Whether another look at these lines alone would give them the same kinds: an open line still makes them suspect."""
    said = np.array(lines.said, np.int64)
    chars, ends = np.array(lines.chars)[said], np.array(lines.ends)[said]
    return not said.size or bool(is_open(chars, ends, len(lines.kinds) - said).any())


def _trimmed(lines: PageLines, first: int, text: list[str], codes: dict[int, str]) -> list[str]:
    """The lines of a document without the credits at their ends."""
    for line, code in codes.items():
        if code == INLINE:
            credit = lines.tail(first + line)
            text[line] = text[line][: text[line].rindex(credit)]
    return text


def _left(text: list[str], codes: dict[int, str]) -> Iterable[str]:
    """The lines that stay. The blank lines around what was cut are one border, or none at either end."""
    kept: list[str] = []
    gone = False  # something was cut since the last line that stays
    for line, content in enumerate(text):
        if codes.get(line, INLINE) != INLINE:
            gone = True
        elif content or not gone or (kept and kept[-1]):
            kept.append(content)
            gone = gone and not content
    while gone and kept and not kept[-1]:
        kept.pop()
    return kept
