"""All of a file or none of it: a temporary name in the same folder, fsync, rename, fsync of the folder.

Names are relative, with `/`. A name that exists is whole, whoever wrote it and however often the writer was killed.
"""

from __future__ import annotations

import errno
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

TEMPORARY = ".tmp-"
FULL = (errno.ENOSPC, errno.EDQUOT)  # what the system says when there is no room
UNWRITABLE = (*FULL, errno.EFBIG, errno.EROFS)  # what it says of a file that is written, never of one that is read


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
        make_folder(target.parent)
        temporary = target.with_name(f"{TEMPORARY}{uuid.uuid4().hex}")
        try:
            yield temporary
            flush(temporary)
            temporary.replace(target)
            flush(target.parent)
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


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, so that they are still there after the power fails."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        flush(folder.parent)


def flush(path: Path) -> None:
    """Wait until the bytes of a file, or the names in a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
