"""The earlier releases of `against`: found, checked to be whole and to fit the steps of a recipe, and named by digests."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from builder.core.errors import BuilderError, OutputError, RecipeError
from builder.core.fingerprint import file_digest
from builder.core.index import KEY, SPLIT_KEY
from builder.core.names import told_apart
from builder.core.step import CorpusStep
from builder.run.earlier import KEY_METADATA, SPLIT_METADATA, EarlierShard, depended_on, documents, remembered
from builder.run.output import REPORT
from builder.run.recipe import Recipe
from builder.text.canonical import KEY_VERSION

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
    paths = [Path(folder) for folder in folders]
    for path, name in zip(paths, told_apart([path.name for path in paths], paths), strict=True):
        mine = [shard._replace(digest=file_digest(shard.kept)) for shard in release_shards(path, name)]
        check_key(mine)
        for step in steps:
            _check_fits(mine, step)
        _check_splits(mine, recipe)
        _probe(mine, steps)
        shards += mine
    return tuple(shards)


def release_shards(folder: Path, name: str) -> Iterator[EarlierShard]:
    """The shards of a finished build, not yet digested. Raises RecipeError where it is none, OutputError where it has changed."""
    files = _files(folder)
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
        yield EarlierShard(name, str(folder), file, "", _rows(index))


def _rows(index: Path) -> int:
    try:
        rows: int = pq.read_metadata(index).num_rows
    except (OSError, pa.ArrowException) as error:
        raise OutputError(
            f"{index} is no longer as it was built",
            got=str(error),
            allowed="a Parquet file",
            next="restore the folder, or build it again",
        ) from error
    return rows


def _files(folder: Path) -> dict[str, int]:
    """Name and bytes of all files that a finished build wrote, as its report has them. Raises RecipeError."""
    report = _report(folder)
    files = report.get("files") if isinstance(report, dict) else None
    named = files if isinstance(files, dict) else {}
    sound = all(isinstance(size, int) and ".." not in Path(name).parts for name, size in named.items())
    if not sound or not any(name.startswith("data/") for name in named):
        raise _unfinished(folder, "it does not name the files of a build and their sizes")
    return named


def _report(folder: Path) -> Any:  # noqa: ANN401 - whatever JSON holds
    if not folder.is_dir():
        raise RecipeError(f"{folder}: no such folder", allowed="the output folder of an earlier build", next="check the path")
    try:
        return json.loads((folder / REPORT).read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise _unfinished(folder, str(error)) from error


def _unfinished(folder: Path, why: str) -> RecipeError:
    return RecipeError(
        f"{folder}: this is no finished build",
        got=f"{REPORT}: {why}",
        allowed="the output folder of a build that is whole",
        next="run that build again: it goes on where it was",
    )


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else -1


def check_key(shards: Sequence[EarlierShard]) -> None:
    """Keys of another version of the canonical key, and all that is made of it, say nothing about texts. Raises RecipeError."""
    wanted = str(KEY_VERSION)
    for shard in shards:
        theirs = _metadata(shard).get(KEY_METADATA, b"none").decode()
        if theirs != wanted:
            raise _unfit(Path(shard.folder), f"version {theirs} of the canonical key", f"version {wanted}")


def _check_splits(shards: Sequence[EarlierShard], recipe: Recipe) -> None:
    """With another seed or other shares, documents that are near would fall to different splits of the two releases."""
    wanted = depended_on(recipe.publish)[SPLIT_METADATA].decode()
    for shard in shards:
        theirs = _metadata(shard).get(SPLIT_METADATA, b"nothing").decode()
        if theirs != wanted:
            raise RecipeError(
                f"{shard.folder}: its documents are split in another way, so that near documents would straddle splits",
                got=theirs,
                allowed=wanted,
                next="set publish.seed and publish.splits as that release has them, or build it again with those of this recipe",
            )


def _metadata(shard: EarlierShard) -> dict[bytes, bytes]:
    return pq.read_schema(shard.kept).metadata or {}


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
