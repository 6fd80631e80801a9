"""The output folder: made by a build or empty, used by one build at a time, and what to say when it cannot be written."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from builder.core.errors import BuildError, OutputError
from builder.core.store import FULL, TEMPORARY
from builder.run.job import STAGES

LOCK = ".lock"
MARK = "corpus-builder\n"  # the content of the lock: says that a build made the folder
GOING = ".stages.going"
REPORT = "build.json"
ELSEWHERE = "choose another folder with -o"
RESUME = "run the same command again: finished parts are kept"


@contextmanager
def held(out: Path) -> Iterator[None]:
    """Make the folder and hold it. A lock left by a killed build holds nothing. Raises OutputError."""
    try:
        lock = _opened(out)
    except OSError as error:
        raise _refused(out, error, ELSEWHERE) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise OutputError(f"output {out} is in use by another build", next=f"wait for it to end, or {ELSEWHERE}") from error
        except OSError as error:
            raise _refused(out, error, f"{ELSEWHERE}, on a disk of this machine") from error
        with refusals_explained(out):
            if not _is_ours(out):
                os.write(lock.fileno(), MARK.encode())
            _sweep(out)
        yield


@contextmanager
def refusals_explained(out: Path) -> Iterator[None]:
    """What the system refuses while a build works in `out` (a full disk, no right to write, no memory), as a BuildError."""
    try:
        yield
    except MemoryError as error:
        raise BuildError(
            "there is not enough memory",
            got=str(error),
            next="run the same command again with fewer --workers: finished parts are kept",
        ) from error
    except OSError as error:
        raise _refused(out, error, f"mend this and {RESUME}") from error


def clear_stages(out: Path) -> None:
    """Remove the parts in the making; a kill in between leaves none that a later build would trust."""
    if (out / STAGES).exists():
        (out / STAGES).rename(out / GOING)
    _sweep(out)


def _opened(out: Path) -> TextIO:
    """The lock of the folder, which is made if it is not there."""
    if os.path.lexists(out) and not out.is_dir():
        raise OutputError(f"output {out} is a file", allowed="a folder", next=ELSEWHERE)
    if out.is_dir() and (foreign := _foreign(out)):
        raise OutputError(
            f"output {out} was not made by a build",
            got=", ".join(foreign[:5]),
            allowed="an empty or new folder, or the output of an earlier build",
            next=f"{ELSEWHERE}; nothing was changed",
        )
    out.mkdir(parents=True, exist_ok=True)
    return (out / LOCK).open("a+")


def _refused(out: Path, error: OSError, following: str) -> OutputError:
    """An error of the system in the words of ours."""
    why = os.strerror(error.errno) if error.errno else str(error)
    if error.errno in FULL:
        free = shutil.disk_usage(out).free
        return OutputError(
            f"the disk is full: {out}",
            got=f"{why}; {free:,} bytes are free there now",
            allowed="room for the dataset and, until it is done, for several times its bytes in .stages",
            next=f"make room, and {RESUME}",
        )
    place = f": {error.filename}" if error.filename and str(error.filename) != str(out) else ""
    return OutputError(f"cannot write to {out}", got=f"{why}{place}", next=following)


def _is_ours(out: Path) -> bool:
    return (out / LOCK).is_file() and (out / LOCK).read_bytes() == MARK.encode()


def _foreign(out: Path) -> list[str]:
    """The names in a folder that no build made. A lock without content is what a build leaves that could not even write it."""
    names = sorted(path.name for path in out.iterdir())
    return [] if (names == [LOCK] and not (out / LOCK).read_bytes()) or _is_ours(out) else names


def _sweep(out: Path) -> None:
    """Remove what killed builds were writing."""
    shutil.rmtree(out / GOING, ignore_errors=True)
    for path in (*out.glob(f"{TEMPORARY}*"), *(out / STAGES).rglob(f"{TEMPORARY}*")):
        path.unlink()
