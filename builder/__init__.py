"""corpus-builder: dirty Chinese documents in, a Hugging Face dataset and a tokenizer out, and a reason for every change."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from builder.core.batch import Batch
    from builder.core.step import CorpusStep, Edit, Finding, Row, Step
    from builder.run.clean import Cleaned, clean
    from builder.run.explain import explain
    from builder.run.recipe import Recipe
    from builder.whole import build

__all__ = ["Batch", "Cleaned", "CorpusStep", "Edit", "Finding", "Recipe", "Row", "Step", "build", "clean", "explain"]

_HOMES = {
    "Batch": "builder.core.batch",
    "Cleaned": "builder.run.clean",
    "CorpusStep": "builder.core.step",
    "Edit": "builder.core.step",
    "Finding": "builder.core.step",
    "Recipe": "builder.run.recipe",
    "Row": "builder.core.step",
    "Step": "builder.core.step",
    "build": "builder.whole",
    "clean": "builder.run.clean",
    "explain": "builder.run.explain",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - the public names are of many types
    """Public names are imported when they are first used, so that `builder --help` answers at once."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    msg = f"module 'builder' has no attribute {name!r}"
    raise AttributeError(msg)
