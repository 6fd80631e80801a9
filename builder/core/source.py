"""What a source is: files that hold documents. One file below `builder/sources/` is one format.

A file is first surveyed (digest, and where it may be cut), then read slice by slice. A slice is a range of the
uncompressed bytes; a part is one or more slices of one source. Nothing that is malformed is lost: it comes out of the
same iterator as the documents, with file, line and reason.
"""

from __future__ import annotations

import glob
import os
import stat
from abc import abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, BinaryIO, ClassVar, NamedTuple

from pydantic import AfterValidator, BaseModel, Field

from builder.core.errors import SourceError

LINE_CHARS = 200  # of a name that is to stand in tables and messages


def one_line(text: str) -> str:
    """The text, if it is one line that can be seen. Raises ValueError."""
    if len(text) > LINE_CHARS or not text.isprintable() or text != text.strip():
        raise ValueError(f"must be one line of at most {LINE_CHARS} characters that can be seen, without spaces around it")
    return text


OneLine = Annotated[str, AfterValidator(one_line)]


class Record(NamedTuple):
    """One document as it stands in its file. `line`: ordinal in the slice, from 0."""

    line: int
    text: str
    id: str | None = None
    url: str | None = None
    date: str | None = None
    more: tuple[str | None, ...] = ()  # values of the source's own columns, in the order of `kept()`


class Malformed(NamedTuple):
    """What could not be read as a document. `line`: ordinal in the slice, from 0."""

    line: int
    reason: str
    excerpt: str


class Cut(NamedTuple):
    """Where a slice of a file stands. Formats without lines number their rows instead."""

    start: int  # byte of the uncompressed file
    end: int  # byte, exclusive
    first_line: int  # number of the first line, from 1
    lines: int  # lines in the slice, blank ones counted; 1 for a file that is one document
    rows: int  # of these, the lines with which a document or something malformed begins
    header: tuple[str, ...] = ()  # names of the columns, for formats that write them once a file


class Slice(NamedTuple):
    """A range of the uncompressed bytes of one file: a Cut, and of what."""

    file: str  # name relative to the source's folder, with `/`
    path: str  # where the file lies on this machine; enters no hash and no output
    digest: str  # XXH3 of the file's bytes
    start: int
    end: int
    first_line: int
    lines: int
    rows: int
    header: tuple[str, ...] = ()
    piece: str = ""  # path of a copy of just this slice, for files that cannot be seeked


class SourceFile(NamedTuple):
    """A file of a source: its name relative to the folder that was asked for, and its path."""

    name: str
    path: Path


class UnreadableError(Exception):
    """A file is not what its suffix says: it is quarantined as a whole, and the others are read."""


class Source(BaseModel, frozen=True, extra="forbid"):
    """Files of one format. Subclasses say where a file is cut, and read one slice."""

    suffixes: ClassVar[tuple[str, ...]]  # without .gz and .zst, which every format takes
    whole_files: ClassVar[bool] = False  # whether a file is one document, named by the file
    seeks: ClassVar[bool] = False  # whether a slice is read from the whole file, which must allow to seek

    name: OneLine = Field(min_length=1)
    path: str | tuple[str, ...]  # files, folders or globs; relative to the recipe
    license: OneLine = ""  # SPDX identifier, for the data card
    priority: int = Field(0, ge=-(2**15), lt=2**15)  # of two equal duplicates the one of higher priority is kept
    limit: int | None = Field(None, gt=0)  # documents, malformed ones counted: only the first ones are read

    @abstractmethod
    def cuts(self, stream: BinaryIO, file: str, part_bytes: int, max_bytes: int) -> Iterator[Cut]:
        """The slices of a file, of about `part_bytes` each; what stands before the first one is read by nobody.

        Raises UnreadableError, and SourceError where the recipe does not fit the file. `max_bytes`: as in `read`.
        """

    @abstractmethod
    def read(self, stream: BinaryIO, piece: Slice, max_bytes: int) -> Iterator[Record | Malformed]:
        """The documents of a slice. A document over `max_bytes` comes out as Malformed.

        `stream`: the uncompressed bytes of the slice; of the whole file where the format `seeks`.
        """

    def must_copy(self, stream: BinaryIO, part_bytes: int) -> bool:
        """Whether a plain file that can be seeked holds pieces too large to be read from where they lie."""
        del stream, part_bytes
        return False

    def copies(self, stream: BinaryIO, file: str, part_bytes: int) -> Iterator[tuple[Cut, bytes]]:
        """For formats that seek: the slices of a file, each with a file of just its rows. The others have no such slices."""
        del stream, file, part_bytes
        return iter(())

    def kept(self) -> tuple[str, ...]:
        """The user's own columns that are carried to the published dataset."""
        return ()

    def files(self, base: Path) -> list[SourceFile]:
        """All files that `path` names, sorted by name. Raises SourceError where one of the paths names none."""
        paths = (self.path,) if isinstance(self.path, str) else self.path
        expanded = [sorted(self._expanded(base, Path(path).expanduser())) for path in paths]
        found = {
            file.path.resolve(): (file.name, place, file) for place, files in enumerate(expanded) for file in reversed(files)
        }
        if not paths:
            raise SourceError(f"source {self.name}: path is an empty list", allowed="files, folders or globs", next="name some")
        if empty := [path for path, files in zip(paths, expanded, strict=True) if not files]:
            raise SourceError(
                f"source {self.name}: no files",
                got=", ".join(f"{path} ({kind_of_place(base / Path(path).expanduser())})" for path in empty),
                allowed=f"files, folders or globs with *{', *'.join(self.suffixes)}, plain or .gz or .zst",
                next="relative paths start at the folder of the recipe; check the path, or give --input",
            )
        return [file for _, _, file in sorted(found.values())]

    def _expanded(self, base: Path, given: Path) -> Iterator[SourceFile]:
        path = base / given
        if path.is_file():
            yield SourceFile(readable_name(path.name), path)
        elif path.is_dir():
            for file in files_below(path):
                if self.accepts(file.name):
                    yield SourceFile(readable_name(file.relative_to(path).as_posix()), self._readable(file))
        else:
            root = base / _fixed_root(given)
            matches = glob.iglob(str(given), root_dir=base, recursive=True)  # noqa: PTH207 - Path.glob takes no absolute pattern
            files = [base / match for match in matches if not (base / match).is_dir()]
            ours = [file for file in files if self.accepts(file.name)]
            for file in ours or files:  # `raw/*.dat` may be meant; with `raw/*`, what has the suffix of another format is not
                yield SourceFile(readable_name(file.relative_to(root).as_posix()), self._readable(file))

    def _readable(self, path: Path) -> Path:
        """The path, if it is a file. Raises SourceError: whoever left a broken link there expects its documents."""
        if path.is_file():
            return path
        raise SourceError(
            f"source {self.name}: {path} is no file",
            got=kind_of_place(path),
            allowed="files, since each is read twice",
            next="leave it out, or put a file in its place",
        )

    @classmethod
    def accepts(cls, name: str) -> bool:
        """Whether a file of this name is of this format, by its suffix."""
        return plain_suffix(name) in cls.suffixes


def readable_name(name: str) -> str:
    """A file's name as text. What was packed on Chinese Windows is named in GB18030; odd bytes are written as escapes."""
    raw = os.fsencode(name)
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "backslashreplace")


def files_below(folder: Path) -> Iterator[Path]:
    """All that is no folder below a folder, through links to folders too, each folder once. Raises SourceError."""
    seen: set[str] = set()
    for root, folders, files in os.walk(folder, onerror=_unreadable, followlinks=True):
        real = os.path.realpath(root)
        if real in seen:
            folders.clear()  # a link that leads back up
            continue
        seen.add(real)
        folders.sort()
        yield from (Path(root, file) for file in sorted(files))


def _unreadable(error: OSError) -> None:
    raise SourceError(
        f"cannot read the folder {error.filename}",
        got=error.strerror or str(error),
        next="give the right to read it, or leave it out",
    ) from error


def kind_of_place(path: Path) -> str:
    """What lies at a path, in words."""
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return "a link to nothing" if path.is_symlink() else "no such file or folder"
    except ValueError as error:
        return str(error)  # a zero byte in the path
    except OSError as error:  # among them that of links in a circle
        return (error.strerror or str(error)).lower()
    if stat.S_ISDIR(mode):
        return "a folder without such files"
    kinds = {stat.S_IFREG: "a file", stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket"}
    return kinds.get(stat.S_IFMT(mode), "a device")


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
