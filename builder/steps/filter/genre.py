"""Note in `genre` what kind of text each document is, and drop the kinds that the recipe does not want: none, by default.

`prose`, `news`, `verse`, `classical`, `dialogue`, `law`, `list`, `code` or `table`, told from the profile and from the shapes of
lines; the limits and what they were measured on stand in `builder/text/genre.py`. The filters whose limits depend on the genre
look it up themselves, for the few documents that are near a limit, so they need no such step before them.
"""

from __future__ import annotations

from typing import ClassVar

import pyarrow as pa

from builder.core.batch import Batch, counters, lines
from builder.core.step import Finding, Step
from builder.core.tags import unwanted
from builder.text.genre import Genre as Kind
from builder.text.genre import genres_of

GENRE = pa.field("genre", pa.string())


class Genre(Step):
    """Keep documents of some kinds."""

    version: ClassVar[int] = 2
    adds: ClassVar[pa.Schema] = pa.schema([GENRE])

    keep: tuple[Kind, ...] = ()  # kinds that stay; empty: all
    drop: tuple[Kind, ...] = ()  # kinds that go all the same

    def annotate(self, batch: Batch) -> Batch:
        if GENRE.name in batch.column_names:
            return batch
        kinds = genres_of(batch["text"], counters(batch), lines(batch))
        return batch.append_column(GENRE, pa.array(kinds, GENRE.type))

    def detect(self, batch: Batch) -> list[Finding]:
        """Documents whose genre is not among those that stay, or among those that go."""
        return [Finding("other_genre", unwanted(batch, GENRE.name, self.keep, self.drop))]
