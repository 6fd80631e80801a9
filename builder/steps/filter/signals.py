"""Write what the filters measure into columns of the dataset, for choosing limits later, or set limits on it at once.

Each column is the number that the filter of that property compares with its limit, on the text as it is at this place of the
recipe. Shares are of characters that are no spaces unless the name says otherwise. RedPajama 2 (Together, 2023) and CCI 3 (BAAI,
2024) publish such columns, and other cleaning was built on them.
"""

from __future__ import annotations

from typing import ClassVar, Literal, get_args

import numpy as np
import pyarrow as pa
from pydantic import Field, field_validator

from builder.core.batch import Batch, counter, visible_chars
from builder.core.step import Finding, Step
from builder.text.canonical import canonical_codes
from builder.text.entropy import character_bits
from builder.text.genre_cuts import cut_off_lines
from builder.text.language_words import function_words
from builder.text.repetition import repeated_lines, repeated_runs
from builder.text.sentences import sentence_chars
from builder.text.spam import spam_ratios, with_terms

MARKS = ("terminal_mark", "cjk_mark", "ascii_mark")
PHRASE = 4  # letters of a run, as in filter.repetition
Signal = Literal[
    "han_ratio",
    "latin_ratio",
    "digit_ratio",
    "mark_ratio",
    "symbol_ratio",
    "function_ratio",  # of the Han
    "sentence_ratio",
    "spam_ratio",
    "cut_line_ratio",  # of the lines
    "repeated_line_ratio",  # of the lines
    "repeated_phrase_ratio",  # of the letters
    "entropy_bits",  # a character
]
NAMES: tuple[Signal, ...] = get_args(Signal)


class Signals(Step):
    """Append the measurements as columns; drop what is outside of limits of the user's own."""

    version: ClassVar[int] = 2
    adds: ClassVar[pa.Schema] = pa.schema([pa.field(name, pa.float32()) for name in NAMES])

    keep_signals: bool = True  # write the columns
    limits: dict[Signal, tuple[float, float]] = Field(
        default_factory=dict
    )  # smallest and largest value that stays, by signal; none by default

    @field_validator("limits")
    @classmethod
    def _ordered_limits(cls, limits: dict[Signal, tuple[float, float]]) -> dict[Signal, tuple[float, float]]:
        if wrong := [f"{name}: {low} and {high}" for name, (low, high) in limits.items() if not low <= high]:
            msg = f"the smallest value first, got {', '.join(wrong)}"
            raise ValueError(msg)
        return limits

    def annotate(self, batch: Batch) -> Batch:
        if not self.keep_signals or NAMES[0] in batch.column_names:
            return batch
        for name, values in _measured(batch).items():
            batch = batch.append_column(self.adds.field(name), pa.array(values))
        return batch

    def detect(self, batch: Batch) -> list[Finding]:
        """Each signal that has limits, against both."""
        if not self.limits:
            return []
        measured = {name: batch[name].to_numpy() for name in NAMES} if NAMES[0] in batch.column_names else _measured(batch)
        findings = []
        for name, (low, high) in self.limits.items():
            values = measured[name].astype(np.float64)
            for outside, limit in ((values < low, low), (values > high, high)):
                rows = np.flatnonzero(outside)
                findings.append(Finding(f"outlying_{name}", rows, values[rows], limit))
        return findings


def _measured(batch: Batch) -> dict[str, np.ndarray]:
    """float32[n] by name, in the order of NAMES."""
    texts, everything = batch["text"], np.arange(batch.num_rows)
    visible, han = np.maximum(visible_chars(batch), 1), np.maximum(counter(batch, "han"), 1)
    shares = {
        "han_ratio": ("han",),
        "latin_ratio": ("latin",),
        "digit_ratio": ("digit",),
        "mark_ratio": MARKS,
        "symbol_ratio": (*MARKS, "ascii_symbol", "other_symbol"),
    }
    lines, cut = cut_off_lines(texts, everything)
    repeats = repeated_lines(texts, everything)
    signals = {
        **{name: counter(batch, *counters) / visible for name, counters in shares.items()},
        "function_ratio": function_words(texts, everything) / han,
        "sentence_ratio": sentence_chars(texts, everything)[1] / visible,
        "spam_ratio": spam_ratios(texts, with_terms(texts), counter(batch, "terminal_mark"), visible),
        "cut_line_ratio": cut / np.maximum(lines, 1),
        "repeated_line_ratio": repeats.repeated_lines / np.maximum(repeats.lines, 1),
        "repeated_phrase_ratio": _repeated_phrases(texts),
        "entropy_bits": character_bits(texts, everything),
    }
    return {name: values.astype(np.float32) for name, values in signals.items()}


def _repeated_phrases(texts: pa.ChunkedArray) -> np.ndarray:
    """float64[n]: letters that begin a run of four which stood before, per letter."""
    offsets, codes = canonical_codes(texts)
    repeats, _ = repeated_runs(codes, offsets, np.arange(len(texts)), PHRASE)
    ratios: np.ndarray = repeats / np.maximum(np.diff(offsets), 1)
    return ratios
