"""Questions of benchmarks, read from JSON Lines, JSON, CSV or Parquet files, plain, .gz or .zst."""

from __future__ import annotations

import csv
import glob
import io
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import takewhile
from pathlib import Path
from string import ascii_uppercase
from typing import NamedTuple

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from builder.core.errors import SourceError
from builder.core.names import told_apart
from builder.core.source import files_below, kind_of_place, plain_suffix, readable_name

IDS = ("id", "qid", "question_id", "uid")
LETTERED = re.compile(r"\s*[(（\[【]?[A-Z][)）\]】.．、:：\s]")
MAX_BYTES = 1_000_000_000  # of one file, unpacked; the largest collections of questions have a tenth of it


class Question(NamedTuple):
    """One question. Its answer is no part of it: that it is known does no harm without the question."""

    name: str  # file#id, or file#number of the record from 1
    stem: str
    options: str


def question_files(patterns: Sequence[str]) -> list[tuple[str, Path]]:
    """(name, path) of all files that some paths, folders and globs name, by name. Raises SourceError.

    A name is relative to the folder or glob, and no two are the same. It does not depend on the order of the patterns.
    """
    found: dict[Path, tuple[str, Path]] = {}
    for pattern in patterns:
        for one in _expanded(pattern):
            place = one[1].resolve()
            found[place] = min(one, found.get(place, one))
    names, paths = [name for name, _ in found.values()], [path for _, path in found.values()]
    unique = told_apart(names, [path.absolute() for path in paths])
    return sorted(zip(map(readable_name, unique), paths, strict=True))


def _expanded(pattern: str) -> list[tuple[str, Path]]:
    place = Path(pattern).expanduser()
    if os.path.isfile(place):  # noqa: PTH113 - Path.is_file raises where a name is too long
        return [(place.name, place)]
    if os.path.isdir(place):  # noqa: PTH112
        root, files = place, list(files_below(place))
    else:
        root = Path(*map(_plain, takewhile(lambda part: glob.escape(_plain(part)) == part, place.parts[:-1])))
        files = [Path(match) for match in glob.glob(str(place), recursive=True)]  # noqa: PTH207 - Path.glob takes no absolute pattern
    files = [path for path in files if path.is_file() and plain_suffix(path.name) in READERS]
    if not files:
        raise SourceError(
            f"no question files: {pattern}",
            got=kind_of_place(place),
            allowed=f"files, folders or globs with *{', *'.join(READERS)}, plain or .gz or .zst",
            next="relative paths start at the folder of the recipe; check the path",
        )
    return [(path.relative_to(root).as_posix(), path) for path in files]


def _plain(part: str) -> str:
    """What `glob.escape` made this from."""
    return re.sub(r"\[([*?\[])\]", r"\1", part)


def read_questions(name: str, path: Path, stems: Sequence[str], options: Sequence[str]) -> list[Question]:
    """The questions of one file. `stems`, `options`: names of fields, of which a record may have some. Raises SourceError."""
    reader = READERS.get(plain_suffix(path.name))
    try:
        records = [] if reader is None else list(_records(reader(_content(path)), {one.casefold() for one in stems}))
    except (OSError, ValueError, csv.Error, pa.ArrowException) as error:
        raise SourceError(f"cannot read the questions of {name}", got=str(error), next="check the file") from error
    questions = [_question(f"{name}#", number, record, stems, options) for number, record in enumerate(records, 1)]
    if not any(question.stem for question in questions):
        raise SourceError(
            f"no questions in {name}",
            got=f"{len(records):,} records with such a field",
            allowed=f"records with {', '.join(stems)} in a file with *{', *'.join(READERS)}",
            next="name the fields that hold the question: question_fields",
        )
    return questions


def _content(path: Path) -> bytes:
    packing = {".gz": "gzip", ".zst": "zstd"}.get(path.suffix.lower())
    with pa.input_stream(str(path), compression=packing) as stream:
        content: bytes = stream.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise ValueError(f"more than {MAX_BYTES:,} bytes")
    return content


def _json(content: bytes) -> object:
    """One value, or one on each line."""
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return [orjson.loads(line) for line in content.removeprefix(b"\xef\xbb\xbf").split(b"\n") if line.strip()]


def _rows(content: bytes) -> object:
    lines = io.StringIO(content.decode("utf-8-sig"), newline="")
    header = lines.readline()
    lines.seek(0)
    return list(csv.DictReader(lines, delimiter="\t" if header.count("\t") > header.count(",") else ","))


def _table(content: bytes) -> object:
    return pq.read_table(io.BytesIO(content)).to_pylist()


READERS: Mapping[str, Callable[[bytes], object]] = {
    ".jsonl": _json,
    ".ndjson": _json,
    ".json": _json,
    ".csv": _rows,
    ".tsv": _rows,
    ".parquet": _table,
    ".pq": _table,
}


def _records(value: object, stems: set[str]) -> Iterator[dict[str, object]]:
    """All mappings that have a field of that name, however deep they lie, in the order of the file."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            folded = {str(name).casefold(): content for name, content in one.items()}
            if stems & folded.keys():
                yield folded
        inner = one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
        waiting += [deeper for deeper in reversed(list(inner)) if isinstance(deeper, dict | list)]


def _question(file: str, number: int, record: Mapping[str, object], stems: Sequence[str], options: Sequence[str]) -> Question:
    name = next((record[field] for field in IDS if isinstance(record.get(field), str | int)), number)
    stem = [text for field in stems for text in _strings(record.get(field.casefold()))]
    choices = [text for field in options for text in _strings(record.get(field.casefold()))]
    return Question(f"{file}{name}", "\n".join(stem), "\n".join(_lettered(choices)))


def _strings(value: object) -> list[str]:
    """The texts in a field: a text, a list of them, or a mapping such as {"A": …}, however deep; names of options are none."""
    found: list[str] = []
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting += reversed([inner for name, inner in one.items() if name != "label"])
        else:
            texts = one if isinstance(one, list) else [one]
            found += [str(text) for text in texts if isinstance(text, str | int | float)]
    return found


def _lettered(choices: list[str]) -> list[str]:
    """As on paper: each with its letter, unless they have theirs or stand all in one text."""
    if not 1 < len(choices) <= len(ascii_uppercase):
        return choices
    if any(LETTERED.match(text) for text in choices):
        return choices
    return [f"{letter} {text}" for letter, text in zip(ascii_uppercase, choices, strict=False)]
