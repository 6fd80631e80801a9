"""Single files, read by the sources of a build without any build: what `clean` starts from. A bad file or row stops nothing."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from builder.core.errors import BuilderError, SourceError
from builder.core.source import Malformed, Record, Slice, Source, plain_suffix
from builder.run.catalog import find_source, known_sources
from builder.run.parts import Part, slice_from
from builder.run.reading import BYTES_PER_CHAR, checked, read_records
from builder.run.recipe import Recipe
from builder.run.survey import survey_files, survey_payload

STANDARD_INPUT = "-"
PLAIN = "text"  # the format of standard input, and of files with a suffix that none has


class Document(NamedTuple):
    """One text, and what it is called."""

    name: str  # its file; in a file of many documents its id, else file and line
    text: str
    url: str | None = None


class Unread(NamedTuple):
    """A file, or a row of one, that could not be read."""

    message: str  # the file, the line, and why


def with_readers(recipe: Recipe) -> Recipe:
    """The recipe with one source of each format, so that its fields can be set: its own first one, or one named by the format."""
    own = {type(source): source for source in reversed(recipe.sources)}
    formats = [(name, find_source(name)) for name in known_sources()]
    readers: list[Source] = [own.get(kind) or kind(name=name, path="") for name, kind in formats]
    return recipe.model_copy(update={"sources": tuple(readers)})


def read_documents(files: Iterable[str], recipe: Recipe) -> Iterator[Document | Unread]:
    """The documents of each file, by the source of its suffix among `recipe`'s (from `with_readers`); `-`: standard input."""
    readers = {suffix: source for source in recipe.sources for suffix in source.suffixes}
    plain = next(source for source in recipe.sources if isinstance(source, find_source(PLAIN)))
    for name in files:
        source = readers.get(plain_suffix(name), plain)
        try:
            if name == STANDARD_INPUT:
                yield from _read_standard_input(plain, recipe.max_document_chars)
            else:
                yield from _read_file(name, source, recipe)
        except BuilderError as error:
            yield Unread(str(error))


def _read_standard_input(source: Source, max_chars: int) -> Iterator[Document | Unread]:
    piece = Slice(STANDARD_INPUT, STANDARD_INPUT, "", 0, 0, 1, 1, 1)
    for record in source.read(sys.stdin.buffer, piece, max_chars * BYTES_PER_CHAR):
        yield _document(piece, source, checked(record, max_chars))


def _read_file(name: str, source: Source, recipe: Recipe) -> Iterator[Document | Unread]:
    if not Path(name).is_file():
        raise _no_file(Path(name))
    with tempfile.TemporaryDirectory() as scratch:
        max_bytes = recipe.max_document_chars * BYTES_PER_CHAR
        payload = survey_payload(source, recipe.part_bytes, max_bytes, Path(scratch))
        surveyed = survey_files({**payload, "order": 0, "files": [[name, name]]})
        slices = [slice_from(piece) for piece in surveyed["slices"]]
        part = Part(0, 0, slices, sum(piece.rows for piece in slices))
        for _, piece, record in read_records(part, source, recipe.max_document_chars):
            yield _document(piece, source, record)
        yield from (Unread(f"{file}: {reason}") for file, reason in surveyed["broken"])


def _document(piece: Slice, source: Source, record: Record | Malformed) -> Document | Unread:
    place = piece.file if source.whole_files else f"{piece.file}:{piece.first_line + record.line}"
    if isinstance(record, Malformed):
        return Unread(f"{place}: {record.reason}")
    return Document(record.id or place, record.text, record.url)


def _no_file(path: Path) -> SourceError:
    try:
        path.read_bytes()
    except OSError as error:
        return SourceError(f"cannot read {path}", got=error.strerror or str(error), next="check the path")
    return SourceError(f"cannot read {path}", got="no file", next="check the path")
