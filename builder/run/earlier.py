"""What a build reads of one shard of an earlier release: its index to propose, and of `data/` the rows that were proposed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from builder.core.batch import BATCH, CLUSTER, PART, ROW, Batch, texts_batch, with_engine_columns
from builder.core.errors import OutputError
from builder.core.fingerprint import file_digest, fingerprint
from builder.core.index import KEY, SPLIT_KEY, unpacked_keys
from builder.core.step import CorpusStep
from builder.run.settings import PublishSettings
from builder.text.canonical import KEY_VERSION, canonical_keys

KEY_METADATA, SPLIT_METADATA = b"canonical key", b"publish"  # of an index
WHOLE_AGAIN = "restore the folder as it was, or run this build again once that release is built again and whole"


class EarlierShard(NamedTuple):
    """A shard of an earlier release; its place in the job, counted from EARLIER, is its part number."""

    release: str  # what the release is called: the name of its folder
    folder: str
    file: str  # in `data/` and in `index/`
    digest: str  # of the index file
    rows: int

    @property
    def documents(self) -> Path:
        """The documents."""
        return Path(self.folder) / "data" / self.file

    @property
    def kept(self) -> Path:
        """Row for row what is kept of them."""
        return Path(self.folder) / "index" / self.file


def releases_hash(shards: Sequence[EarlierShard]) -> str:
    """Names what a build is made against: names and contents, no paths. Empty where there is nothing."""
    return fingerprint([[shard.release, shard.file, shard.digest] for shard in shards]) if shards else ""


def release_names(shards: Sequence[EarlierShard]) -> list[str]:
    """Each release once, in the order of the recipe."""
    return list(dict.fromkeys(shard.release for shard in shards))


def depended_on(publish: PublishSettings) -> dict[bytes, bytes]:
    """What an index depends on beside the steps: metadata of its schema. Only documents with the same can be compared."""
    splits = {"seed": publish.seed, "splits": list(publish.splits.items())}  # their order decides which hash falls to which
    return {KEY_METADATA: str(KEY_VERSION).encode(), SPLIT_METADATA: json.dumps(splits, ensure_ascii=False).encode()}


def remembered(step: CorpusStep) -> pa.Schema:
    """The columns that a step keeps in an index, with the metadata that say what they depend on."""
    return step.remember(texts_batch([])).schema


def recalled(shard: EarlierShard, number: int, step: CorpusStep) -> pa.Table | None:
    """The sketch of round 0 of a shard, from its index alone. Raises OutputError where the index is no longer what it was."""
    if not shard.kept.is_file() or file_digest(shard.kept) != shard.digest:
        raise _changed(shard, f"{shard.kept} is not the file that it was when this build began")
    table = _read(shard.kept, ["id", KEY, *remembered(step).names])
    place = {PART: np.full(table.num_rows, number, np.int32), ROW: np.arange(table.num_rows)}
    return step.recall(pa.table({**place, **{name: table[name] for name in table.column_names}}))


def documents(shard: EarlierShard, number: int, rows: np.ndarray, columns: Sequence[str] = ()) -> Iterator[Batch]:
    """Some documents (int64[k], ascending) for later rounds; of `data/` only their row groups are read.

    `columns`: all that is asked for, where that is not everything; without texts nothing is read.
    """
    if columns and "text" not in columns:
        yield with_engine_columns(pa.table({"doc_id": pa.nulls(len(rows), pa.string())}), rows, number, 0).select(list(columns))
        return
    if not (shard.documents.is_file() and shard.kept.is_file()):
        raise _changed(shard, f"{shard.file} is gone")
    with pq.ParquetFile(shard.documents) as data, pq.ParquetFile(shard.kept) as index:
        if data.metadata.num_rows != index.metadata.num_rows:
            raise _changed(shard, f"{shard.documents} and {shard.kept} have not the same rows")
        start = 0
        for group in range(data.num_row_groups):
            end = start + data.metadata.row_group(group).num_rows
            first, last = np.searchsorted(rows, [start, end])
            if first < last:
                mine = rows[first:last]
                yield _batch(shard, number, mine, *(_taken(file, group, mine - start, file is index) for file in (data, index)))
            start = end


def _taken(file: pq.ParquetFile, group: int, rows: np.ndarray, is_index: bool) -> pa.Table:  # noqa: FBT001 - of one call
    columns = ["doc_id", KEY, SPLIT_KEY] if is_index else ["id", "text"]
    return file.read_row_group(group, columns=columns, use_threads=False).take(rows)


def _batch(shard: EarlierShard, number: int, rows: np.ndarray, data: pa.Table, index: pa.Table) -> Batch:
    """Raises OutputError where the texts are not those that the index was made of."""
    if not np.array_equal(canonical_keys(data["text"]), unpacked_keys(index[KEY])):
        raise _changed(shard, f"texts of {shard.documents} do not have the keys that stand in its index")
    nulls = pa.nulls(len(rows), pa.string())
    columns = [index["doc_id"], data["id"], pa.array([shard.release] * len(rows), pa.string()), nulls, nulls, data["text"]]
    batch = with_engine_columns(pa.table(columns, schema=BATCH), rows, number, 0)
    return batch.append_column(CLUSTER, index[SPLIT_KEY])


def named(shard: EarlierShard, rows: np.ndarray) -> pa.Table:
    """`id` and `doc_id` of some documents."""
    return _read(shard.kept, ["id", "doc_id"]).take(rows)


def _read(path: Path, columns: list[str]) -> pa.Table:
    with pq.ParquetFile(path) as file:
        return file.read(columns=columns, use_threads=False)


def _changed(shard: EarlierShard, got: str) -> OutputError:
    return OutputError(
        f"the earlier release {shard.folder} has changed",
        got=got,
        allowed="a release that stays as it is while a build is made against it",
        next=WHOLE_AGAIN,
    )
