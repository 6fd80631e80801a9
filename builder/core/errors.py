"""Every error that a user can meet, and the four things that each one says.

BuilderError                what happened, what was got, what is allowed, what to do next
├── RecipeError             a recipe, a step, a field or an option is wrong       exit 2
├── SourceError             an input is missing, or is not what it should be      exit 2
└── BuildError              the build cannot go on                                exit 1
    ├── OutputError         the output folder is in use, foreign or not writable
    └── QuarantineError     too many documents failed
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import ClassVar


class BuilderError(Exception):
    """An error made of four parts: `what`, `got`, `allowed`, `next`; each but the first may be empty."""

    exit_code: ClassVar[int] = 1

    def __init__(self, what: str, *, got: str = "", allowed: str = "", next: str = "") -> None:  # noqa: A002 - "next" is the word of the contract
        self.what, self.got, self.allowed, self.next = what, got, allowed, next
        super().__init__(str(self))

    def __str__(self) -> str:
        named = (("got", self.got), ("allowed", self.allowed), ("next", self.next))
        return "\n".join([self.what, *(f"  {name}: {part}" for name, part in named if part)])


class RecipeError(BuilderError):
    """A recipe, a step, a field or an option is wrong."""

    exit_code = 2


class SourceError(BuilderError):
    """An input is missing, or is not what it should be."""

    exit_code = 2


class BuildError(BuilderError):
    """The build cannot go on."""


class OutputError(BuildError):
    """The output folder is in use, was made by something else, or cannot be written."""


class QuarantineError(BuildError):
    """More documents failed than the recipe allows."""


def nearest(name: str, known: Iterable[str]) -> str:
    """The `next` part for an unknown name: the nearest known one, or nothing when none is near."""
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f"did you mean {near[0]}?" if near else ""
