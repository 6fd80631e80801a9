"""The uncompressed bytes of a file: plain, .gz or .zst, from any offset to any other."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

import zstandard

BLOCK_BYTES = 1 << 22
BROKEN = (EOFError, OSError, zlib.error, zstandard.ZstdError)  # what a truncated or damaged archive raises


def compressed(path: Path) -> bool:
    """Whether the suffix says that the bytes must be uncompressed, so that the file cannot be seeked."""
    return path.suffix.lower() in (".gz", ".zst")


@contextmanager
def uncompressed(path: Path) -> Iterator[BinaryIO]:
    """The uncompressed bytes of a file, from the beginning. All frames of a .zst and all members of a .gz are read."""
    suffix = path.suffix.lower()
    with path.open("rb") as raw:
        if suffix == ".gz":
            with gzip.open(raw) as stream:
                yield cast("BinaryIO", stream)
        elif suffix == ".zst":
            with zstandard.ZstdDecompressor().stream_reader(raw, read_across_frames=True) as reader:
                yield cast("BinaryIO", io.BufferedReader(cast("io.RawIOBase", reader), BLOCK_BYTES))
        else:
            yield raw


@contextmanager
def opened(path: Path, start: int, end: int) -> Iterator[BinaryIO]:
    """The uncompressed bytes from `start` to `end` as a stream of their own."""
    with uncompressed(path) as stream:
        if compressed(path):
            _skip(stream, start)
        else:
            stream.seek(start)
        yield cast("BinaryIO", io.BufferedReader(_Range(stream, end - start), BLOCK_BYTES))


def _skip(stream: BinaryIO, count: int) -> None:
    while count > 0:
        block = stream.read(min(count, BLOCK_BYTES))
        if not block:
            return
        count -= len(block)


class _Range(io.RawIOBase):
    """At most `count` further bytes of a stream."""

    def __init__(self, stream: BinaryIO, count: int) -> None:
        self._stream, self._left = stream, count

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # io declares a wider buffer type
        block = self._stream.read(min(len(buffer), self._left))
        buffer[: len(block)] = block
        self._left -= len(block)
        return len(block)
