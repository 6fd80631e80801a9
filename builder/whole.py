"""A whole build: stages, publication, tokenizer. What `builder.build` and the command line call."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from builder.core.errors import BuilderError, RecipeError
from builder.core.executor import Executor, Result, finish
from builder.core.store import Store
from builder.publish.install import file_sizes
from builder.publish.publication import publication_hash, publish, write_origin
from builder.publish.tally import Tally
from builder.run.build import Sourced, run_stages, survey
from builder.run.executors.inline import Inline
from builder.run.executors.local import Local
from builder.run.inputs import unknown_files, with_inputs
from builder.run.job import STAGES, Job, new_job
from builder.run.output import REPORT, clear_stages, held, refusals_explained
from builder.run.plan import versions
from builder.run.progress import Progress, Silent
from builder.run.reading import read_part
from builder.run.recipe import Recipe, load_recipe, with_against, with_settings
from builder.run.releases import open_releases
from builder.run.settings import TokenizerConfig
from builder.tokenizer.least import least_pieces

EXECUTORS = ("inline", "local")


class Built(NamedTuple):
    """The outcome of a build."""

    out: Path
    numbers: dict[str, Any]  # as in build.json
    seconds: float
    again: bool  # nothing was to be done


def build(  # noqa: PLR0913 - the options of the command line, all but two by name
    recipe: Recipe | str | Path,
    out: str | Path,
    *,
    inputs: Sequence[str | Path] = (),
    against: Sequence[str | Path] = (),
    executor: str = "local",
    workers: int = 2,
    limit: int | None = None,
    tokenizer: bool = True,
    keep_stages: bool = False,
    settings: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
) -> Built:
    """Build a dataset and its tokenizer in the folder `out`; the same call after a kill goes on where it was.

    `recipe`: a Recipe, a YAML file or a built-in name. `inputs` replace its sources. `against`: output folders of earlier
    builds beside those of the recipe; what duplicates their documents is dropped. `executor` and `workers` change no byte of
    the output. `limit`: read at most so many documents. Raises BuilderError.
    """
    loaded = configured(recipe, inputs, settings or {}, against, tokenizer=tokenizer)
    target, progress, begun = Path(os.path.realpath(out)), progress or Silent(), time.monotonic()
    with closing(_executor(executor, workers)) as workforce, held(target), refusals_explained(target), progress:
        if unread := unknown_files(inputs):
            progress.note(f"not read, of no known format: {', '.join(f'{count} {suffix}' for suffix, count in unread.items())}")
        earlier = open_releases(loaded, target)
        sourced = survey(loaded, target, workforce, limit, progress)
        _foresee(loaded, sourced, progress)
        job = new_job(loaded, target, sourced.hash, len(sourced.parts), earlier)
        name = publication_hash(job)
        if done := _finished(target, name):
            write_origin(loaded, sourced, target)  # the sources may lie elsewhere now
            _clear(target, keep=keep_stages)
            return Built(target, done, time.monotonic() - begun, again=True)
        for step in loaded.steps:
            for remark in step.remarks():
                progress.note(f"{step.name()}: {remark}")
        job, counts = run_stages(loaded, target, sourced, workforce, progress, earlier)
        name = publication_hash(job)
        (target / REPORT).unlink(missing_ok=True)
        numbers = publish(job, sourced, counts, workforce, target, progress)
        write_origin(loaded, sourced, target)
        built = time.monotonic() - begun
        _tokenizer(loaded, target, numbers, workforce, executor, progress)
        report = _report(target, job, name, numbers, sum(part.bytes for part in sourced.parts), built, time.monotonic() - begun)
        Store(target).write_bytes(REPORT, json.dumps(report, ensure_ascii=False, indent=1).encode())
        _clear(target, keep=keep_stages)
    return Built(target, report, time.monotonic() - begun, again=False)


def configured(
    recipe: Recipe | str | Path,
    inputs: Sequence[str | Path],
    settings: Mapping[str, Any],
    against: Sequence[str | Path] = (),
    *,
    tokenizer: bool = True,
) -> Recipe:
    """The recipe with inputs, settings and earlier releases in their place."""
    loaded = recipe if isinstance(recipe, Recipe) else load_recipe(recipe)
    loaded = with_against(with_settings(with_inputs(loaded, inputs), settings), against)
    return loaded if tokenizer else loaded.model_copy(update={"tokenizer": None})


def _foresee(recipe: Recipe, sourced: Sourced, progress: Progress) -> None:
    """Say at once what the tokenizer would find out only when the dataset is built."""
    if recipe.tokenizer is None:
        return
    part = sourced.parts[0]
    batch, _ = next(read_part(part, recipe.sources[part.source], recipe.max_document_chars, recipe.kept_fields()))
    needed = least_pieces(batch["text"].to_pylist(), recipe.tokenizer)
    if needed > recipe.tokenizer.vocab_size:
        progress.note(
            f"tokenizer.vocab_size {recipe.tokenizer.vocab_size:,} is too small for the text as it is: its beginning alone needs "
            f"about {needed:,}. If the steps do not change that, the tokenizer will fail after the dataset is built."
        )


def _executor(name: str, workers: int) -> Executor:
    if name not in EXECUTORS:
        raise RecipeError(f"no executor {name!r}", got=name, allowed=", ".join(EXECUTORS))
    if workers < 1:
        raise RecipeError("--workers must be at least 1", got=str(workers))
    return Inline() if name == "inline" else Local(workers)


def _tokenizer(recipe: Recipe, out: Path, numbers: Tally, workforce: Executor, executor: str, progress: Progress) -> None:
    """Sample with the workforce, let it go, and train in a process of its own: all memory is free, and Ctrl-C need not wait."""
    if recipe.tokenizer is None or not numbers.splits.get("train"):
        Store(out).remove("tokenizer")
        if recipe.tokenizer is not None:
            progress.note("no tokenizer: the split train is empty")
        return
    progress.phase("tokenizer", 0)
    try:
        trained = _trained(recipe, recipe.tokenizer, out, workforce, executor)
    except BuilderError as error:
        raise type(error)(
            f"the dataset in {out} is whole, but it has no tokenizer: {error.what}",
            got=error.got,
            allowed=error.allowed,
            next=f"{error.next}{'; ' * bool(error.next)}then run the same command again, or with --no-tokenizer",
        ) from error
    progress.note(f"  {trained['vocab_size']:,} pieces, {trained['chars_per_token']:.2f} characters per token")


def _trained(recipe: Recipe, config: TokenizerConfig, out: Path, workforce: Executor, executor: str) -> Result:
    payload = {
        "out": str(out),
        "config": config.model_dump(mode="json"),
        "seed": recipe.publish.seed,
        "stages": str(out / STAGES),
    }
    finish(workforce.map("builder.tokenizer.tasks:write_sample", [payload]))
    workforce.close()
    with closing(_executor(executor, 1)) as trainer:
        (trained,) = trainer.map("builder.tokenizer.tasks:train_on_sample", [payload])
    return trained


def _finished(out: Path, name: str) -> dict[str, Any] | None:
    """The report of a whole build of just this, if there is one."""
    path = out / REPORT
    if not path.is_file():
        return None
    try:
        report: Any = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return None
    whole = isinstance(report, dict) and report.get("build") == name and report.get("files") == file_sizes(out)
    return report if whole else None


def _clear(out: Path, *, keep: bool) -> None:
    if not keep:
        clear_stages(out)


def _report(out: Path, job: Job, name: str, numbers: Tally, size: int, built: float, whole: float) -> dict[str, Any]:
    return {
        "name": job.recipe.name,
        "build": name,
        "documents": numbers.plain(),
        "against": list(job.recipe.against),
        "files": file_sizes(out),
        "input_bytes": size,
        "seconds": {"dataset": round(built, 2), "tokenizer": round(whole - built, 2), "whole": round(whole, 2)},
        "mb_per_second": round(size / 1e6 / built, 2),
        "versions": versions(job.depends()),
    }
