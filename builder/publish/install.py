"""Put a finished publication in its place: every file is renamed, old files go.

A kill in between is mended by running again.
"""

from __future__ import annotations

import json
from pathlib import Path

from builder.core.store import TEMPORARY, Store, flush, make_folder

FOLDERS = ("data", "removed", "ledger", "index", "samples", "quarantine")
CARD, TOKENIZER = "README.md", "tokenizer"
OTHERS = (f"{TOKENIZER}/*", CARD)
LIST = "files.json"
BEGUN = "installing"  # names the publication whose files were last put in place, or began to be


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


def installable(stages: Store, folder: str, out: Path) -> bool:
    """Whether every file of the publication is still staged, or was put in its place and not replaced by another publication."""
    names = listed(stages, folder)
    if names is None:
        return False
    moved = [name for name in names if not stages.exists(f"{folder}/out/{name}")]
    return not moved or (_last(stages) == folder and all((out / name).exists() for name in moved))


def install(stages: Store, folder: str, out: Path) -> None:
    """Rename all staged files to their place and remove what other builds left in these folders, the tokenizer among it."""
    names = listed(stages, folder) or []
    stages.write_bytes(BEGUN, folder.encode())
    if stages.exists(f"{folder}/out/{CARD}"):
        (out / CARD).unlink(missing_ok=True)  # without it nobody takes what is half in place for a dataset
        Store(out).remove(TOKENIZER)  # it was trained on another
        flush(out)
    for name in (name for name in names if name != CARD):
        staged, target = stages.path(f"{folder}/out/{name}"), out / name
        if staged.exists():
            make_folder(target.parent)
            staged.replace(target)
    wanted = set(names)
    for kept in FOLDERS:
        for path in (out / kept).rglob("*"):
            if path.is_file() and path.relative_to(out).as_posix() not in wanted:
                path.unlink()
    for place in {(out / name).parent for name in names}:
        flush(place)
    card = stages.path(f"{folder}/out/{CARD}")
    if card.exists():
        card.replace(out / CARD)
        flush(out)


def _last(stages: Store) -> str:
    return stages.path(BEGUN).read_text("utf-8") if stages.exists(BEGUN) else ""


def file_sizes(out: Path) -> dict[str, int]:
    """Name and size of every file of a whole build, `build.json` apart: what a later run compares with."""
    files = [
        path for pattern in (*(f"{folder}/**/*" for folder in FOLDERS), *OTHERS) for path in out.glob(pattern) if path.is_file()
    ]
    return {path.relative_to(out).as_posix(): path.stat().st_size for path in sorted(files)}
