"""The earlier releases of `against`: found, checked to be whole and to fit the steps of a recipe, and named by digests."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from builder.core.errors import BuilderError, OutputError, RecipeError
from builder.core.fingerprint import file_digest
from builder.core.index import KEY, SPLIT_KEY
from builder.core.step import CorpusStep
from builder.run.earlier import EarlierShard, documents, remembered
from builder.run.output import REPORT
from builder.run.recipe import Recipe

PROBE = 100  # documents of each release that are sketched again: an index of another version is seen at once
BUILD_AGAIN = "build that release again with this version and a recipe that has the same dedup steps, or leave it out"


def open_releases(recipe: Recipe, out: Path | None) -> tuple[EarlierShard, ...]:
    """All shards of the releases in `against`, in its order. Raises RecipeError or OutputError."""
    folders = list(dict.fromkeys(os.path.realpath(Path(recipe.folder) / Path(given).expanduser()) for given in recipe.against))
    if not folders:
        return ()
    steps = [step for step in recipe.steps if isinstance(step, CorpusStep) and step.recalls()]
    if not steps:
        raise RecipeError(
            f"recipe {recipe.name} has `against`, but no step that compares documents",
            allowed="dedup.exact, dedup.near or both among the steps",
            next="add one of them, or leave `against` out",
        )
    if out and os.path.realpath(out) in folders:
        raise RecipeError(f"against {out}: a build cannot be made against its own output", next="choose another folder with -o")
    shards: list[EarlierShard] = []
    for folder, name in zip(folders, _names(folders), strict=True):
        mine = list(release_shards(Path(folder), name))
        for step in steps:
            _check_fits(mine, step)
        _probe(mine, steps)
        shards += mine
    return tuple(shards)


def _names(folders: Sequence[str]) -> list[str]:
    """The last part of each path, or as many as tell all of them apart."""
    for length in count(1):
        names = ["/".join(Path(folder).parts[-length:]) for folder in folders]
        if len(set(names)) == len(names):
            return names
    raise AssertionError  # the folders differ


def release_shards(folder: Path, name: str) -> Iterator[EarlierShard]:
    """The shards of a finished build. Raises RecipeError where it is none, OutputError where it is no longer what it was."""
    files: dict[str, int] = _report(folder)["files"]
    wrong = [file for file, size in files.items() if file.startswith(("data/", "index/")) and _size(folder / file) != size]
    if wrong:
        raise OutputError(
            f"{folder}: the release is no longer as it was built",
            got=f"missing or of another size: {', '.join(wrong[:5])}",
            allowed="data/ and index/ as the build wrote them",
            next="restore the folder, or build it again",
        )
    for file in sorted(file.removeprefix("data/") for file in files if file.startswith("data/")):
        index = folder / "index" / file
        if not index.is_file():
            raise _unfit(folder, "no index for data/" + file, "an index file for each file of data/")
        yield EarlierShard(name, str(folder), file, file_digest(index), pq.read_metadata(index).num_rows)


def _report(folder: Path) -> dict[str, Any]:
    if not folder.is_dir():
        raise RecipeError(f"{folder}: no such folder", allowed="the output folder of an earlier build", next="check the path")
    try:
        report: dict[str, Any] = json.loads((folder / REPORT).read_bytes())
    except (OSError, ValueError) as error:
        raise RecipeError(
            f"{folder}: this is no finished build",
            got=f"{REPORT}: {error}",
            allowed="the output folder of a build that is whole",
            next="run that build again: it goes on where it was",
        ) from error
    return report


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else -1


def _check_fits(shards: Sequence[EarlierShard], step: CorpusStep) -> None:
    """The index must hold what the step remembers, made with the same settings."""
    wanted = remembered(step)
    for shard in shards:
        found = pq.read_schema(shard.kept)
        absent = [field.name for field in (pa.field(KEY, pa.binary(16)), pa.field(SPLIT_KEY, pa.uint64())) if field not in found]
        absent += [name for name in wanted.names if name not in found.names]
        if absent:
            raise _unfit(
                Path(shard.folder), f"no column {', '.join(absent)} in its index", f"an index written with {step.name()}"
            )
        for name, settings in (wanted.metadata or {}).items():
            theirs = (found.metadata or {}).get(name, b"nothing")
            if theirs != settings:
                raise _unfit(
                    Path(shard.folder),
                    f"{name.decode()}: {theirs.decode()}",
                    settings.decode(),
                    f"set these fields of {step.name()} as that release has them, or build it again with those of this recipe",
                )


def _probe(shards: Sequence[EarlierShard], steps: Sequence[CorpusStep]) -> None:
    """Sketch the first documents again: keys and signatures of another version would find no duplicates, and say nothing."""
    shard = next((shard for shard in shards if shard.rows), None)
    if shard is None:
        return
    batch = next(documents(shard, 0, np.arange(min(PROBE, shard.rows))))
    with pq.ParquetFile(shard.kept) as file:
        index = file.read_row_group(0).slice(0, batch.num_rows)
    for step in steps:
        table = step.remember(batch)
        if wrong := [name for name in table.column_names if table[name].to_pylist() != index[name].to_pylist()]:
            raise _unfit(
                Path(shard.folder),
                f"column {', '.join(wrong)} does not belong to its texts",
                f"as this version of {step.name()} writes it",
            )


def _unfit(folder: Path, got: str, allowed: str, following: str = BUILD_AGAIN) -> BuilderError:
    return RecipeError(f"{folder}: its index cannot be used", got=got, allowed=allowed, next=following)
