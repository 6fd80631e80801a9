"""Drop documents that are a template nobody filled in: `{{title}}`, `${name}`, `<%= price %>`, 此处填写标题, Lorem ipsum.

Counted are the characters of places to be filled in. Documentation of template languages shows some, among sentences and code: of
16,330 clean documents with three places or more the highest have 0.10 and 0.11, below the limit. A form letter has a place in
every line.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field

from builder.core.batch import Batch, counter, visible_chars
from builder.core.step import Finding, Step
from builder.text.pattern import matching

# RE2; each stands on one line. In scripts `${name}` is filled in when they run: it counts behind Han.
BRACKETED = r"\{\{[^{}\n]{0,60}\}\}|\p{Han}\$\{[^{}\n]{1,60}\}|<%[^%\n]{0,80}%>|\[%[^%\n]{0,80}%\]"
WORDED = r"(?:此处|这里|在此|请在此)(?:填写|输入|插入|放置|添加)[^，。\n]{1,12}|[XＸ×]{2,}(?:公司|有限公司|单位|先生|女士|同志)"
OPENED = r"\{\{|\p{Han}\$\{|<%|\[%"  # how the bracketed ones begin: RE2 finds it several times as fast
LATIN = "[Ll]orem ipsum|LOREM IPSUM"
PLACES = rf"{BRACKETED}|{WORDED}|(?:{LATIN})[^\n]*"


# Per character: of four characters one is in a place, and of twenty characters of a place four are brackets; forms have
# few sentences.
SYMBOLS, ENDS = 0.03, 0.01


class Template(Step):
    """Drop templates."""

    max_place_ratio: float = Field(default=0.25, ge=0, le=1)  # characters of such places, per character that is no space
    min_places: int = Field(default=3, ge=1)  # of a document that is judged

    def detect(self, batch: Batch) -> list[Finding]:
        """Share of characters in places to be filled in, of the documents with enough of them, against the limit."""
        rows = self._suspects(batch)
        texts = batch["text"].take(pa.array(rows))
        before = pc.utf8_length(texts).to_numpy()
        filled = pc.utf8_length(pc.replace_substring_regex(texts, PLACES, "")).to_numpy()
        ratio = (before - filled) / np.maximum(visible_chars(batch)[rows], 1)
        places = pc.count_substring_regex(texts, PLACES).to_numpy()
        high = (places >= self.min_places) & (ratio > self.max_place_ratio)
        return [Finding("unfilled_template", rows[high], np.minimum(ratio[high], 1), self.max_place_ratio)]

    def _suspects(self, batch: Batch) -> np.ndarray:
        """int64[k]: documents with a place to fill in, looked for where their other characters leave room for many."""
        visible = np.maximum(visible_chars(batch), 1)
        symbols, latin, ends = (counter(batch, name) / visible for name in ("ascii_symbol", "latin", "terminal_mark"))
        looked = ((symbols >= SYMBOLS, OPENED), (ends <= ENDS, WORDED), (latin >= self.max_place_ratio, LATIN))
        found = [matching(batch["text"], np.flatnonzero(rows), pattern) for rows, pattern in looked]
        return np.unique(np.concatenate(found))
