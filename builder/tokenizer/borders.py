"""Borders in the sample that spare the trainer work without changing what it learns.

Byte-pair encoding keeps a place for every pair of neighbours, and most pairs are rare: of a million kinds in 20 million
characters, nine in ten stand fewer than 20 times. A piece cannot be more frequent than any pair inside it, so a border
inside a pair that is rarer than the rarest piece takes nothing from the vocabulary, and a third from the time.
"""

from __future__ import annotations

import re

from builder.run.settings import TokenizerConfig
from builder.text.rare import RarePairs
from builder.tokenizer.sentences import BORDER

# Characters of the sample for each piece and each time that a pair must stand in it. With 20 million characters and 32,000
# pieces a pair needs 20, and the rarest piece that was learned stood there 50 times.
CHARS_PER_PIECE = 30
_FOREIGN = re.compile(BORDER)


def prepared(documents: list[str], config: TokenizerConfig) -> list[str]:
    """The documents with a BORDER inside every pair of neighbours that is too rare to become a piece.

    For byte-pair encoding alone; a small sample has no borders.
    """
    documents = [_FOREIGN.sub("\n", text) for text in documents]
    minimum = sum(map(len, documents)) // (CHARS_PER_PIECE * config.vocab_size)
    if config.model != "bpe" or minimum < 2:  # noqa: PLR2004 - every pair stands there once
        return documents
    pairs = RarePairs(documents, minimum)
    return [pairs.cut(text, BORDER) for text in documents]
