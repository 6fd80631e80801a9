"""Note in `language` what each document is written in, and drop what the recipe does not want; by default all but Chinese.

Told from counts of scripts and of telling characters, whose limits and sources stand in `builder/text/language.py`: `zh-Hans`,
`zh-Hant`, `zh` (no character that tells), `yue` (Cantonese), `lzh` (classical), `ja`, `ko`, `en`, `other`, `und` (no letters).
The text is judged as it is at this place of the recipe; the column `script` says what it was before a conversion. Of 16,330 clean
documents in Chinese none is dropped. Of classical prose seven in ten are told as `lzh`, of Tang poetry more than nine in ten;
annals of names and dates pass for Mandarin.
"""

from __future__ import annotations

from typing import ClassVar

import pyarrow as pa

from builder.core.batch import LINES_FIELD, Batch, counters, lines, with_lines
from builder.core.step import Finding, Step
from builder.core.tags import unwanted
from builder.text.language import CHINESE, languages
from builder.text.language import Language as Tag

LANGUAGE = pa.field("language", pa.string())


class Language(Step):
    """Keep documents in some languages."""

    version: ClassVar[int] = 2
    adds: ClassVar[pa.Schema] = pa.schema([LINES_FIELD, LANGUAGE])

    keep: tuple[Tag, ...] = (*CHINESE, "und")  # tags that stay; empty: all. What has no letters goes for other reasons
    drop: tuple[Tag, ...] = ()  # tags that go all the same

    def annotate(self, batch: Batch) -> Batch:
        if LANGUAGE.name in batch.column_names:
            return batch
        batch = with_lines(batch)
        tags = languages(batch["text"], counters(batch), lines(batch))
        return batch.append_column(LANGUAGE, pa.array(tags, LANGUAGE.type))

    def detect(self, batch: Batch) -> list[Finding]:
        """Documents whose tag is not among those that stay, or among those that go."""
        return [Finding("other_language", unwanted(batch, LANGUAGE.name, self.keep, self.drop))]
