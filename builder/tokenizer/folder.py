"""A folder that appears whole or not at all: written under another name beside the old one, then renamed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path


def replace_folder(target: Path, files: Mapping[str, bytes]) -> None:
    """Make `target` a folder of these files and no others, whatever stood there before.

    The old folder is set aside for the moment between two renames; where a run was killed just then, the next run begins by
    putting it back. One run at a time may write to a `target`.
    """
    coming, leaving = target.with_name(f".{target.name}.new"), target.with_name(f".{target.name}.old")
    _recover(target, coming, leaving)
    coming.mkdir(parents=True)
    for name, content in files.items():
        _write(coming / name, content)
    _flush(coming)
    if target.exists():
        target.rename(leaving)
    coming.rename(target)
    _flush(target.parent)
    shutil.rmtree(leaving, ignore_errors=True)


def _recover(target: Path, coming: Path, leaving: Path) -> None:
    shutil.rmtree(coming, ignore_errors=True)
    if leaving.exists() and not target.exists():
        leaving.rename(target)
    shutil.rmtree(leaving, ignore_errors=True)


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
