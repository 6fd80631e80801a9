"""All stages of a build, up to the documents that are to be published."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from builder.core.errors import BuildError, QuarantineError, SourceError
from builder.core.executor import Executor, Payload
from builder.core.fingerprint import fingerprint
from builder.core.source import Slice
from builder.run.barrier import cross
from builder.run.earlier import EarlierShard
from builder.run.job import STAGES, Job, new_job
from builder.run.parts import Part, group_parts, slice_from
from builder.run.plan import Stage
from builder.run.progress import Progress
from builder.run.reading import BYTES_PER_CHAR
from builder.run.recipe import Recipe
from builder.run.stamps import Stamp, check_unchanged, stamp
from builder.run.survey import check_columns, survey_payload

SURVEY_BYTES = 64_000_000  # files together up to this size are surveyed by one task
FAILURES, FAILURE_SHARE = 100, 0.001  # documents on which steps may raise: the larger of the two


class Sourced(NamedTuple):
    """The inputs of a build: surveyed, cut into parts, and named by one hash."""

    parts: list[Part]
    broken: list[list[str]]  # [source, file, reason] of archives that end early
    hash: str
    stamps: Mapping[str, Stamp] = MappingProxyType({})  # of each input file when the survey began


def survey(recipe: Recipe, out: Path, executor: Executor, limit: int | None, progress: Progress) -> Sourced:
    """Read every input file once. Raises SourceError where there is nothing to read."""
    if not recipe.sources:
        raise SourceError(
            f"recipe {recipe.name} has no sources", allowed="sources: in the recipe, or --input PATH", next="give --input"
        )
    tasks = list(_survey_tasks(recipe, out))
    stamps = {path: stamp(path) for task in tasks for _, path in task["files"]}
    sizes = [sum(stamps[path][0] for _, path in task["files"]) for task in tasks]
    if sum(sizes) > recipe.part_bytes:  # all workers will be needed; the survey of few files keeps one busy
        executor.warm("builder.run.stage:ready", {"recipe": recipe.plain()})
    progress.phase("survey", sum(sizes))
    slices: dict[int, list[Slice]] = {}
    broken: dict[int, list[list[str]]] = {}
    for result in executor.map("builder.run.survey:survey_files", tasks):
        place = result["order"]
        slices[place] = [slice_from(piece) for piece in result["slices"]]
        broken[place] = [[recipe.sources[tasks[place]["number"]].name, *why] for why in result["broken"]]
        progress.advance(sizes[place], 0, 0)
    by_source: list[list[Slice]] = [[] for _ in recipe.sources]
    for place, task in enumerate(tasks):
        by_source[task["number"]] += slices[place]
    for source, mine in zip(recipe.sources, by_source, strict=True):
        check_columns(source, mine)
    check_unchanged(stamps)
    parts = group_parts(by_source, recipe.part_bytes, limit, [source.limit for source in recipe.sources])
    why = [fault for place in range(len(tasks)) for fault in broken[place]]
    if not parts:
        got = "; ".join(f"{file}: {reason}" for _, file, reason in why[:5]) or "empty files only"
        raise SourceError(f"recipe {recipe.name}: there is nothing to read", got=got, next="check the files of the sources")
    return Sourced(parts, why, _source_hash(recipe, by_source, limit), stamps)


def _survey_tasks(recipe: Recipe, out: Path) -> Iterator[Payload]:
    order = 0
    for number, source in enumerate(recipe.sources):
        about = survey_payload(source, recipe.part_bytes, recipe.max_document_chars * BYTES_PER_CHAR, out / STAGES)
        files = [(file.name, str(file.path.resolve())) for file in source.files(Path(recipe.folder))]
        foreign = [
            (name, path) for name, path in files if not Path(path).is_relative_to(out)
        ]  # what this build wrote is no input
        for group in _file_groups(foreign):
            yield {"order": order, "number": number, "files": group, **about}
            order += 1


def run_stages(
    recipe: Recipe,
    out: Path,
    sourced: Sourced,
    executor: Executor,
    progress: Progress,
    earlier: Sequence[EarlierShard] = (),
) -> tuple[Job, list[Counter[str]]]:
    """Run every stage on every part that is not done. Gives the job, and the counts of each stage."""
    job = new_job(recipe, out, sourced.hash, len(sourced.parts), earlier)
    counts: list[Counter[str]] = []
    for stage in job.stages:
        progress.phase(_phase(stage), sum(part.bytes for part in sourced.parts))
        total: Counter[str] = Counter()
        for result in executor.map("builder.run.stage:run_part", _stage_tasks(job, stage, sourced)):
            total.update({name: number for name, number in result.items() if name != "part"})
            progress.advance(
                result["bytes"] if not stage.number else _part_bytes(sourced, result), result["documents"], result["kept"]
            )
        _check(recipe, total, _first_malformed(job) if total["malformed"] == total["documents"] else "")
        if counts and counts[-1]["kept"] != total["documents"]:
            raise BuildError(
                "documents were lost between two stages",
                got=f"{counts[-1]['kept']:,} written, {total['documents']:,} read",
                next="please report this defect; a build into a new folder starts from the sources",
            )
        counts.append(total)
        if stage.closing:
            progress.phase(stage.closing.name(), 0)
            cross(executor, job, stage)
    return job, counts


def _phase(stage: Stage) -> str:
    names = [step.name() for step in ((stage.opening,) if stage.opening else ()) + stage.steps]
    return (
        f"stage {stage.number + 1}: {names[0]} … {names[-1]}"
        if len(names) > 1
        else f"stage {stage.number + 1}: {''.join(names) or 'read'}"
    )


def _part_bytes(sourced: Sourced, result: Payload) -> int:
    return sourced.parts[result["part"]].bytes


def _stage_tasks(job: Job, stage: Stage, sourced: Sourced) -> Iterator[Payload]:
    for part in sourced.parts:
        read = {} if stage.number else {piece.path: sourced.stamps[piece.path] for piece in part.slices if not piece.piece}
        yield {"job": job.fields, "stage": stage.number, "part": part, "stamps": read}


def _first_malformed(job: Job) -> str:
    """Place and reason of one line or file that could not be read; empty if there is none."""
    for part in range(job.parts):
        for line in job.store.path(job.folder(job.stages[0], "quarantine", part, "jsonl")).read_text("utf-8").split("\n"):
            if line:
                found = json.loads(line)
                return f"{found['file']}, line {found['line']}: {found['reason']}"
    return ""


def _check(recipe: Recipe, total: Counter[str], first: str) -> None:
    """The law over the whole stage, and the limits on what may be quarantined. `first`: why nothing at all could be read."""
    entered = total["documents"] - total["malformed"]
    if entered != total["kept"] + total["dropped"] + total["failed"]:
        raise BuildError(
            "documents were lost",
            got=json.dumps(total),
            allowed="in = out + drops + quarantined",
            next="please report this defect",
        )
    if first and total["malformed"] == total["documents"]:
        raise QuarantineError(
            "no document could be read",
            got=f"{total['malformed']:,} malformed; {first}",
            allowed="at least one document",
            next="check the source's format, and its text_field if it has one; all reasons stand in quarantine/ below .stages",
        )
    allowed = max(FAILURES, FAILURE_SHARE * total["documents"])
    if total["failed"] > allowed:
        raise QuarantineError(
            "steps failed on too many documents",
            got=f"{total['failed']:,} of {total['documents']:,}",
            allowed=f"{allowed:,.0f}",
            next="see quarantine/ below .stages for step and error of each",
        )
    if recipe.max_malformed is not None and total["malformed"] > recipe.max_malformed:
        raise QuarantineError(
            "too many malformed lines and files",
            got=f"{total['malformed']:,}",
            allowed=f"max_malformed: {recipe.max_malformed:,}",
            next="see quarantine/ below .stages for file, line and reason of each",
        )


def _file_groups(files: list[tuple[str, str]]) -> Iterable[list[tuple[str, str]]]:
    group: list[tuple[str, str]] = []
    size = 0
    for file in files:
        bytes_ = stamp(file[1])[0]
        if group and size + bytes_ > SURVEY_BYTES:
            yield group
            group, size = [], 0
        group.append(file)
        size += bytes_
    if group:
        yield group


def _source_hash(recipe: Recipe, by_source: list[list[Slice]], limit: int | None) -> str:
    """All of the inputs that can change a result: contents, names, fields and cuts, but no path."""
    sources = [
        {
            "fields": source.model_dump(mode="json", exclude={"path", "license"}),
            "format": type(source).__module__,
            "slices": [[piece.file, piece.digest, piece.start, piece.end] for piece in slices],
        }
        for source, slices in zip(recipe.sources, by_source, strict=True)
    ]
    return fingerprint(
        {"sources": sources, "part_bytes": recipe.part_bytes, "limit": limit, "max_chars": recipe.max_document_chars}
    )
