"""From a part to batches of documents, and what was malformed on the way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np
import pyarrow as pa

from builder.core.batch import BATCH, Batch, with_engine_columns
from builder.core.errors import SourceError
from builder.core.fingerprint import file_digest
from builder.core.source import Malformed, Record, Slice, Source, UnreadableError
from builder.run.parts import Part
from builder.run.streams import BROKEN, compressed, opened, seekable

BATCH_CHARS = 1_500_000  # about 4 MB of Chinese text
BATCH_ROWS = 8_192
BYTES_PER_CHAR = 6  # the longest way to write one character of the text in a line: \uXXXX; three bytes in UTF-8


class BadLine(NamedTuple):
    """A malformed line or file as it goes to `quarantine/`."""

    part: int
    row: int
    source: str
    file: str
    line: int  # from 1
    reason: str
    excerpt: str


def read_part(
    part: Part, source: Source, max_document_chars: int, columns: Sequence[str] | None = None
) -> Iterator[tuple[Batch, list[BadLine]]]:
    """Batches of a few MB, in the order of the file.

    `columns`: the users' own of all sources; the source's alone by default.
    """
    table = _Table(part, source, columns)
    rows: list[tuple[int, Record]] = []
    bad: list[BadLine] = []
    size = 0
    for row, piece, found in read_records(part, source, max_document_chars):
        if isinstance(found, Malformed):
            bad.append(
                BadLine(part.number, row, source.name, piece.file, piece.first_line + found.line, found.reason, found.excerpt)
            )
            continue
        rows.append((row, _named(found, source, piece)))
        size += len(found.text)
        if found.more:
            size += sum(len(value) for value in found.more if value)
        if size >= BATCH_CHARS or len(rows) >= BATCH_ROWS:
            yield table.batch(rows), bad
            rows, bad, size = [], [], 0
    yield table.batch(rows), bad


def read_row(part: Part, source: Source, row: int, max_document_chars: int, columns: Sequence[str] | None = None) -> Batch | None:
    """The batch of one document, or None where the row is malformed or blank. Raises SourceError if its file has changed."""
    first = 0
    for piece in part.slices:
        if row < first + piece.lines:
            _check_digest(piece, source)
            for number, record in _slice_records(piece, source, max_document_chars * BYTES_PER_CHAR, from_source=True):
                if first + number == row and isinstance(record, Record):
                    return _Table(part, source, columns).batch([(row, _named(record, source, piece))])
            return None
        first += piece.lines
    return None


def _named(record: Record, source: Source, piece: Slice) -> Record:
    """A file that is one document gives it its name."""
    return record._replace(id=piece.file) if source.whole_files and not record.id else record


def read_records(part: Part, source: Source, max_document_chars: int) -> Iterator[tuple[int, Slice, Record | Malformed]]:
    """(row, slice, what stands there) of a part, malformed and too long documents too."""
    first, left = 0, part.rows
    for piece in part.slices:
        for number, record in _slice_records(piece, source, max_document_chars * BYTES_PER_CHAR):
            if not left:
                return
            left -= 1
            yield first + number, piece, checked(record, max_document_chars)
        first += piece.lines


def _slice_records(
    piece: Slice, source: Source, max_bytes: int, *, from_source: bool = False
) -> Iterator[tuple[int, Record | Malformed]]:
    _check_size(piece, source)
    try:
        with _stream(piece, source, max_bytes, from_source=from_source) as stream:
            alone = piece._replace(first_line=1) if source.seeks and piece.piece and not from_source else piece
            for record in source.read(stream, alone, max_bytes):
                yield record.line, record
    except BROKEN as error:
        yield 0, Malformed(0, f"the archive is truncated or damaged: {error}", "")
    except (UnreadableError, OSError) as error:
        raise SourceError(
            f"source {source.name}: cannot read {piece.file}",
            got=str(error),
            next="restore the file and run the same command again",
        ) from error


def _stream(piece: Slice, source: Source, max_bytes: int, *, from_source: bool) -> AbstractContextManager[BinaryIO]:
    """What the source reads: the slice, or the whole file if it `seeks`; of its copy, where there is one."""
    if source.seeks:
        return seekable(Path(piece.piece if piece.piece and not from_source else piece.path))
    if piece.piece and not from_source:
        return opened(Path(piece.piece), 0, piece.end - piece.start)
    return opened(Path(piece.path), piece.start, max_bytes + 1 if source.whole_files else piece.end)


def _check_size(piece: Slice, source: Source) -> None:
    """A file that became shorter since it was surveyed would lose documents in silence; one that is seeked counts its rows."""
    path = Path(piece.piece or piece.path)
    size = piece.end - piece.start if piece.piece else piece.end
    if not source.seeks and (piece.piece or not compressed(path)) and path.exists() and path.stat().st_size < size:
        raise SourceError(
            f"source {source.name}: {piece.file} has become shorter since it was surveyed",
            got=f"{path.stat().st_size:,} bytes",
            allowed=f"{size:,} bytes",
            next="run the same command again: the file is surveyed anew",
        )


def checked(record: Record | Malformed, max_chars: int) -> Record | Malformed:
    """The record, or Malformed where its text is too long."""
    if isinstance(record, Record) and len(record.text) > max_chars:
        reason = f"document of {len(record.text):,} characters is over max_document_chars ({max_chars:,})"
        return Malformed(record.line, reason, record.text[:200])
    return record


class _Table:
    """Makes batches of the documents of one part."""

    def __init__(self, part: Part, source: Source, columns: Sequence[str] | None) -> None:
        self._part, self._source = part, source
        names = source.kept() if columns is None else columns
        self._places = [source.kept().index(name) if name in source.kept() else None for name in names]
        self._schema = pa.schema([*BATCH, *(pa.field(name, pa.string()) for name in names)])

    def batch(self, rows: list[tuple[int, Record]]) -> Batch:
        """The batch of these documents, each with its row."""
        numbers = [row for row, _ in rows]
        doc_ids = [f"{self._source.name}:{self._part.number}:{row}" for row in numbers]
        columns: list[list[str | None]] = [
            [*doc_ids],
            [record.id or doc_id for (_, record), doc_id in zip(rows, doc_ids, strict=True)],
            [self._source.name] * len(rows),
            [record.url for _, record in rows],
            [record.date for _, record in rows],
            [record.text for _, record in rows],
            *([None if place is None else record.more[place] for _, record in rows] for place in self._places),
        ]
        arrays = [pa.array(column, field.type) for column, field in zip(columns, self._schema, strict=True)]
        table = pa.table(arrays, schema=self._schema)
        return with_engine_columns(table, np.array(numbers, np.int64), self._part.number, self._source.priority)


def _check_digest(piece: Slice, source: Source) -> None:
    path = Path(piece.path)
    if not path.exists() or file_digest(path) != piece.digest:
        raise SourceError(
            f"source {source.name}: {piece.file} is not the file that was built from",
            got="no such file" if not path.exists() else f"digest {file_digest(path)}",
            allowed=f"digest {piece.digest}",
            next="restore the file, or build again",
        )
