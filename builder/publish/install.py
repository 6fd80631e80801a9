"""Put a finished publication in its place: every file is renamed, old files go.

A kill in between is mended by running again.
"""

from __future__ import annotations

import json
from pathlib import Path

from builder.core.store import TEMPORARY, Store

FOLDERS = ("data", "removed", "ledger", "index", "samples", "quarantine")
LIST = "files.json"


def list_files(stages: Store, folder: str) -> None:
    """Write down the files of a publication that is whole."""
    root = stages.path(f"{folder}/out")
    files = (path for path in root.rglob("*") if path.is_file() and not path.name.startswith(TEMPORARY))
    names = sorted(path.relative_to(root).as_posix() for path in files)
    stages.write_bytes(f"{folder}/{LIST}", json.dumps(names).encode())


def listed(stages: Store, folder: str) -> list[str] | None:
    """The files of a publication, or None where it is not whole yet."""
    if not stages.exists(f"{folder}/{LIST}"):
        return None
    names: list[str] = json.loads(stages.path(f"{folder}/{LIST}").read_bytes())
    return names


def installed(stages: Store, folder: str, out: Path) -> bool:
    """Whether every file of the publication is either still staged or in its place already."""
    names = listed(stages, folder)
    return names is not None and all(stages.exists(f"{folder}/out/{name}") or (out / name).exists() for name in names)


def install(stages: Store, folder: str, out: Path) -> None:
    """Rename all staged files to their place and remove what other builds left in these folders."""
    names = listed(stages, folder) or []
    for name in names:
        staged, target = stages.path(f"{folder}/out/{name}"), out / name
        if staged.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            staged.replace(target)
    wanted = set(names)
    for kept in FOLDERS:
        for path in (out / kept).rglob("*"):
            if path.is_file() and path.relative_to(out).as_posix() not in wanted:
                path.unlink()
