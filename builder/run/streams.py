"""The uncompressed bytes of a file: plain, .gz or .zst, from any offset to any other."""

from __future__ import annotations

import io
import shutil
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol, cast

import zstandard

BLOCK_BYTES = 1 << 22
PACKED_BYTES = 1 << 12  # unpacked at once: what is lost of a damaged archive before the damage, at most
DENSE_BYTES, DENSE = 1 << 8, 64  # … at the beginning, and where they grow so many times: 4 bytes of a .zst can mean 128 kB
# Text becomes 3 to 10 times smaller, and pages that are all alike about 100 times. What unpacks to more is made to fill disks.
MAX_RATIO, FREE_BYTES = 250, 1_000_000_000
GZIP = 31  # zlib's window bits for a stream with the header of gzip
BROKEN = (EOFError, zlib.error, zstandard.ZstdError)  # what a truncated or damaged archive raises


def compressed(path: Path) -> bool:
    """Whether the suffix says that the bytes must be uncompressed, so that the file cannot be seeked."""
    return path.suffix.lower() in (".gz", ".zst")


@contextmanager
def uncompressed(path: Path) -> Iterator[BinaryIO]:
    """The uncompressed bytes of a file, from the beginning. All frames of a .zst and all members of a .gz are read.

    Reading raises one of BROKEN where an archive is truncated or damaged, after all that stands before the place was read.
    """
    suffix = path.suffix.lower()
    with path.open("rb") as raw:
        if suffix == ".gz":
            yield cast("BinaryIO", _Unpacked(raw, lambda: zlib.decompressobj(GZIP), padding=b"\0"))
        elif suffix == ".zst":
            yield cast("BinaryIO", _Unpacked(raw, lambda: zstandard.ZstdDecompressor().decompressobj()))
        else:
            yield raw


@contextmanager
def seekable(path: Path, scratch: Path | None = None) -> Iterator[BinaryIO]:
    """The uncompressed bytes of a file as a stream that can be seeked; an archive is unpacked below `scratch` first."""
    if not compressed(path):
        with path.open("rb") as raw:
            yield raw
        return
    with tempfile.TemporaryFile(dir=scratch) as unpacked:
        with uncompressed(path) as stream:
            shutil.copyfileobj(stream, unpacked, BLOCK_BYTES)
        unpacked.seek(0)
        yield cast("BinaryIO", unpacked)


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


class _Unpacker(Protocol):
    """Unpacks one member of a .gz or one frame of a .zst."""

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, packed: bytes, /) -> bytes: ...


class _Unpacked:
    """The bytes of all members or frames of an archive, one after the other. `padding` may follow each of them."""

    def __init__(self, raw: BinaryIO, fresh: Callable[[], _Unpacker], padding: bytes = b"") -> None:
        self._raw, self._fresh, self._padding = raw, fresh, padding
        self._unpacker: _Unpacker | None = None  # of the member that has begun
        self._packed = b""
        self._ready = memoryview(b"")
        self._bite = DENSE_BYTES
        self._taken = self._given = 0  # bytes, packed and unpacked

    def read(self, count: int) -> bytes:
        """At least one byte and at most `count`; none at the end."""
        while not self._ready:
            if not self._packed and not self._more():
                return b""
            if self._given > max(FREE_BYTES, MAX_RATIO * self._taken):
                raise EOFError(f"it unpacks to more than {FREE_BYTES:,} bytes and {MAX_RATIO} times its size")
            packed = len(self._packed)
            self._ready = memoryview(self._unpacked())
            self._given += len(self._ready)
            if self._ready:
                self._bite = DENSE_BYTES if len(self._ready) > DENSE * packed else PACKED_BYTES
        block, self._ready = self._ready[:count], self._ready[count:]
        return bytes(block)

    def _more(self) -> bool:
        """Read on in the archive; False at its end. Raises EOFError inside a member."""
        self._packed = self._raw.read(self._bite)
        self._taken += len(self._packed)
        if not self._packed and self._unpacker:
            raise EOFError("it ends too early")
        return bool(self._packed)

    def _unpacked(self) -> bytes:
        packed, self._packed = self._packed, b""
        if not self._unpacker:
            packed = packed.lstrip(self._padding) if self._padding else packed
            if not packed:
                return b""
            self._unpacker = self._fresh()
        unpacked = self._unpacker.decompress(packed)
        if self._unpacker.eof:
            self._packed, self._unpacker = self._unpacker.unused_data, None
        return unpacked


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
