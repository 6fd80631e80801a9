"""The output folder: made by a build or empty, and used by one build at a time."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from builder.core.errors import OutputError
from builder.run.job import STAGES

LOCK = ".lock"
REPORT = "build.json"


@contextmanager
def held(out: Path) -> Iterator[None]:
    """Make the folder and hold it. A lock left by a killed build holds nothing. Raises OutputError."""
    if out.exists() and not out.is_dir():
        raise OutputError(f"output {out} is a file", allowed="a folder", next="choose another folder with -o")
    if out.is_dir() and any(out.iterdir()) and not ((out / LOCK).exists() or (out / REPORT).exists() or (out / STAGES).exists()):
        raise OutputError(
            f"output {out} was not made by a build",
            got=", ".join(sorted(path.name for path in out.iterdir())[:5]),
            allowed="an empty or new folder, or the output of an earlier build",
            next="choose another folder with -o; nothing was changed",
        )
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock = (out / LOCK).open("w")
    except OSError as error:
        raise OutputError(
            f"cannot write to {out}", got=error.strerror or str(error), next="choose another folder with -o"
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise OutputError(
                f"output {out} is in use by another build", next="wait for it to end, or choose another folder with -o"
            ) from error
        yield
