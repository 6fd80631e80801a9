"""MinHash signatures a second on one core: datasketch with its default hash, NumPy and the kernel, in turn, in one run.

The text is made by this script: sentences of random common characters, about 1,600 to a document. Both sides hash the same
5-character shingles with the same number of permutations; folding to the canonical key is timed apart.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pyarrow as pa
from datasketch import MinHash

from builder.text.canonical import canonical_codes
from builder.text.minhash import shingle_hashes, signatures
from builder.text.near.permutations import permutations

COMMON = [chr(code) for code in range(0x4E00, 0x4E00 + 3_500)]
SHINGLE_CHARS, NUM_PERM = 5, 128


def main() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=400)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    measure(options.documents, options.runs)


def measure(documents: int, runs: int) -> None:
    """Print the median of each side and of the ratios."""
    draw = random.Random(1)  # noqa: S311 - text, not secrets
    texts = ["".join(draw.choices(COMMON, k=draw.randint(400, 2_800))) for _ in range(documents)]
    size = sum(len(text.encode()) for text in texts) / 1e6
    column = pa.array(texts, pa.large_string())
    offsets, codes = canonical_codes(column)
    sides: dict[str, Callable[[], object]] = {
        "datasketch": lambda: [_datasketch(text) for text in texts],
        "NumPy": lambda: _numpy(codes, offsets),
        "kernel": lambda: signatures(codes, offsets, *permutations(NUM_PERM, 1), SHINGLE_CHARS),
        "kernel and key": lambda: signatures(*canonical_codes(column)[::-1], *permutations(NUM_PERM, 1), SHINGLE_CHARS),
    }
    if not np.array_equal(_numpy(codes, offsets), signatures(codes, offsets, *permutations(NUM_PERM, 1), SHINGLE_CHARS)):
        raise SystemExit("NumPy and the kernel do not sign alike")
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    for run in range(runs + 1):
        for name, side in sides.items():
            start = time.perf_counter()
            side()
            if run:  # the first run warms up
                seconds[name].append(time.perf_counter() - start)
    print(f"{len(texts)} documents, {size:.1f} MB, {NUM_PERM} permutations, one core, median of {runs}")
    for name, mine in seconds.items():
        ratio = statistics.median(base / one for base, one in zip(seconds["datasketch"], mine, strict=True))
        print(f"{name:15} {size / statistics.median(mine):9.1f} MB/s  {ratio:7.1f} x datasketch")


def _datasketch(text: str) -> MinHash:
    sketch = MinHash(num_perm=NUM_PERM)
    sketch.update_batch([text[at : at + SHINGLE_CHARS].encode() for at in range(len(text) - SHINGLE_CHARS + 1)])
    return sketch


def _numpy(codes: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    """The same signatures from shingle hashes, one document after the other."""
    a, b = (column[:, None] for column in permutations(NUM_PERM, 1))
    borders, hashes = shingle_hashes(codes, offsets, SHINGLE_CHARS)
    hashes = (hashes ^ (hashes >> np.uint32(16))) * np.uint32(0x85EBCA6B)  # fmix32, as the scheme says
    hashes = (hashes ^ (hashes >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    hashes ^= hashes >> np.uint32(16)
    return np.array([(a * hashes[start:end] + b).min(axis=1) for start, end in pairwise(borders.tolist())])


if __name__ == "__main__":
    main()
