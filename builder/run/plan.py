"""The plan: the steps between two barriers are a stage, and each stage is named by a hash of all that can change it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from types import MappingProxyType
from typing import NamedTuple

from builder.core.fingerprint import fingerprint
from builder.core.step import CorpusStep, Step
from builder.run.recipe import Recipe

Depends = Mapping[str, Mapping[str, str]]  # by the name of each step, what it says in `depends`
NOTHING: Depends = MappingProxyType({})
PACKAGES = ("corpus-builder", "pyarrow", "numba", "numpy", "orjson", "xxhash")


class Stage(NamedTuple):
    """One pass over all parts. A corpus step opens the stage that follows its barrier, and closes the one before it."""

    number: int
    opening: CorpusStep | None
    steps: tuple[Step, ...]
    closing: CorpusStep | None
    facts: tuple[Step, ...]  # later steps that only drop: what they would drop is known to the closing step
    hash: str  # names the folder of the stage's documents
    barrier: str  # names the folder of the closing step's facts, sketches, matches and verdict; empty for the last stage

    @property
    def asked(self) -> tuple[Step, ...]:
        """All steps that see the documents of this stage: those that run, and those that only tell facts."""
        return tuple(step for step in (self.opening, *self.steps, self.closing, *self.facts) if step is not None)

    @property
    def only_drops(self) -> bool:
        """Whether all that happens behind the barrier before this stage is that documents go."""
        if self.opening is None or not self.opening.only_drops():  # the columns that it adds no filter knows
            return False
        return all(step.only_drops() and not step.adds.names for step in self.steps)


def make_plan(recipe: Recipe, source_hash: str, earlier_hash: str = "", depends: Depends | None = None) -> tuple[Stage, ...]:
    """The stages of a recipe over the sources that `source_hash` names, against the earlier releases of `earlier_hash`.

    `depends`: what the steps depended on when the build began; None: what they depend on now.
    """
    known = what_steps_depend_on(recipe) if depends is None else depends
    upstream = fingerprint({"sources": source_hash, "versions": versions()})
    stages: list[Stage] = []
    opening: CorpusStep | None = None
    rest = list(recipe.steps)
    while True:
        cut = next((place for place, step in enumerate(rest) if isinstance(step, CorpusStep)), None)
        steps = tuple(rest if cut is None else rest[:cut])
        stage_hash = fingerprint([upstream, identity(opening, known), [identity(step, known) for step in steps]])
        if cut is None:
            stages.append(Stage(len(stages), opening, steps, None, (), stage_hash, ""))
            return tuple(stages)
        closing = rest[cut]
        assert isinstance(closing, CorpusStep)  # noqa: S101 - for the type checker: `cut` says so
        rest = rest[cut + 1 :]
        facts = tuple(_filters_ahead(rest))
        against = [earlier_hash] if earlier_hash and closing.recalls() else []
        barrier = fingerprint([stage_hash, identity(closing, known), [identity(step, known) for step in facts], *against])
        stages.append(Stage(len(stages), opening, steps, closing, facts, stage_hash, barrier))
        upstream, opening = barrier, closing


def _filters_ahead(steps: Sequence[Step]) -> Iterator[Step]:
    """The steps that only drop, up to the first that edits: what stands behind it sees other texts.

    A corpus step that edits is looked through. It cuts a few lines of some documents, so that what a filter says of the text
    before is nearly always true of the text behind, and far better than nothing for the choice of a keeper.
    """
    for step in steps:
        if not step.only_drops() and not isinstance(step, CorpusStep):
            return
        if not isinstance(step, CorpusStep):
            yield step


def what_steps_depend_on(recipe: Recipe) -> dict[str, dict[str, str]]:
    """By the name of each step, versions and digests of what lies outside of the package. Files are read for it."""
    return {step.name(): step.depends() for step in recipe.steps}


def identity(step: Step | None, depends: Depends) -> object:
    """All of a step that can change its result: name, version, fields, and what it depends on outside of the package."""
    if step is None:
        return None
    fields = step.model_dump(mode="json", exclude=set(step.files_in))  # where files lie does not matter, but what is in them
    return [step.name(), step.version, fields, dict(depends[step.name()])]


def versions(depends: Depends = NOTHING) -> dict[str, str]:
    """What lies outside of the recipe and can change every stage; with `depends`, also what its steps depend on."""
    found = {name: version(name) for name in PACKAGES}
    found["unicode"] = unicodedata.unidata_version
    for mine in depends.values():
        found.update(mine)
    return found
