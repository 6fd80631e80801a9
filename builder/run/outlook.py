"""What a build would do: its stages, and how much of each is already done."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import NamedTuple

from builder.core.store import Store
from builder.run.build import Sourced, survey
from builder.run.executors.inline import Inline
from builder.run.job import STAGES, new_job
from builder.run.plan import Stage
from builder.run.progress import Silent
from builder.run.recipe import Recipe
from builder.run.releases import open_releases


class Outlook(NamedTuple):
    """The plan of a build over its sources."""

    recipe: Recipe
    stages: tuple[Stage, ...]
    parts: int
    size: int  # uncompressed bytes of input
    done: list[int]  # finished parts of each stage


def outlook(recipe: Recipe, out: Path | None, limit: int | None = None) -> Outlook:
    """Survey the sources (all of them are read once) and look into `out`. Writes nothing there. Raises BuilderError."""
    earlier = open_releases(recipe, out)
    with tempfile.TemporaryDirectory() as scratch:
        sourced = survey(recipe, Path(scratch), Inline(), limit, Silent()) if recipe.sources else Sourced([], [], "")
        job = new_job(recipe, Path(scratch), sourced.hash, len(sourced.parts), earlier)
    stages = Store(out / STAGES) if out else None
    done = [len(stages.names(f"{stage.hash}/docs", ".arrow")) if stages else 0 for stage in job.stages]
    return Outlook(recipe, job.stages, len(sourced.parts), sum(part.bytes for part in sourced.parts), done)
