"""The documents that a stage has written, batch by batch."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow.parquet as pq

from builder.core.batch import Batch, with_profile
from builder.run.job import Job
from builder.run.plan import Stage


def stored_batches(job: Job, stage: Stage, part: int) -> Iterator[Batch]:
    """The documents of a finished part, with their profiles; one batch for each that was written."""
    with pq.ParquetFile(job.store.path(job.folder(stage, "docs", part, "parquet"))) as file:
        for group in range(file.num_row_groups):
            yield with_profile(file.read_row_group(group))
