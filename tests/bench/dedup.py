"""Near duplicates: signatures a second beside datasketch and plain NumPy, then the way to the verdict as documents grow.

The documents are made from a seed (tests/scale): 10 % are copies with edits, and one family of 100,000 is of one template. What
is measured is what a build does between the documents of a stage and the verdict: sketches, matches by ranges, decision. With
`--step dedup.lines`, all documents are of one source without addresses and end with the same two lines.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow.compute as pc

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # the documents are no part of the package

from builder.core.executor import Payload, Result
from builder.run.barrier import cross
from builder.run.executors.local import Local
from builder.run.job import Job, job_from, new_job
from builder.run.recipe import load_plain
from builder.run.stored import storing
from tests.bench import signatures
from tests.scale.corpus import PART_DOCUMENTS, Scale, batches
from tests.scale.memory import Peak

FAMILY = 100_000
TASKS = {
    "sketch 0": "propose",
    "match 0": "share",
    "sketch 1": "name",
    "match 1": "join",
    "sketch 2": "collect",
    "match 2": "verify",
}
STEPS = ("dedup.near", "dedup.lines")


class Timed:
    """An executor that notes how long each kind of task took, in the order of the kinds."""

    def __init__(self, executor: Local, names: Mapping[str, str]) -> None:
        self._executor, self._names = executor, names
        self.seconds: list[tuple[str, float]] = []

    def map(self, task: str, payloads: Iterable[Payload]) -> Iterator[Result]:
        """As the executor that it wraps."""
        listed = list(payloads)
        name = task.partition(":")[2].partition("_")[0]
        start = time.perf_counter()
        yield from self._executor.map(task, listed)
        name = f"{name} {listed[0].get('round', '') if listed else ''}".strip()
        self.seconds.append((self._names.get(name, name), time.perf_counter() - start))

    def warm(self, task: str, payload: Payload) -> None:
        """As the executor that it wraps."""
        self._executor.warm(task, payload)

    def close(self) -> None:
        """As the executor that it wraps."""
        self._executor.close()


def main() -> None:
    """Print the table of signatures, then a block for each number of documents."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, nargs="*", default=[1_000_000, 3_000_000, 10_000_000])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--folder", type=Path, help="where to put some 3 KB a document; default: the folder of temporary files")
    parser.add_argument("--step", choices=STEPS, default=STEPS[0])
    options = parser.parse_args()
    if options.step == STEPS[0]:
        signatures.measure(documents=400, runs=5)
    for documents in options.documents:
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            footer = options.step == "dedup.lines"
            _scale(Scale(documents, min(FAMILY, documents // 10), footer=footer), Path(folder), options.workers, options.step)


def _scale(scale: Scale, folder: Path, workers: int, step: str) -> None:
    recipe = load_plain({"name": "scale", "steps": [step]})
    job = new_job(recipe, folder, f"{scale}", scale.parts)
    pool = multiprocessing.get_context("spawn").Pool(workers)
    pool.map(partial(_store, scale, job.fields), range(scale.parts), chunksize=1)
    pool.close()
    pool.join()
    stored, spent_before = _size(folder), _cpu_seconds()
    executor = Timed(Local(workers), TASKS if step == STEPS[0] else {})
    with Peak(os.getpid()) as peak:
        start = time.perf_counter()
        cross(executor, job, job.stages[0])
        seconds = time.perf_counter() - start
    executor.close()
    spent = _cpu_seconds() - spent_before
    print(f"\n{scale.documents:,} documents, {stored / 1e9:.1f} GB, family of {scale.family:,}, {workers} workers")
    print("  " + " · ".join(f"{name} {wall:.1f} s" for name, wall in executor.seconds))
    print(f"  together {seconds:.1f} s ({1e6 * seconds / scale.documents:.1f} s a million), CPU {spent:.1f} s, ", end="")
    print(f"peak memory {peak.bytes / 1e9:.2f} GB, disk {(_size(folder) - stored) / 1e9:.2f} GB")
    print(f"  {_outcome(scale, job)}", flush=True)


def _store(scale: Scale, fields: Payload, part: int) -> None:
    job = job_from(fields)
    with storing(job, job.stages[0], part) as write:
        for batch in batches(scale, part):
            write(batch)


def _cpu_seconds() -> float:
    """Of this process and of those that have ended."""
    return sum(
        usage.ru_utime + usage.ru_stime for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _outcome(scale: Scale, job: Job) -> str:
    """Of the copies and of the others, how many went."""
    verdict = job.store.mapped(f"{job.stages[0].barrier}/verdict.arrow")
    gone = verdict.filter(pc.is_valid(verdict["code"]))
    if scale.footer:
        return f"{gone.num_rows:,} documents lose lines"
    numbers = gone["part"].to_numpy().astype(np.uint64) * np.uint64(PART_DOCUMENTS) + gone["row"].to_numpy().astype(np.uint64)
    copy, family = scale.kinds(np.arange(scale.documents, dtype=np.uint64))
    copies = int(np.count_nonzero(copy))
    of_family = int(np.count_nonzero(family[numbers]))
    return f"removed {len(numbers):,}: planted copies {copies:,}, of the family {of_family:,}"


if __name__ == "__main__":
    main()
