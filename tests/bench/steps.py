"""MB of text a second for each step of a recipe that works on single documents, on one core, over the demo documents.

The demo documents are short and one in two is dirty: real text is faster. Figures are the best of several runs, warm.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from builder.core.apply import apply
from builder.core.batch import Batch, texts_batch
from builder.core.step import CorpusStep, Step
from builder.run.recipe import load_recipe

RUNS = 5
DEMO = Path(__file__).parents[2] / "builder/recipes/demo"


def main() -> None:
    """Print one line for each step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recipe", nargs="?", default="demo")
    parser.add_argument("--mb", type=float, default=8, help="megabytes of text to run each step on")
    options = parser.parse_args()
    texts = [path.read_text("utf-8") for path in sorted(DEMO.glob("*.txt"))]
    megabyte = sum(len(text.encode()) for text in texts) / 1e6
    batch = texts_batch(texts * max(1, round(options.mb / megabyte)))
    for step in load_recipe(options.recipe).steps:
        if not isinstance(step, CorpusStep):
            print(f"{step.name():24} {batch['text'].nbytes / 1e6 / best_seconds(step, batch):8.0f} MB/s")


def best_seconds(step: Step, batch: Batch) -> float:
    """Wall time of the fastest of RUNS applications, after one that warms up."""
    apply(step, batch)
    seconds = []
    for _ in range(RUNS):
        start = time.perf_counter()
        apply(step, batch)
        seconds.append(time.perf_counter() - start)
    return min(seconds)


if __name__ == "__main__":
    main()
