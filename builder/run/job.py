"""A job: what every task of one build is told. It travels as JSON, so that any executor can carry it."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from builder.core.batch import EARLIER
from builder.core.executor import Payload
from builder.core.step import Step
from builder.core.store import Store
from builder.run.earlier import EarlierShard, releases_hash
from builder.run.plan import Depends, Stage, make_plan, what_steps_depend_on
from builder.run.recipe import Recipe, load_plain
from builder.run.stamps import Stamp, check_unchanged, stamp

STAGES = ".stages"
READ_BY_STEPS = "run the same command again: the stages that read it are built anew"


class Job(NamedTuple):
    """The recipe, its plan, and the folders that tasks read and write."""

    recipe: Recipe
    stages: tuple[Stage, ...]
    store: Store  # of the folder `.stages`
    parts: int  # how many there are
    earlier: tuple[EarlierShard, ...]  # of releases that this build is made against; part numbers from EARLIER on
    fields: Payload  # the job as JSON

    def part_numbers(self, *, earlier: bool) -> list[int]:
        """All parts; with the shards of earlier releases where the step ahead recalls them."""
        return [*range(self.parts), *(EARLIER + place for place in range(len(self.earlier) if earlier else 0))]

    def shard(self, part: int) -> EarlierShard:
        """The shard of an earlier release that has this part number."""
        return self.earlier[part - EARLIER]

    def depends(self) -> Depends:
        """What the steps depended on when the build began: the plan is made of it."""
        depends: Depends = self.fields["depends"]
        return depends

    def check_files(self, stage: Stage) -> None:
        """Raises SourceError where a file that a step of the stage reads is no longer the one that was digested."""
        for name in dict.fromkeys(step.name() for step in stage.asked):
            check_unchanged(self.fields["stamps"].get(name, {}), READ_BY_STEPS)

    def folder(self, stage: Stage, kind: str, part: int, suffix: str) -> str:
        """`<hash>/docs/00042.parquet`."""
        return f"{stage.hash}/{kind}/{part:05d}.{suffix}"


def new_job(recipe: Recipe, out: Path, source_hash: str, parts: int, earlier: Sequence[EarlierShard] = ()) -> Job:
    """The job of a build. Files that steps read are digested here alone: tasks are told what was found. Raises SourceError."""
    stamps = {step.name(): _stamps(step) for step in recipe.steps}  # first: what is written to while it is digested is seen
    depends = what_steps_depend_on(recipe)
    fields = {
        "recipe": recipe.plain(),
        "out": str(out),
        "source_hash": source_hash,
        "parts": parts,
        "earlier": [list(shard) for shard in earlier],
        "depends": depends,
        "stamps": {name: mine for name, mine in stamps.items() if mine},
    }
    return job_from(fields)


def _stamps(step: Step) -> dict[str, Stamp]:
    """Of all files that a step reads; of what is none its `depends` speaks."""
    return {str(path): stamp(str(path)) for path in step.files_read() if os.path.isfile(path)}  # noqa: PTH113 - Path.is_file raises where a name is too long


def job_from(fields: Payload) -> Job:
    """The job in a task's payload; the recipe and plan of the last jobs are remembered."""
    earlier = tuple(EarlierShard(*shard) for shard in fields["earlier"])
    recipe, stages = _planned(
        json.dumps(fields["recipe"]), fields["source_hash"], releases_hash(earlier), json.dumps(fields["depends"])
    )
    return Job(recipe, stages, Store(Path(fields["out"]) / STAGES), fields["parts"], earlier, fields)


@lru_cache(maxsize=4)
def _planned(recipe_json: str, source_hash: str, earlier_hash: str, depends_json: str) -> tuple[Recipe, tuple[Stage, ...]]:
    plain: dict[str, Any] = json.loads(recipe_json)
    recipe = load_plain(plain)
    return recipe, make_plan(recipe, source_hash, earlier_hash, json.loads(depends_json))
