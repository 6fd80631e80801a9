"""What a source is: files that hold documents. One file below `builder/sources/` is one format.

A file is first surveyed (digest, and where it may be cut), then read slice by slice. A slice is a range of the
uncompressed bytes; a part is one or more slices of one source. Nothing that is malformed is lost: it comes out of the
same iterator as the documents, with file, line and reason.
"""

from __future__ import annotations

import glob
from abc import abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, ClassVar, NamedTuple

from pydantic import BaseModel

from builder.core.errors import SourceError


class Record(NamedTuple):
    """One document as it stands in its file. `line`: ordinal in the slice, from 0."""

    line: int
    text: str
    id: str | None = None
    url: str | None = None
    date: str | None = None


class Malformed(NamedTuple):
    """What could not be read as a document. `line`: ordinal in the slice, from 0."""

    line: int
    reason: str
    excerpt: str


class Slice(NamedTuple):
    """A range of the uncompressed bytes of one file."""

    file: str  # name relative to the source's folder, with `/`
    path: str  # where the file lies on this machine; enters no hash and no output
    digest: str  # XXH3 of the file's bytes
    start: int  # byte
    end: int  # byte, exclusive
    first_line: int  # number of the first line, from 1
    lines: int  # lines in the slice, blank ones counted; 1 for a file that is one document
    piece: str = ""  # path of a copy of just these bytes, for files that cannot be seeked


class SourceFile(NamedTuple):
    """A file of a source: its name relative to the folder that was asked for, and its path."""

    name: str
    path: Path


class Source(BaseModel, frozen=True, extra="forbid"):
    """Files of one format. Subclasses read one slice."""

    suffixes: ClassVar[tuple[str, ...]]  # without .gz and .zst, which every format takes
    by_lines: ClassVar[bool]  # whether a file may be cut between lines; else a file is one document

    name: str
    path: str | tuple[str, ...]  # files, folders or globs; relative to the recipe
    license: str = ""  # SPDX identifier, for the data card
    priority: int = 0  # of two duplicates that are equal otherwise, the one of higher priority is kept

    @abstractmethod
    def read(self, stream: BinaryIO, max_bytes: int) -> Iterator[Record | Malformed]:
        """The documents in a stream of uncompressed bytes. A document over `max_bytes` comes out as Malformed."""

    def files(self, base: Path) -> list[SourceFile]:
        """All files that `path` names, sorted by name. Raises SourceError when there are none."""
        paths = (self.path,) if isinstance(self.path, str) else self.path
        expanded = [sorted(self._expanded(base, Path(path).expanduser())) for path in paths]
        found = {
            file.path.resolve(): (file.name, place, file) for place, files in enumerate(expanded) for file in reversed(files)
        }
        if not found:
            raise SourceError(
                f"source {self.name}: no files",
                got=", ".join(paths),
                allowed=f"files, folders or globs with *{', *'.join(self.suffixes)}, plain or .gz or .zst",
                next="relative paths start at the folder of the recipe; check the path, or give --input",
            )
        return [file for _, _, file in sorted(found.values())]

    def _expanded(self, base: Path, given: Path) -> Iterator[SourceFile]:
        path = base / given
        if path.is_file():
            yield SourceFile(path.name, path)
        elif path.is_dir():
            for file in path.rglob("*"):
                if file.is_file() and self.accepts(file.name):
                    yield SourceFile(file.relative_to(path).as_posix(), file)
        else:
            root = base / _fixed_root(given)
            matches = glob.iglob(str(given), root_dir=base, recursive=True)  # noqa: PTH207 - Path.glob takes no absolute pattern
            files = [base / match for match in matches if (base / match).is_file()]
            ours = [file for file in files if self.accepts(file.name)]
            for file in ours or files:  # `raw/*.dat` may be meant; with `raw/*`, what has the suffix of another format is not
                yield SourceFile(file.relative_to(root).as_posix(), file)

    @classmethod
    def accepts(cls, name: str) -> bool:
        """Whether a file of this name is of this format, by its suffix."""
        return plain_suffix(name) in cls.suffixes


def plain_suffix(name: str) -> str:
    """The suffix below a compression suffix: `.jsonl` for `a.jsonl.zst`."""
    path = Path(name.lower())
    return Path(path.stem).suffix if path.suffix in (".gz", ".zst") else path.suffix


def _fixed_root(path: Path) -> Path:
    """The longest leading folder of a glob without a magic character."""
    parts: list[str] = []
    for part in path.parts:
        if glob.has_magic(part):
            break
        parts.append(part)
    return Path(*parts) if parts else Path()
