"""Read each input file once: its digest, and where it is cut. A file that cannot be seeked is copied into pieces.

Pieces are named by the digest of their file and by how it is read, so that a second build finds them whatever else has changed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from builder.core.errors import SourceError, nearest
from builder.core.executor import Payload, Result
from builder.core.fingerprint import file_digest, fingerprint
from builder.core.source import Cut, Slice, Source, UnreadableError
from builder.core.store import UNWRITABLE, Store
from builder.run.parts import slice_from
from builder.run.recipe import plain_source, source_from
from builder.run.streams import BROKEN, compressed, seekable, uncompressed

PIECES = "pieces"


def survey_payload(source: Source, part_bytes: int, max_bytes: int, stages: Path) -> Payload:
    """What all tasks of one source are told; `files` and `order` are to be added."""
    plain = plain_source(source.model_copy(update={"path": ""}))  # it may be long, and each task has its own files
    return {"source": plain, "part_bytes": part_bytes, "max_bytes": max_bytes, "stages": str(stages)}


def survey_files(payload: Payload) -> Result:
    """Task. `files`: [name, path] pairs of one source; the rest as in `survey_payload`."""
    surveyor = _Surveyor(payload)
    slices: list[Slice] = []
    broken: list[list[str]] = []
    for name, path in payload["files"]:
        mine, error = surveyor.slices(name, Path(path))
        slices += mine
        broken += [[name, error]] if error else []
    return {"order": payload["order"], "slices": slices, "broken": broken}


def check_columns(source: Source, slices: Iterable[Slice]) -> None:
    """Raises SourceError where the user's own columns stand in no file of a format that names its columns."""
    columns = sorted({name for piece in slices for name in piece.header})
    if columns and (absent := [name for name in source.kept() if name not in columns]):
        raise SourceError(
            f"source {source.name}: no file has the column {', '.join(absent)}",
            got=f"keep_fields: {', '.join(source.kept())}",
            allowed=", ".join(columns),
            next=nearest(absent[0], columns) or "correct keep_fields",
        )


class _Surveyor:
    """Cuts the files of one source."""

    def __init__(self, payload: Payload) -> None:
        self._source = source_from(payload["source"])
        self._store = Store(Path(payload["stages"]))
        self._part_bytes, self._max_bytes = payload["part_bytes"], payload["max_bytes"]
        fields = self._source.model_dump(mode="json", exclude={"name", "license", "priority", "limit"})
        self._how = fingerprint([type(self._source).__module__, fields, self._part_bytes, self._max_bytes])

    def slices(self, name: str, path: Path) -> tuple[list[Slice], str]:
        """The slices of a file, and why it ends early or cannot be read, if so."""
        try:
            digest = file_digest(path)
            if self._in_pieces(path):
                return self._pieces(name, path, digest)
            with path.open("rb") as stream:
                cuts = list(self._source.cuts(stream, name, self._part_bytes, self._max_bytes))
            return [Slice(name, str(path), digest, *cut) for cut in cuts], ""
        except UnreadableError as error:
            return [], str(error)
        except OSError as error:
            if error.errno in UNWRITABLE:  # where the pieces are written
                raise
            raise SourceError(
                f"cannot read {name}", got=error.strerror or str(error), next="check the file, or leave it out"
            ) from error

    def _in_pieces(self, path: Path) -> bool:
        if compressed(path):
            return not self._source.whole_files
        if not self._source.seeks:
            return False
        with path.open("rb") as stream:
            return self._source.must_copy(stream, self._part_bytes)

    def _pieces(self, name: str, path: Path, digest: str) -> tuple[list[Slice], str]:
        folder = f"{PIECES}/{digest}-{self._how}"
        if not self._store.exists(f"{folder}/cuts.json"):
            cuts, error = self._copied(name, path, folder)
            self._store.write_bytes(f"{folder}/cuts.json", json.dumps([cuts, error]).encode())
        plain, error = json.loads(self._store.path(f"{folder}/cuts.json").read_bytes())
        pieces = [str(self._store.path(f"{folder}/{number:05d}")) for number in range(len(plain))]
        return [slice_from([name, str(path), digest, *cut, piece]) for cut, piece in zip(plain, pieces, strict=True)], error

    def _copied(self, name: str, path: Path, folder: str) -> tuple[list[Cut], str]:
        """Write the pieces of a file; what stands before the place where its archive is broken is kept."""
        cuts: list[Cut] = []
        try:
            for cut, content in self._seeked(name, path) if self._source.seeks else self._streamed(name, path):
                self._store.write_bytes(f"{folder}/{len(cuts):05d}", content)
                cuts.append(cut)
        except _BrokenArchiveError as error:
            return cuts, f"the archive is truncated or damaged: {error}"
        except UnreadableError as error:
            if not cuts:
                raise
            return cuts, str(error)
        return cuts, ""

    def _streamed(self, name: str, path: Path) -> Iterator[tuple[Cut, bytes]]:
        with uncompressed(path) as stream:
            blocks = _Kept(stream)
            for cut in self._source.cuts(blocks, name, self._part_bytes, self._max_bytes):  # type: ignore[arg-type]  # all that is asked of a stream
                yield cut, blocks.taken(cut.start, cut.end)
            if blocks.broken:
                raise _BrokenArchiveError(blocks.broken)

    def _seeked(self, name: str, path: Path) -> Iterator[tuple[Cut, bytes]]:
        self._store.root.mkdir(parents=True, exist_ok=True)
        try:
            with seekable(path, self._store.root) as stream:
                yield from self._source.copies(stream, name, self._part_bytes)
        except BROKEN as error:
            raise _BrokenArchiveError(str(error)) from error


class _BrokenArchiveError(Exception):
    """An archive ends early."""


class _Kept:
    """A stream that keeps what was read until it is taken, and ends where its archive is broken."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._kept, self._start = stream, bytearray(), 0
        self.broken = ""

    def read(self, count: int) -> bytes:
        try:
            block = self._stream.read(count)
        except BROKEN as error:
            self.broken, block = str(error), b""
        self._kept += block
        return block

    def taken(self, start: int, end: int) -> bytes:
        """The bytes from `start` to `end` of the whole stream; what stands before them is let go."""
        content = bytes(memoryview(self._kept)[start - self._start : end - self._start])
        del self._kept[: end - self._start]
        self._start = end
        return content
