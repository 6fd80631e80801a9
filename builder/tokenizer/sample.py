"""The documents that the tokenizer is trained on: chosen by a hash of what they say, from the published dataset.

A document's rank is a hash of its canonical key, so the choice depends neither on the order of the rows nor on the number
of shards, and a document that is added moves out only documents of higher rank.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from pathlib import Path

import datasets
import numpy as np
import pyarrow as pa

from builder.core.errors import BuildError, RecipeError
from builder.text.canonical import canonical_keys
from builder.text.mixing import GOLDEN, mixed

ROWS = 512  # documents read at once
LAST_RANK = 2**64 - 1
_PURPOSE = 0x746F6B656E697A65  # "tokenize": keeps the sample independent of other choices made with the same key and seed


def sample(out: Path, limit: int, seed: int) -> list[str]:
    """Documents of the split `train` of the dataset in `out`, at most `limit` characters in all, smallest rank first.

    Raises BuildError when there is no such split or no text in it, RecipeError when `limit` is too small for a document.
    """
    chosen, refused = smallest(published_texts(out), limit, seed)
    if not chosen and refused:
        raise RecipeError(
            "the tokenizer's sample is smaller than the first document of it",
            got=f"sample_chars {limit:,}",
            allowed=f"at least {refused:,}, the characters of that document",
            next="raise tokenizer.sample_chars",
        )
    if not any(text.strip() for text in chosen):
        raise BuildError("there is no text to train a tokenizer on", got=f"no text in the split train of {out}")
    return chosen


def published_texts(out: Path) -> Iterator[pa.Array]:
    """The texts of the split `train`, some hundred at a time, in the order of the shards."""
    if not (out / "README.md").is_file():  # load_dataset would guess at files, or look for a dataset of this name elsewhere
        raise BuildError("there is no dataset to train a tokenizer on", got=f"no README.md in {out}", next="build it first")
    try:
        rows = datasets.load_dataset(str(out.resolve()), split="train", streaming=True).select_columns("text")
        for table in rows.with_format("arrow").iter(batch_size=ROWS):
            yield table["text"].combine_chunks().drop_null()
    except (ValueError, OSError, KeyError, datasets.exceptions.DatasetsError) as error:
        raise BuildError(
            f"the split train of {out} cannot be read",
            got=str(error),
            allowed="Parquet with a column text",
            next="build it again",
        ) from error


def smallest(batches: Iterable[pa.Array], limit: int, seed: int) -> tuple[list[str], int]:
    """The documents of smallest rank that come before the first one with which they exceed `limit` characters.

    Also the characters of that first one, 0 when all documents were taken. Holds at most `limit` characters and one document.
    """
    heap: list[tuple[int, str]] = []  # the largest rank on top; documents of one rank are told apart by their text
    chars, refused = 0, (-LAST_RANK - 1, "")
    for texts in batches:
        ranks = rank(canonical_keys(texts), seed)
        for place in np.flatnonzero(ranks <= np.uint64(min(-refused[0], LAST_RANK))):
            entry = (-int(ranks[place]), texts[int(place)].as_py())
            if entry <= refused:
                continue
            heapq.heappush(heap, entry)
            chars += len(entry[1])
            while chars > limit:
                refused = heapq.heappop(heap)
                chars -= len(refused[1])
    return [text for _, text in sorted(heap, reverse=True)], len(refused[1])


def rank(keys: np.ndarray, seed: int) -> np.ndarray:
    """uint64[n]: one number for each canonical key (uint64[n, 2]) and seed, as good as drawn at random."""
    start = np.array([(seed * GOLDEN ^ _PURPOSE) % 2**64], np.uint64)
    return mixed(keys[:, 0] ^ mixed(keys[:, 1] ^ mixed(start)))
