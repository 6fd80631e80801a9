"""The output folder: made by a build or empty, and used by one build at a time."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from builder.core.errors import OutputError
from builder.core.store import TEMPORARY
from builder.run.job import STAGES

LOCK = ".lock"
MARK = "corpus-builder\n"  # the content of the lock: says that a build made the folder
GOING = ".stages.going"
REPORT = "build.json"


@contextmanager
def held(out: Path) -> Iterator[None]:
    """Make the folder and hold it. A lock left by a killed build holds nothing. Raises OutputError."""
    if out.exists() and not out.is_dir():
        raise OutputError(f"output {out} is a file", allowed="a folder", next="choose another folder with -o")
    if out.is_dir() and any(out.iterdir()) and not _is_ours(out):
        raise OutputError(
            f"output {out} was not made by a build",
            got=", ".join(sorted(path.name for path in out.iterdir())[:5]),
            allowed="an empty or new folder, or the output of an earlier build",
            next="choose another folder with -o; nothing was changed",
        )
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock = (out / LOCK).open("a+")
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
        if not _is_ours(out):
            lock.write(MARK)
            lock.flush()
        _sweep(out)
        yield


def clear_stages(out: Path) -> None:
    """Remove the parts in the making; a kill in between leaves none that a later build would trust."""
    if (out / STAGES).exists():
        (out / STAGES).rename(out / GOING)
    _sweep(out)


def _is_ours(out: Path) -> bool:
    return (out / LOCK).is_file() and (out / LOCK).read_bytes() == MARK.encode()


def _sweep(out: Path) -> None:
    shutil.rmtree(out / GOING, ignore_errors=True)
    for path in out.glob(f"{TEMPORARY}*"):
        path.unlink()
