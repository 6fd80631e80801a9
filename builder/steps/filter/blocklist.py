"""Drop documents of listed hosts, or that hold listed phrases. Without lists it does nothing.

A list is a UTF-8 text file with one entry a line, plain; blank lines and lines that begin with `#` are left out. A host
stands for itself and for the hosts below it: `spam.example` blocks `www.spam.example`. A phrase is found as it stands,
whatever the case of its letters; short ones take innocent texts with them, so `min_phrases` different ones can be asked for. The
content of the lists decides about the result and enters the hash of the stage; where they lie does not.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import ClassVar, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field

from builder.core.batch import Batch
from builder.core.errors import SourceError
from builder.core.fingerprint import file_digest
from builder.core.source import kind_of_place
from builder.core.step import Finding, Step
from builder.text.hosts import hosts
from builder.text.pattern import matching

Files = str | tuple[str, ...]
AT_ONCE = 200  # phrases in one expression: RE2 forgets what it learnt of larger ones


class Hits(NamedTuple):
    """Which documents hold listed phrases."""

    rows: np.ndarray  # int64[k], ascending
    first: list[str]  # the first listed phrase of each
    different: np.ndarray  # int64[k]: how many of the list


class Blocklist(Step):
    """`hosts`, `phrases`: a file or several, relative to the recipe."""

    files_in: ClassVar[tuple[str, ...]] = ("hosts", "phrases")

    hosts: Files = ()
    phrases: Files = ()
    min_phrases: int = Field(default=1, ge=1)  # different listed phrases in a document

    def depends(self) -> dict[str, str]:
        """The lists, by name."""
        return {f"{kind} {number}": file_digest(path) for kind, number, path in self._files()}

    def detect(self, batch: Batch) -> list[Finding]:
        """Documents of blocked hosts, and those that hold enough different listed phrases."""
        lists = {kind: self._entries(kind) for kind in self.files_in}
        findings = []
        if lists["hosts"]:
            rows, names = _blocked(batch["url"], frozenset(entry.lower() for entry in lists["hosts"]))
            findings.append(Finding("blocked_host", rows, peer_name=names))
        if lists["phrases"]:
            hits = _hits(batch["text"], lists["phrases"])
            many = np.flatnonzero(hits.different >= self.min_phrases)
            names = [hits.first[place] for place in many.tolist()]
            counts = hits.different[many].astype(np.float64)
            findings.append(Finding("blocked_phrase", hits.rows[many], counts, self.min_phrases, peer_name=names))
        return findings

    def _files(self) -> list[tuple[str, int, Path]]:
        """(field, number, path) of each list. Raises SourceError."""
        named = [(kind, getattr(self, kind)) for kind in self.files_in]
        files = [
            (kind, number, Path(path).expanduser())
            for kind, paths in named
            for number, path in enumerate((paths,) if isinstance(paths, str) else paths)
            if path
        ]
        for kind, _, path in files:
            if not path.is_file():
                raise SourceError(
                    f"no list of {kind}: {path}",
                    got=kind_of_place(path),
                    allowed="a UTF-8 text file with one entry a line",
                    next="relative paths start at the folder of the recipe; check the path",
                )
        return files

    def _entries(self, kind: str) -> tuple[str, ...]:
        """The entries of all lists of a kind, each once."""
        states = [(path, path.stat()) for name, _, path in self._files() if name == kind]
        return tuple(dict.fromkeys(entry for path, state in states for entry in _read(path, state.st_mtime_ns, state.st_size)))


@lru_cache(maxsize=16)
def _read(path: Path, changed: int, size: int) -> tuple[str, ...]:
    """The entries of a list; `changed` and `size` tell a changed file from the old one."""
    del changed, size
    try:
        lines = path.read_text("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise SourceError(f"the list {path} is no UTF-8", got=str(error), allowed="UTF-8", next="convert the file") from error
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def _blocked(urls: pa.ChunkedArray, listed: frozenset[str]) -> tuple[np.ndarray, list[str]]:
    """(rows, entries): addresses on listed hosts or on hosts below them."""
    named = hosts(urls)
    entry_of = [_listed(host, listed) for host in named.dictionary.to_pylist()]
    entries = [None if index is None else entry_of[index] for index in named.indices.to_pylist()]
    rows = [row for row, entry in enumerate(entries) if entry]
    return np.array(rows, np.int64), [entry for entry in entries if entry]


def _listed(host: str, listed: frozenset[str]) -> str | None:
    """The entry that blocks a host; the host itself before those above it."""
    labels = host.rstrip(".").split(".")
    above = (".".join(labels[first:]) for first in range(len(labels)))
    return next((name for name in above if name in listed or f"www.{name}" in listed), None)


def _hits(texts: pa.ChunkedArray, phrases: tuple[str, ...]) -> Hits:
    """Documents that hold one of the phrases are found for many phrases at once; which ones, for these documents alone."""
    everywhere = np.arange(len(texts))
    found: dict[int, list[str]] = {}
    for start in range(0, len(phrases), AT_ONCE):
        group = phrases[start : start + AT_ONCE]
        rows = matching(texts, everywhere, f"(?i)(?:{'|'.join(map(re.escape, group))})")
        if not rows.size:
            continue
        chosen = texts.take(pa.array(rows))
        for phrase in group:
            held = pc.fill_null(pc.match_substring(chosen, phrase, ignore_case=True), False).to_numpy()
            for row in rows[held].tolist():
                found.setdefault(row, []).append(phrase)
    rows = np.array(sorted(found), np.int64)
    held_by = [found[row] for row in rows.tolist()]
    return Hits(rows, [held[0] for held in held_by], np.array([len(held) for held in held_by], np.int64))
