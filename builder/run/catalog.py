"""Steps and sources by name: the path is the registry. `filter.han_ratio` is `builder/steps/filter/han_ratio.py`."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TypeVar

from builder.core.errors import RecipeError, nearest
from builder.core.source import Source
from builder.core.step import Step

_PACKAGE = Path(__file__).parents[1]
Kind = TypeVar("Kind", Step, Source)


@cache
def known_steps() -> tuple[str, ...]:
    """The names of all steps, sorted; nothing is imported."""
    return tuple(sorted(_names("steps", "*/*.py")))


@cache
def known_sources() -> tuple[str, ...]:
    """The names of all formats, sorted; nothing is imported."""
    return tuple(sorted(_names("sources", "*.py")))


def find_step(name: str) -> type[Step]:
    """The class of a step. Raises RecipeError with the nearest known name."""
    if name not in known_steps():
        raise _unknown("step", name, known_steps())
    return _only_class(importlib.import_module(f"builder.steps.{name}"), Step)


def find_source(name: str) -> type[Source]:
    """The class of a format. Raises RecipeError with the nearest known name."""
    if name not in known_sources():
        raise _unknown("source format", name, known_sources())
    return _only_class(importlib.import_module(f"builder.sources.{name}"), Source)  # type: ignore[type-abstract]  # its subclasses are wanted


def _names(folder: str, pattern: str) -> Iterable[str]:
    root = _PACKAGE / folder
    for path in root.glob(pattern):
        if not path.stem.startswith("_"):
            yield ".".join(path.relative_to(root).with_suffix("").parts)


def _only_class(module: ModuleType, base: type[Kind]) -> type[Kind]:
    mine = [
        thing
        for thing in vars(module).values()
        if isinstance(thing, type) and issubclass(thing, base) and thing.__module__ == module.__name__
    ]
    if len(mine) != 1:
        msg = f"{module.__name__} must define exactly one {base.__name__}, not {len(mine)}"
        raise TypeError(msg)
    return mine[0]


def _unknown(kind: str, name: str, known: tuple[str, ...]) -> RecipeError:
    return RecipeError(f"no {kind} {name!r}", got=name, allowed=", ".join(known), next=nearest(name, known))
