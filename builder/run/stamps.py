"""Whether a file is still what it was: the digest of the survey stands for bytes that are read again later."""

from __future__ import annotations

import os
from collections.abc import Mapping

from builder.core.errors import SourceError

SURVEYED = "run the same command again: the file is surveyed anew"
Stamp = list[int]  # size in bytes, and time of the last change in nanoseconds: as JSON carries it


def stamp(path: str) -> Stamp:
    """What a file is now. Raises SourceError where it cannot be looked at."""
    try:
        found = os.stat(path)  # noqa: PTH116 - of many thousand files
    except OSError as error:
        raise SourceError(
            f"cannot read {path}", got=error.strerror or str(error), next="restore the file, or leave it out"
        ) from error
    return [found.st_size, found.st_mtime_ns]


def check_unchanged(stamps: Mapping[str, Stamp], again: str = SURVEYED) -> None:
    """Raises SourceError where a file was written to since it was looked at. `again`: what to do once nothing writes to it."""
    for path, before in stamps.items():
        now = stamp(path)
        if now != before:
            raise SourceError(
                f"{path} has changed while the build was reading it",
                got=f"{now[0]:,} bytes, written to at {now[1] / 1e9:.3f} s",
                allowed=f"{before[0]:,} bytes, written to at {before[1] / 1e9:.3f} s, as when the build began",
                next=f"wait until nothing writes to it, and {again}",
            )
