"""What the later filters would drop, known before duplicates are decided: each filter sees each text once.

The facts of a part lie beside the sketches of the barrier for which they were found. They hold as long as nothing but
whole documents goes, so that the stages behind need to run their filters on these documents alone.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from builder.core.apply import flagged
from builder.core.batch import ROW, Batch, integers
from builder.run.job import Job
from builder.run.plan import Stage


def found(stage: Stage, batch: Batch) -> np.ndarray:
    """int64[k]: the rows of the documents that a later filter would drop, or on which it raises."""
    mask = np.zeros(batch.num_rows, bool)
    for step in stage.facts:
        mask |= flagged(step, batch)
    return integers(batch, ROW)[mask]


def write(job: Job, stage: Stage, part: int, rows: np.ndarray) -> None:
    """Keep the facts of a part for the barrier that closes the stage."""
    job.store.write_arrow(_name(stage, part), pa.table({ROW: rows}))


def read(job: Job, stage: Stage, part: int) -> np.ndarray:
    """int64[k]: the rows that were found for the barrier that closes the stage."""
    rows: np.ndarray = job.store.mapped(_name(stage, part))[ROW].to_numpy()
    return rows


def inherited(job: Job, stage: Stage, part: int) -> np.ndarray | None:
    """The facts of the stage before where they still hold, or None."""
    return read(job, job.stages[stage.number - 1], part) if stage.only_drops else None


def carried(job: Job, stage: Stage, part: int) -> np.ndarray | None:
    """The facts of the stage before, if they hold for all documents whose text the opening step left as it was; or None."""
    if stage.opening is None or stage.opening.adds.names:
        return None
    if not all(step.only_drops() and not step.adds.names for step in stage.steps):
        return None
    before = job.stages[stage.number - 1]
    return read(job, before, part) if before.facts == stage.facts else None


def _name(stage: Stage, part: int) -> str:
    return f"{stage.barrier}/facts/{part:05d}.arrow"
