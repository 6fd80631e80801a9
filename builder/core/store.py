"""All of a file or none of it: a temporary name in the same folder, fsync, rename.

Names are relative, with `/`. A name that exists is whole, whoever wrote it and however often the writer was killed.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

TEMPORARY = ".tmp-"


class Store:
    """Files below one local folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, name: str) -> Path:
        """Where the file of this name lies, whether or not it exists."""
        return self.root / name

    def below(self, name: str) -> Store:
        """The store of a folder."""
        return Store(self.root / name)

    def exists(self, name: str) -> bool:
        """Whether a whole file of this name is there."""
        return self.path(name).exists()

    def names(self, folder: str = "", suffix: str = "") -> list[str]:
        """Sorted names of the whole files directly in a folder; empty if the folder is not there."""
        place = self.path(folder)
        if not place.is_dir():
            return []
        prefix = f"{folder}/" if folder else ""
        found = (entry.name for entry in place.iterdir() if entry.is_file())
        return sorted(prefix + name for name in found if name.endswith(suffix) and not name.startswith(TEMPORARY))

    @contextmanager
    def writing(self, name: str) -> Iterator[Path]:
        """A temporary path to write to; it gets its name when the block ends, and is removed when the block raises."""
        target = self.path(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_name(f"{TEMPORARY}{uuid.uuid4().hex}")
        try:
            yield temporary
            _flush(temporary)
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)

    def write_bytes(self, name: str, content: bytes) -> None:
        """Write a small file."""
        with self.writing(name) as temporary:
            temporary.write_bytes(content)

    def write_parquet(self, name: str, table: pa.Table) -> None:
        """Write a table as Parquet (zstd, level 3), the same bytes for the same rows however they are chunked."""
        with self.writing(name) as temporary:
            pq.write_table(table.combine_chunks(), temporary, compression="zstd", compression_level=3)

    def read_parquet(self, name: str, columns: list[str] | None = None) -> pa.Table:
        """A table written as Parquet; of all columns, or of some."""
        with pq.ParquetFile(self.path(name)) as file:
            return file.read(columns=columns)

    def write_arrow(self, name: str, table: pa.Table) -> None:
        """Write a table as one uncompressed Arrow record batch, to be mapped into memory by `mapped`."""
        with self.writing(name) as temporary, pa.OSFile(str(temporary), "wb") as sink:
            table = table.combine_chunks()
            with pa.ipc.new_file(sink, table.schema) as writer:
                writer.write_table(table)

    def mapped(self, name: str) -> pa.Table:
        """A table written by `write_arrow`, mapped into memory: only the pages that are touched are read."""
        with pa.memory_map(str(self.path(name))) as source:
            return pa.ipc.open_file(source).read_all()

    def remove(self, name: str) -> None:
        """Remove a file or a folder with all that is in it; no error if it is not there."""
        place = self.path(name)
        if place.is_dir():
            shutil.rmtree(place)
        else:
            place.unlink(missing_ok=True)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
