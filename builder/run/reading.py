"""From a part to batches of documents, and what was malformed on the way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from builder.core.batch import BATCH, Batch, with_engine_columns
from builder.core.errors import SourceError
from builder.core.fingerprint import file_digest
from builder.core.source import Malformed, Record, Slice, Source
from builder.run.parts import Part
from builder.run.streams import BROKEN, compressed, opened

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


def read_part(part: Part, source: Source, max_document_chars: int) -> Iterator[tuple[Batch, list[BadLine]]]:
    """Batches of a few MB, in the order of the file."""
    rows: list[tuple[int, Record]] = []
    bad: list[BadLine] = []
    size = 0
    for row, piece, record in _records(part, source, max_document_chars * BYTES_PER_CHAR):
        found = _checked(record, max_document_chars)
        if isinstance(found, Malformed):
            bad.append(
                BadLine(part.number, row, source.name, piece.file, piece.first_line + found.line, found.reason, found.excerpt)
            )
            continue
        named = found if source.by_lines or found.id else found._replace(id=piece.file)
        rows.append((row, named))
        size += len(found.text)
        if size >= BATCH_CHARS or len(rows) >= BATCH_ROWS:
            yield _batch(rows, part, source), bad
            rows, bad, size = [], [], 0
    yield _batch(rows, part, source), bad


def read_row(part: Part, source: Source, row: int, max_document_chars: int) -> Batch | None:
    """The batch of one document, or None where the row is malformed or blank. Raises SourceError if its file has changed."""
    first = 0
    for piece in part.slices:
        if row < first + piece.lines:
            _check_digest(piece, source)
            for number, record in _slice_records(piece, source, max_document_chars * BYTES_PER_CHAR, from_source=True):
                if first + number == row and isinstance(record, Record):
                    named = record if source.by_lines or record.id else record._replace(id=piece.file)
                    return _batch([(row, named)], part, source)
            return None
        first += piece.lines
    return None


def _records(part: Part, source: Source, max_bytes: int) -> Iterator[tuple[int, Slice, Record | Malformed]]:
    first = 0
    for piece in part.slices:
        for number, record in _slice_records(piece, source, max_bytes):
            if first + number >= part.rows:
                return
            yield first + number, piece, record
        first += piece.lines


def _slice_records(
    piece: Slice, source: Source, max_bytes: int, *, from_source: bool = False
) -> Iterator[tuple[int, Record | Malformed]]:
    copied = bool(piece.piece) and not from_source
    end = piece.end if source.by_lines else max_bytes + 1
    where = (Path(piece.piece), 0, piece.end - piece.start) if copied else (Path(piece.path), piece.start, end)
    _check_size(piece, source)
    try:
        with opened(*where) as stream:
            for record in source.read(stream, max_bytes):
                yield record.line, record
    except BROKEN as error:
        yield 0, Malformed(0, f"the archive is truncated or damaged: {error}", "")
    except OSError as error:
        raise SourceError(
            f"source {source.name}: cannot read {piece.file}",
            got=str(error),
            next="restore the file and run the same command again",
        ) from error


def _check_size(piece: Slice, source: Source) -> None:
    """A file that became shorter since it was surveyed would lose documents in silence."""
    path = Path(piece.piece or piece.path)
    size = piece.end - piece.start if piece.piece else piece.end
    if (piece.piece or not compressed(path)) and path.exists() and path.stat().st_size < size:
        raise SourceError(
            f"source {source.name}: {piece.file} has become shorter since it was surveyed",
            got=f"{path.stat().st_size:,} bytes",
            allowed=f"{size:,} bytes",
            next="run the same command again: the file is surveyed anew",
        )


def _checked(record: Record | Malformed, max_chars: int) -> Record | Malformed:
    if isinstance(record, Record) and len(record.text) > max_chars:
        reason = f"document of {len(record.text):,} characters is over max_document_chars ({max_chars:,})"
        return Malformed(record.line, reason, record.text[:200])
    return record


def _batch(rows: list[tuple[int, Record]], part: Part, source: Source) -> Batch:
    numbers = [row for row, _ in rows]
    doc_ids = [f"{source.name}:{part.number}:{row}" for row in numbers]
    columns = (
        doc_ids,
        [record.id or doc_id for (_, record), doc_id in zip(rows, doc_ids, strict=True)],
        [source.name] * len(rows),
        [record.url for _, record in rows],
        [record.date for _, record in rows],
        [record.text for _, record in rows],
    )
    table = pa.table([pa.array(column, field.type) for column, field in zip(columns, BATCH, strict=True)], schema=BATCH)
    return with_engine_columns(table, np.array(numbers, np.int64), part.number, source.priority)


def _check_digest(piece: Slice, source: Source) -> None:
    path = Path(piece.path)
    if not path.exists() or file_digest(path) != piece.digest:
        raise SourceError(
            f"source {source.name}: {piece.file} is not the file that was built from",
            got="no such file" if not path.exists() else f"digest {file_digest(path)}",
            allowed=f"digest {piece.digest}",
            next="restore the file, or build again",
        )
