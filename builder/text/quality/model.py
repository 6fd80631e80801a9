"""A trained model and its file: integer weights, so that a text has the same score on every machine.

The score of a text is the bias and the weights of its different n-grams, divided by the square root of how many they are: the
vector of a document has length 1. All of it is computed in integers. A score means a quality (how probable it is that the text
is one of those to keep, if there were as many of both) and a rank among the texts that were to be dropped, by two tables.

The file is a line that says what it is, a line of JSON, and the arrays as little-endian integers. Its name holds the SHA-256
of its bytes.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from builder.text.quality.features import LONGEST, Grams, weighed

MAGIC = b"corpus-builder quality model 1\n"
SUFFIX = ".quality"
NAME = re.compile(r"^([0-9a-f]{64})\.quality$")
LEVELS = 1000  # of quality and rank
ROOT = 256  # square roots are taken in units of 1/256
SHIFT = 16  # bits by which a sum (below 2**40) is raised before it is divided
MIN_BITS, MAX_BITS = 8, 24
MAX_BYTES = (2 << MAX_BITS) + (1 << 20)  # of a file
FIELDS = ("grams", "bias", "unit", "notes")


class Model(NamedTuple):
    """What scores texts. A score is an integer, in units of 1 / `unit` of a logit."""

    grams: Grams
    bias: int
    unit: int
    weights: np.ndarray  # int16[2**bits]
    qualities: np.ndarray  # int64[LEVELS - 1], ascending: the least score of a quality of 1/1000, 2/1000 …
    ranks: np.ndarray  # int64[LEVELS - 1], ascending: the least score above 1/1000, 2/1000 … of the texts to drop
    notes: dict[str, int | float]  # what it was made of; changes nothing

    def scores(self, texts: pa.ChunkedArray | pa.Array) -> np.ndarray:
        """int64[n]: the score of each text."""
        sums, totals = weighed(texts, self.grams, self.weights)
        found: np.ndarray = (sums << SHIFT) // np.maximum(_root(totals * ROOT * ROOT), 1) + self.bias
        return found

    def levels(self, scores: np.ndarray) -> np.ndarray:
        """int64[n]: quality in thousandths, 0 to 999."""
        return np.searchsorted(self.qualities, scores, side="right")

    def percentiles(self, scores: np.ndarray) -> np.ndarray:
        """int64[n]: how many thousandths of the texts to drop score lower, 0 to 999."""
        return np.searchsorted(self.ranks, scores, side="right")


def score_unit(weight_unit: int) -> int:
    """`unit` for weights that are in units of 1 / `weight_unit`."""
    return weight_unit * (1 << SHIFT) // ROOT


def _root(squares: np.ndarray) -> np.ndarray:
    """int64[n]: integer square roots, rounded down, of numbers below 2**52."""
    roots = np.sqrt(squares.astype(np.float64)).astype(np.int64)
    roots -= roots * roots > squares
    found: np.ndarray = roots + ((roots + 1) * (roots + 1) <= squares)
    return found


def packed(model: Model) -> bytes:
    """The model as a file holds it; the same model gives the same bytes."""
    head = {"grams": list(model.grams), "bias": model.bias, "unit": model.unit, "notes": model.notes}
    arrays = (model.qualities.astype("<i8"), model.ranks.astype("<i8"), model.weights.astype("<i2"))
    line = json.dumps(head, sort_keys=True, separators=(",", ":")).encode()
    return MAGIC + line + b"\n" + b"".join(array.tobytes() for array in arrays)


def file_name(content: bytes) -> str:
    """The name of a file of these bytes."""
    return hashlib.sha256(content).hexdigest() + SUFFIX


def unpacked(content: bytes, name: str = "") -> Model:
    """The model in the bytes of a file. Raises ValueError for what is none, and where `name` is that of other bytes."""
    named = NAME.match(name)
    if not content.startswith(MAGIC):
        raise ValueError(f"the file does not begin with {MAGIC.decode().strip()!r}")
    if named and hashlib.sha256(content).hexdigest() != named[1]:
        raise ValueError("the bytes are not those that the file is named after")
    line, _, rest = content.removeprefix(MAGIC).partition(b"\n")
    head = json.loads(line)
    grams = _grams(head)
    tables = 2 * (LEVELS - 1)
    if len(rest) != 8 * tables + (2 << grams.bits):
        raise ValueError(f"{len(rest):,} bytes behind the first lines")
    scores = np.frombuffer(rest, "<i8", tables).astype(np.int64)
    weights = np.frombuffer(rest, "<i2", offset=8 * tables).astype(np.int16)
    qualities, ranks = scores[: LEVELS - 1], scores[LEVELS - 1 :]
    if (np.diff(qualities) < 0).any() or (np.diff(ranks) < 0).any():
        raise ValueError("scores that do not ascend")
    return Model(grams, head["bias"], head["unit"], weights, qualities, ranks, head["notes"])


def _grams(head: object) -> Grams:
    """Which n-grams, from the line of JSON, all of whose fields are checked."""
    if not isinstance(head, dict) or sorted(head) != sorted(FIELDS) or not isinstance(head["notes"], dict):
        raise ValueError(f"the second line has not the fields {', '.join(FIELDS)}")
    grams, numbers = head["grams"], [head["bias"], head["unit"]]
    whole = isinstance(grams, list) and all(type(number) is int for number in [*grams, *numbers])
    if not whole or len(grams) != len(Grams._fields) or max(map(abs, numbers)) >= 1 << 60 or head["unit"] < 1:
        raise ValueError("the second line has numbers that cannot be")
    found = Grams(*grams)
    if not (1 <= found.shortest <= found.longest <= LONGEST and MIN_BITS <= found.bits <= MAX_BITS):
        raise ValueError("the second line has n-grams that cannot be")
    return found
