"""Read each input file once: its digest, and where it is cut. A file that cannot be seeked is copied into pieces.

Pieces are named by the digest of their file, so that a second build finds them whatever else has changed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from builder.core.errors import SourceError
from builder.core.executor import Payload, Result
from builder.core.fingerprint import file_digest
from builder.core.source import Slice
from builder.core.store import Store
from builder.run.streams import BLOCK_BYTES, BROKEN, compressed, uncompressed

PIECES = "pieces"


def survey_files(payload: Payload) -> Result:
    """Task. `files`: [name, path] pairs of one source; `by_lines`; `part_bytes`; `stages`: the folder for pieces."""
    store = Store(Path(payload["stages"]))
    slices: list[Slice] = []
    broken: list[list[str]] = []
    for name, path in payload["files"]:
        digest = _digest(name, Path(path))
        if not payload["by_lines"]:
            slices.append(Slice(name, path, digest, 0, Path(path).stat().st_size, 1, 1))
            continue
        cuts, error = _cuts(store, Path(path), digest, payload["part_bytes"])
        slices += [Slice(name, path, digest, *cut) for cut in cuts]
        broken += [[name, error]] if error else []
    return {"order": payload["order"], "slices": slices, "broken": broken}


def _digest(name: str, path: Path) -> str:
    try:
        return file_digest(path)
    except OSError as error:
        raise SourceError(
            f"cannot read {name}", got=error.strerror or str(error), next="check the file, or leave it out"
        ) from error


def _cuts(store: Store, path: Path, digest: str, part_bytes: int) -> tuple[list[list[Any]], str]:
    """[start, end, first_line, lines, piece] of each slice, and why the file ends early, if it does."""
    if not compressed(path):
        with path.open("rb") as stream:
            return [[*cut, ""] for cut in find_cuts(stream, part_bytes)], ""
    folder = f"{PIECES}/{digest}-{part_bytes}"
    if not store.exists(f"{folder}/cuts.json"):
        cuts, error = _copied(store, folder, path, part_bytes)
        store.write_bytes(f"{folder}/cuts.json", json.dumps([cuts, error]).encode())
    cuts, error = json.loads(store.path(f"{folder}/cuts.json").read_bytes())
    pieces = [str(store.path(f"{folder}/{number:05d}")) for number in range(len(cuts))]
    return [[*cut, piece] for cut, piece in zip(cuts, pieces, strict=True)], error


def _copied(store: Store, folder: str, path: Path, part_bytes: int) -> tuple[list[tuple[int, int, int, int]], str]:
    """Uncompress a file into pieces; what stands before the place where it is broken is kept."""
    cuts: list[tuple[int, int, int, int]] = []
    with uncompressed(path) as stream:
        blocks = _Kept(stream)
        for cut in find_cuts(blocks, part_bytes):
            store.write_bytes(f"{folder}/{len(cuts):05d}", blocks.taken(cut[1] - cut[0]))
            cuts.append(cut)
    return cuts, blocks.broken


class _Kept:
    """A stream that keeps what was read until it is taken, and ends where its archive is broken."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._kept = stream, bytearray()
        self.broken = ""

    def read(self, count: int) -> bytes:
        try:
            block = self._stream.read(count)
        except BROKEN as error:
            self.broken, block = f"the archive is truncated or damaged: {error}", b""
        self._kept += block
        return block

    def taken(self, count: int) -> bytes:
        content = bytes(self._kept[:count])
        del self._kept[:count]
        return content


def find_cuts(stream: BinaryIO | _Kept, part_bytes: int) -> Iterator[tuple[int, int, int, int]]:
    """(start, end, first_line, lines) of slices: each ends with the first newline after `part_bytes` bytes."""
    start = position = lines = 0
    first_line, last = 1, b"\n"
    while block := stream.read(BLOCK_BYTES):
        begin = 0
        while (
            place := block.find(b"\n", max(begin, start + part_bytes - 1 - position))
        ) >= 0 and position + place + 1 - start >= part_bytes:
            end = position + place + 1
            lines += block.count(b"\n", begin, place + 1)
            yield start, end, first_line, lines
            start, first_line, lines, begin = end, first_line + lines, 0, place + 1
        lines += block.count(b"\n", begin)
        position += len(block)
        last = block[-1:]
    if position > start:
        yield start, position, first_line, lines + (last != b"\n")
