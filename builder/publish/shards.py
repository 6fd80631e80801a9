"""The published files: shards cut by bytes of text in shuffle order, written in row groups of a fixed number of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from builder.core.executor import Payload, Result
from builder.core.published import DOCUMENTS, REMOVED
from builder.publish.rows import (
    INDEXED,
    ORDER,
    SPLIT,
    index_rows,
    index_schema,
    removed_index_rows,
    with_kept,
)
from builder.run.job import Job, job_from

GROUP_ROWS = 1_000  # rows of a row group: about 3 MB of text, the unit in which readers stream
ORDERS = 1 << 64
REPEATED = ["source", "date", "script", "repairs.list.element", "step", "code"]  # columns that a dictionary makes smaller


class Shard(NamedTuple):
    """A range of the shuffle order of one split. The borders are numbers of up to 64 bits, the last one excluded."""

    name: str
    split: int
    low: int
    high: int
    rows: int


def cut_shards(job: Job, folder: str) -> list[Shard]:
    """The shards of all splits, from order and size of each row: 20 bytes a document.

    A split without documents has no shard, since readers cannot stream a file without rows. Where nothing was kept, the first
    split has an empty one, so that whoever opens the dataset is told so.
    """
    columns: list[list[np.ndarray]] = [[np.empty(0, np.int32)], [np.empty(0, np.uint64)], [np.empty(0, np.int64)]]
    for part in range(job.parts):
        table = job.store.mapped(f"{folder}/rows/{part:05d}.arrow")
        if not table.num_rows:
            continue
        for column, values in zip(columns, (table[SPLIT], table[ORDER], pc.binary_length(table["text"])), strict=True):
            column.append(values.to_numpy())
    split, order, size = (np.concatenate(column) for column in columns)
    shards: list[Shard] = []
    for number, name in enumerate(job.recipe.publish.splits):
        mine = np.flatnonzero(split == number)
        mine = mine[np.argsort(order[mine], kind="stable")]
        if len(mine):
            shards += _cut(name, number, order[mine], size[mine], job.recipe.publish.shard_bytes)
    return shards or [Shard(f"{next(iter(job.recipe.publish.splits))}-00000-of-00001", 0, 0, ORDERS, 0)]


def _cut(split: str, number: int, order: np.ndarray, size: np.ndarray, shard_bytes: int) -> Iterator[Shard]:
    """Equal shares of the bytes, at most `shard_bytes` each, save where one document is larger."""
    count = max(1, -(-int(size.sum()) // shard_bytes))
    targets = np.arange(1, count) * (size.sum() / count)
    starts = (
        order[np.minimum(np.searchsorted(np.cumsum(size), targets, side="right"), len(order) - 1)] if count > 1 else order[:0]
    )
    edges = [0, *sorted({int(start) for start in starts} - {0}), ORDERS]
    for place, (low, high) in enumerate(pairwise(edges)):
        first = int(np.searchsorted(order, np.uint64(low)))
        last = len(order) if high == ORDERS else int(np.searchsorted(order, np.uint64(high)))
        yield Shard(f"{split}-{place:05d}-of-{len(edges) - 1:05d}", number, low, high, last - first)


def write_shard(payload: Payload) -> Result:
    """Task. One shard of `data/`, and beside it in `index/` what is kept of each of its rows."""
    job, folder = job_from(payload["job"]), payload["folder"]
    shard = Shard(*payload["shard"])
    data, index = f"{folder}/out/data/{shard.name}.parquet", f"{folder}/out/index/{shard.name}.parquet"
    if job.store.exists(data):
        return {"rows": shard.rows}
    tables = [_range(job.store.mapped(f"{folder}/rows/{part:05d}.arrow"), shard) for part in range(job.parts)]
    tables = [table for table in tables if table.num_rows]
    schema = _schema(job, folder)
    public = pa.schema([field for field in schema if field.name not in (ORDER, SPLIT) and not field.name.startswith(INDEXED)])
    index_columns = index_schema(job.recipe)
    order = np.concatenate([np.empty(0, np.uint64), *(table[ORDER].to_numpy() for table in tables)])
    rows = _blocks(tables, order)
    with (
        job.store.writing(data) as path,
        job.store.writing(index) as index_path,
        _writer(path, public) as write,
        _writer(index_path, index_columns) as write_index,
    ):
        for block in rows:
            write(block.select(public.names))
            write_index(index_rows(block, index_columns))
    return {"rows": shard.rows}


def write_removed(payload: Payload) -> Result:
    """Task. The config `removed`: all dropped documents of a range of parts, in the order of the sources."""
    job, folder = job_from(payload["job"]), payload["folder"]
    name, parts, index_columns = payload["name"], payload["parts"], index_schema(job.recipe)
    if job.store.exists(f"{folder}/out/removed/{name}.parquet"):
        return {}
    with (
        job.store.writing(f"{folder}/out/removed/{name}.parquet") as path,
        job.store.writing(f"{folder}/out/index/{name}.parquet") as index_path,
        _writer(path, with_kept(REMOVED, job.recipe.kept_fields())) as write,
        _writer(index_path, index_columns) as write_index,
    ):
        tables = [job.store.mapped(f"{folder}/gone/{part:05d}.arrow") for part in range(*parts)]
        whole = pa.concat_tables(tables)
        for start in range(0, whole.num_rows, GROUP_ROWS):
            block = whole.slice(start, GROUP_ROWS)
            write(block)
            write_index(removed_index_rows(block, index_columns))
    return {}


def cut_removed(job: Job, folder: str) -> list[tuple[str, tuple[int, int]]]:
    """(name, range of parts) of the files of the config `removed`: parts together up to `shard_bytes`; none without drops."""
    tables = [job.store.mapped(f"{folder}/gone/{part:05d}.arrow") for part in range(job.parts)]
    if not any(table.num_rows for table in tables):
        return []
    starts, total = [0], 0
    for part, size in enumerate(table.nbytes for table in tables):
        if total and total + size > job.recipe.publish.shard_bytes:
            starts.append(part)
            total = 0
        total += size
    edges = [*starts, job.parts]
    return [(f"removed-{place:05d}-of-{len(starts):05d}", (low, high)) for place, (low, high) in enumerate(pairwise(edges))]


def _range(table: pa.Table, shard: Shard) -> pa.Table:
    """The rows of one shard; the table is sorted by split and order."""
    first, last = (int(place) for place in np.searchsorted(table[SPLIT].to_numpy(), [shard.split, shard.split + 1]))
    table = table.slice(first, last - first)
    order = table[ORDER].to_numpy()
    first = int(np.searchsorted(order, np.uint64(shard.low)))
    last = len(order) if shard.high == ORDERS else int(np.searchsorted(order, np.uint64(shard.high)))
    return table.slice(first, last - first)


def _blocks(tables: list[pa.Table], order: np.ndarray) -> Iterator[pa.Table]:
    """All rows in shuffle order, GROUP_ROWS at a time; each table is sorted, so a block is a run of rows of each."""
    ranked = np.argsort(order, kind="stable")
    starts = np.cumsum([0, *(table.num_rows for table in tables)])
    for start in range(0, len(ranked), GROUP_ROWS):
        wanted = ranked[start : start + GROUP_ROWS]
        ascending = np.sort(wanted)
        borders = np.searchsorted(ascending, starts)
        runs = [
            table.slice(int(ascending[low] - first), int(high - low))
            for table, first, low, high in zip(tables, starts, borders, borders[1:], strict=False)
            if high > low
        ]
        yield pa.concat_tables(runs).combine_chunks().take(np.searchsorted(ascending, wanted))


def _schema(job: Job, folder: str) -> pa.Schema:
    """The schema of the rows, from the first part that has any."""
    for part in range(job.parts):
        table = job.store.mapped(f"{folder}/rows/{part:05d}.arrow")
        if "text" in table.column_names:
            return table.schema
    return with_kept(DOCUMENTS, job.recipe.kept_fields())


@contextmanager
def _writer(path: Path, schema: pa.Schema) -> Iterator[Callable[[pa.Table], None]]:
    """Writes each block as one row group; the bytes depend on the rows alone."""
    with pq.ParquetWriter(path, schema, compression="zstd", compression_level=3, use_dictionary=REPEATED) as file:
        yield lambda block: file.write_table(block.combine_chunks(), row_group_size=GROUP_ROWS)
