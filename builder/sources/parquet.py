"""Parquet files: one document a row, plain, .gz or .zst.

A slice is a range of rows, its bytes those of the columns that are read. It consists of whole row groups; where these are
far larger than a part, and where the file is in an archive, each slice is copied into a small file of its own.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, ClassVar

import pyarrow as pa
import pyarrow.parquet as pq

from builder.core.columns import Text, is_text, mended, texts
from builder.core.errors import SourceError
from builder.core.fields import FieldSource, date_text, kept_text, scalar_text
from builder.core.lines import EXCERPT_CHARS
from builder.core.source import Cut, Malformed, Record, Slice, UnreadableError

LARGE_GROUP = 4  # times the bytes of a part: a larger row group would be read again for each of its parts, or make one huge part
BATCH_BYTES, BATCH_ROWS = 1 << 21, 1_024  # read at once, about


class Parquet(FieldSource, frozen=True):
    """Each row a document. Dates and times become ISO 8601, null where there is no such day; the rest: `builder.core.fields`."""

    suffixes: ClassVar[tuple[str, ...]] = (".parquet", ".pq")
    seeks: ClassVar[bool] = True

    def cuts(self, stream: BinaryIO, file: str, part_bytes: int, max_bytes: int) -> Iterator[Cut]:
        """Between row groups."""
        del max_bytes
        with self._opened(stream, file) as parquet:
            start, end, first, rows, names = 0, 0, 0, 0, tuple(parquet.schema_arrow.names)
            for size, count in self._groups(parquet):
                end, rows = end + size, rows + count
                if end - start >= part_bytes and rows:
                    yield Cut(start, end, first + 1, rows, rows, names)
                    start, first, rows = end, first + rows, 0
            if rows:
                yield Cut(start, end, first + 1, rows, rows, names)

    def must_copy(self, stream: BinaryIO, part_bytes: int) -> bool:
        """Whether there is a row group far larger than a part."""
        with self._opened(stream) as parquet:
            return any(size > LARGE_GROUP * part_bytes for size, _ in self._groups(parquet))

    def copies(self, stream: BinaryIO, file: str, part_bytes: int) -> Iterator[tuple[Cut, bytes]]:
        """Slices of about `part_bytes`, whatever the row groups."""
        with self._opened(stream, file) as parquet:
            start, first = 0, 0
            try:
                for batches in _groups_of(self._batches(parquet, [*range(parquet.num_row_groups)], part_bytes), part_bytes):
                    table = pa.Table.from_batches(batches).replace_schema_metadata(None)
                    end, rows = start + table.nbytes, table.num_rows
                    yield Cut(start, end, first + 1, rows, rows, tuple(parquet.schema_arrow.names)), _packed(table)
                    start, first = end, first + rows
            except (pa.ArrowException, OSError) as error:
                _raise_if_of_the_disk(error)
                raise UnreadableError(f"rows {first + 1:,} to {parquet.metadata.num_rows:,} cannot be read: {error}") from error

    def read(self, stream: BinaryIO, piece: Slice, max_bytes: int) -> Iterator[Record | Malformed]:
        """The rows from `first_line` on. Where a row group is damaged, one Malformed stands for all rows lost with it."""
        del max_bytes
        first, end = piece.first_line - 1, piece.first_line - 1 + piece.lines
        with self._opened(stream, piece.file) as parquet:
            if parquet.metadata.num_rows < end:
                raise SourceError(
                    f"source {self.name}: {piece.file} has become shorter since it was surveyed",
                    got=f"{parquet.metadata.num_rows:,} rows",
                    allowed=f"{end:,} rows",
                    next="run the same command again: the file is surveyed anew",
                )
            begin = 0
            for number in range(parquet.num_row_groups):
                count = parquet.metadata.row_group(number).num_rows
                wanted = range(max(first - begin, 0), min(end - begin, count))
                if wanted:
                    yield from self._group(parquet, number, wanted, begin - first)
                begin += count

    def _group(self, parquet: pq.ParquetFile, number: int, wanted: range, shift: int) -> Iterator[Record | Malformed]:
        """The wanted rows of one row group; `shift` makes them ordinals in the slice."""
        done, place = wanted.start, 0
        try:
            for batch in self._batches(parquet, [number]):
                begin, end = max(done, place), min(wanted.stop, place + batch.num_rows)
                if begin < end:
                    yield from self._records(batch.slice(begin - place, end - begin), shift + begin)
                    done = end
                place += batch.num_rows
                if done == wanted.stop:
                    return
        except (pa.ArrowException, OSError) as error:
            _raise_if_of_the_disk(error)
            yield Malformed(shift + done, f"{wanted.stop - done:,} rows from here on cannot be read: {error}", "")

    @contextmanager
    def _opened(self, stream: BinaryIO, file: str = "") -> Iterator[pq.ParquetFile]:
        """The file, after a look at its columns where `file` is given."""
        try:
            parquet = pq.ParquetFile(stream, page_checksum_verification=True)
        except (pa.ArrowException, OSError) as error:
            _raise_if_of_the_disk(error)
            raise UnreadableError(f"not a Parquet file: {error}") from error
        with parquet:
            if file:
                self._check(file, parquet.schema_arrow)
            yield parquet

    def _check(self, file: str, schema: pa.Schema) -> None:
        if schema.names.count(self.text_field) != 1:
            raise self.no_text(file, schema.names)
        kind = schema.field(self.text_field).type
        if not (is_text(kind) or pa.types.is_null(kind)):
            raise SourceError(
                f"source {self.name}: column {self.text_field!r} of {file} holds no text",
                got=str(kind),
                allowed="strings, or bytes in UTF-8",
                next="name the column that holds the text: text_field",
            )

    def _wanted(self, parquet: pq.ParquetFile) -> list[str]:
        return [name for name in dict.fromkeys(self.named()) if name in parquet.schema_arrow.names]

    def _groups(self, parquet: pq.ParquetFile) -> list[tuple[int, int]]:
        """(bytes of the columns that are read, rows) of each row group."""
        wanted = tuple(f"{name}." for name in self._wanted(parquet))
        columns = [at for at in range(parquet.metadata.num_columns) if f"{parquet.schema.column(at).path}.".startswith(wanted)]
        groups = [parquet.metadata.row_group(number) for number in range(parquet.num_row_groups)]
        return [(sum(group.column(at).total_uncompressed_size for at in columns), group.num_rows) for group in groups]

    def _batches(self, parquet: pq.ParquetFile, groups: list[int], most_bytes: int = BATCH_BYTES) -> Iterator[pa.RecordBatch]:
        """The columns that are read of some row groups, in batches of about `most_bytes` at most."""
        found = [parquet.metadata.row_group(number) for number in groups]
        per_row = sum(group.total_byte_size for group in found) // max(sum(group.num_rows for group in found), 1)
        rows = max(1, min(BATCH_ROWS, min(most_bytes, BATCH_BYTES) // max(per_row, 1)))
        return parquet.iter_batches(rows, groups, self._wanted(parquet), use_threads=False)

    def _records(self, batch: pa.RecordBatch, done: int) -> Iterator[Record | Malformed]:
        nothing: list[Text] = [None] * batch.num_rows
        readers: list[Callable[[Any], str | None]] = [scalar_text, scalar_text, scalar_text, date_text]
        readers += [kept_text] * len(self.keep_fields)
        columns = [
            texts(batch.column(name), reader) if name in batch.schema.names else nothing
            for name, reader in zip(self.named(), readers, strict=True)
        ]
        for line, (text, *others) in enumerate(zip(*columns, strict=True), done):
            id_, url, date, *more = (mended(value) for value in others)
            if isinstance(text, str):
                yield Record(line, text, id_, url, date, tuple(more))
            else:
                excerpt = " ".join(value for value in (id_, url, date) if value)[:EXCERPT_CHARS]
                yield Malformed(line, self._no_string(text), excerpt)

    def _no_string(self, text: UnicodeDecodeError | None) -> str:
        if text is None:
            return f"field {self.text_field!r} is null, not a string"
        return f"not UTF-8: {text.reason} at byte {text.start} of field {self.text_field!r}"


def _groups_of(batches: Iterable[pa.RecordBatch], most_bytes: int) -> Iterator[list[pa.RecordBatch]]:
    """Lists of batches, each as short as it can be with so many bytes."""
    group: list[pa.RecordBatch] = []
    size = 0
    for batch in batches:
        group.append(batch)
        size += batch.nbytes
        if size >= most_bytes:
            yield group
            group, size = [], 0
    if group:
        yield group


def _packed(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="lz4", use_dictionary=False, write_statistics=False)
    return sink.getvalue()


def _raise_if_of_the_disk(error: Exception) -> None:
    """Arrow's own errors on damaged files are OSErrors without a number."""
    if isinstance(error, OSError) and error.errno:
        raise error
