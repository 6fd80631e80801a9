"""What the filters and the furniture step take from clean texts, by genre, and from dirty pages, by file: one table.

`scripts/bench filters CLEAN [DIRTY]` reads the `.jsonl.zst` files of two folders (one document a line, its `text`; the name of the file
is its genre or its kind of dirt) and runs the per-document steps of a recipe, with every filter that the recipe lacks behind them.

dropped    documents that a filter drops, of the sampled ones; on clean texts each of them is a false drop
cut        characters that normalize.furniture, normalize.injected_names and normalize.page_marks take out of the documents that stay
reasons    the codes that dropped, with their numbers
"""

from __future__ import annotations

import argparse
import pkgutil
import random
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # the sampling is no part of the package


import builder.steps.filter as filters
from builder.core.apply import apply
from builder.core.batch import Batch, texts_batch, with_profile
from builder.core.step import CorpusStep, Step
from builder.run.catalog import find_step
from builder.run.recipe import load_recipe
from tests.noise.outcomes import visible
from tests.noise.records import records

CUTTING = ("normalize.furniture", "normalize.injected_names", "normalize.page_marks")
LEFT_OUT = ("filter.quality_model", "filter.perplexity", "filter.signals")  # ask for a model of the user's own, or drop nothing
BATCH_TEXTS = 1_000


class Row(NamedTuple):
    """One file: a genre of clean texts, or a kind of dirty pages."""

    name: str
    documents: int
    dropped: Counter[str]
    chars: int  # of the documents that stay, before the cutting steps
    cut: int

    def line(self) -> str:
        gone = self.dropped.total()
        reasons = ", ".join(f"{code} {number}" for code, number in self.dropped.most_common())
        shares = f"{gone / max(self.documents, 1):>9.2%}{self.cut / max(self.chars, 1):>10.3%}"
        return f"{self.name:36}{self.documents:>10}{gone:>9}{shares}  {reasons}"


class Clock:
    """Processor seconds in filters that have run before, so that all they need is loaded, and the bytes that went in."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.bytes = 0

    def time(self, step: Step, batch: Batch) -> None:
        """Run a filter once more, for its time."""
        began = time.process_time()
        apply(step, batch)
        self.seconds += time.process_time() - began


def main() -> None:
    """Print the table: clean genres, their sum, dirty files, their sum, and the speed of the filters."""
    options = arguments()
    steps, clock = steps_of(options.recipe, options.only), Clock()
    print(f"{'':36}{'documents':>10}{'dropped':>9}{'share':>9}{'cut':>10}  reasons")
    for title, folder in (("clean", options.clean), ("dirty", options.dirty)):
        if folder is None:
            continue
        rows = []
        for path in sorted(folder.glob("*.jsonl.zst")):
            texts = sampled(path, options.documents, options.seed)
            rows.append(measured(f"{title} {path.name.removesuffix('.jsonl.zst')}", texts, steps, clock))
            print(rows[-1].line(), flush=True)
        print(sum_of(f"{title}, all", rows).line(), flush=True)
    if clock.seconds:
        print(f"\nfilters: {clock.bytes / 1e6 / clock.seconds:.0f} MB of text a second of one core, over all documents above")


def arguments() -> argparse.Namespace:
    """What was written on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clean", type=Path, metavar="CLEAN", help="the folder of clean .jsonl.zst files")
    parser.add_argument("dirty", type=Path, metavar="DIRTY", nargs="?", help="the folder of dirty ones")
    parser.add_argument("--recipe", default="zh_web", help="whose steps run; filters that it lacks are added with their defaults")
    parser.add_argument("--only", default="", metavar="STEP", help="of the filters, those whose name begins so")
    parser.add_argument("--documents", type=int, default=200, metavar="N", help="documents of each file")
    parser.add_argument("--seed", type=int, default=1, help="chooses the documents")
    return parser.parse_args()


def sampled(path: Path, number: int, seed: int) -> list[str]:
    """So many texts of a file, drawn by the seed; records without a text are left out."""
    texts = [text for record in records(path) if (text := record.get("text"))]
    random.Random(seed).shuffle(texts)  # noqa: S311 - a sample, no secret
    return texts[:number]


def steps_of(recipe: str, only: str) -> list[Step]:
    """The per-document steps of the recipe, then the filters that it lacks; filters that do nothing by default change nothing."""
    steps = [step for step in load_recipe(recipe).steps if not isinstance(step, CorpusStep)]
    known = {step.name() for step in steps}
    names = [f"filter.{module.name}" for module in pkgutil.iter_modules(filters.__path__)]
    added = [find_step(name)() for name in sorted(names) if name not in known and name not in LEFT_OUT]
    steps += [step for step in added if not isinstance(step, CorpusStep)]
    return [step for step in steps if not step.name().startswith("filter.") or step.name().startswith(only)]


def measured(name: str, texts: Sequence[str], steps: Sequence[Step], clock: Clock) -> Row:
    """One file through all steps."""
    dropped: Counter[str] = Counter()
    chars = cut = 0
    for start in range(0, len(texts), BATCH_TEXTS):
        batch = with_profile(texts_batch(list(texts[start : start + BATCH_TEXTS])))
        taken: Counter[str] = Counter()
        for step in steps:
            before = batch
            result = apply(step, batch)
            batch = result.batch
            if step.name().startswith("filter."):
                clock.time(step, before)
                clock.bytes += before["text"].nbytes if step is steps[-1] else 0
                dropped.update(result.dropped["code"].to_pylist())
            elif step.name() in CUTTING:
                taken.update(taken_by(before, batch))
        for doc_id, size in sizes(batch):
            cut += taken[doc_id]
            chars += size + taken[doc_id]
    return Row(name, len(texts), dropped, chars, cut)


def sizes(batch: Batch) -> Iterable[tuple[str, int]]:
    """Characters that are no spaces, by document."""
    for doc_id, text in zip(batch["doc_id"].to_pylist(), batch["text"].to_pylist(), strict=True):
        yield doc_id, len(visible(text or ""))


def taken_by(before: Batch, after: Batch) -> dict[str, int]:
    """Characters that a step took out of each document that it left."""
    left = dict(sizes(after))
    return {doc_id: max(0, size - left[doc_id]) for doc_id, size in sizes(before) if doc_id in left}


def sum_of(name: str, rows: Sequence[Row]) -> Row:
    """All files together."""
    dropped: Counter[str] = Counter()
    for row in rows:
        dropped.update(row.dropped)
    return Row(name, sum(row.documents for row in rows), dropped, sum(row.chars for row in rows), sum(row.cut for row in rows))


if __name__ == "__main__":
    main()
