"""How small a vocabulary may be: every kind of character that must be covered is a piece, and so are ASCII and the bytes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from builder.run.settings import TokenizerConfig

FIXED = 4 + 256 + 1 + 94  # special tokens, bytes, the space, and the signs of ASCII


def least_pieces(texts: Iterable[str], config: TokenizerConfig) -> int:
    """Pieces of the smallest vocabulary for these texts; the trainer counts the same way, the most frequent kinds first."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(text)
    for break_ in "\n\r\0":
        del counts[break_]
    wanted, covered, kinds = config.character_coverage * counts.total(), 0, 0
    for char, count in counts.most_common():
        if covered >= wanted:
            break
        covered += count
        kinds += not " " <= char <= "~"
    return FIXED + kinds
