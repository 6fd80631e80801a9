"""The documents that a stage writes and the next one reads, batch by batch, with their profiles.

Arrow files, compressed with LZ4: they are read once or twice and go when the build is whole, and Parquet costs five times as
much to write.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import pyarrow as pa

from builder.core.batch import Batch
from builder.run.job import Job
from builder.run.plan import Stage

LZ4 = pa.ipc.IpcWriteOptions(compression="lz4", use_threads=False)


class Write(Protocol):
    """Takes the next batch."""

    def __call__(self, batch: Batch) -> None:
        """Batches of one file have one schema."""


def documents_name(job: Job, stage: Stage, part: int) -> str:
    """Where the documents of a part lie. Their presence means that the stage is done with the part."""
    return job.folder(stage, "docs", part, "arrow")


@contextmanager
def storing(job: Job, stage: Stage, part: int) -> Iterator[Write]:
    """Write the documents of a part; they get their name when the block ends."""
    writer: pa.ipc.RecordBatchFileWriter | None = None

    def write(batch: Batch) -> None:
        nonlocal writer
        writer = writer or pa.ipc.new_file(sink, batch.schema, options=LZ4)
        writer.write_table(batch.combine_chunks())

    with job.store.writing(documents_name(job, stage, part)) as temporary, pa.OSFile(str(temporary), "wb") as sink:
        yield write
        if writer:
            writer.close()


def stored_batches(job: Job, stage: Stage, part: int, columns: tuple[str, ...] = ()) -> Iterator[Batch]:
    """The documents of a finished part, one batch for each that was written; all columns, or some."""
    path = job.store.path(documents_name(job, stage, part))
    if not path.stat().st_size:  # a part in which no document could be read
        return
    with pa.memory_map(str(path)) as source:
        names = pa.ipc.open_file(source).schema.names
        chosen = [names.index(name) for name in columns] or None
        file = pa.ipc.open_file(source, options=pa.ipc.IpcReadOptions(included_fields=chosen, use_threads=False))
        for number in range(file.num_record_batches):
            yield pa.Table.from_batches([file.get_batch(number)])
