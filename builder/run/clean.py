"""The per-document steps of a recipe on single texts and files: what a build would make of each, without a corpus."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from builder.core.apply import apply
from builder.core.batch import ROW, integers, texts_batch, with_profile
from builder.core.errors import RecipeError, nearest
from builder.core.ledger import DROP
from builder.core.step import CorpusStep, Step
from builder.run.documents import Document, Unread, read_documents, with_readers
from builder.run.recipe import Recipe, load_recipe, with_settings

BATCH_CHARS = 2_000_000
BATCH_TEXTS = 8_192
One = TypeVar("One")


class Found(NamedTuple):
    """One thing that a step found on a text, and what became of it."""

    step: str
    code: str
    action: str  # edit | drop | quarantine
    count: int | None  # type: ignore[assignment]  # places changed; hides tuple.count, which nobody needs here
    value: float | None
    limit: float | None


class Cleaned(NamedTuple):
    """One text after all steps."""

    text: str | None  # None: dropped, or a step failed on it
    dropped: str | None  # the code that dropped it
    findings: list[Found]


def clean(
    texts: Iterable[str],
    recipe: Recipe | str | Path = "zh_web",
    only: Sequence[str] = (),
    skip: Sequence[str] = (),
    set: Mapping[str, Any] | None = None,  # noqa: A002 - the word of the contract
) -> list[Cleaned]:
    """Clean texts with the per-document steps of a recipe; one result for each text, in order.

    `only`, `skip`: globs over step names, such as `normalize.*`. `set`: `STEP.FIELD` to value. Raises RecipeError.
    """
    if isinstance(texts, str):
        msg = "clean takes a list of texts; for one text write clean([text])"
        raise TypeError(msg)
    loaded = with_settings(recipe if isinstance(recipe, Recipe) else load_recipe(recipe), set or {})
    steps = chosen_steps(loaded, only, skip)
    results: list[Cleaned] = []
    for batch in _batches(texts, len):
        results += _clean_batch(batch, steps)
    return results


def clean_files(
    files: Iterable[str],
    recipe: str | Path,
    only: Sequence[str],
    skip: Sequence[str],
    settings: Mapping[str, Any],
) -> Iterator[tuple[Document, Cleaned] | Unread]:
    """The same for the documents of files, some hundred at a time, with what could not be read. Raises RecipeError."""
    loaded = with_settings(with_readers(load_recipe(recipe)), settings)
    steps = chosen_steps(loaded, only, skip)
    for batch in _batches(read_documents(files, loaded), _size):
        documents = [document for document in batch if isinstance(document, Document)]
        results = iter(_clean_batch([document.text for document in documents], steps) if documents else [])
        for document in batch:
            yield document if isinstance(document, Unread) else (document, next(results))


def _size(document: Document | Unread) -> int:
    return len(document.text) if isinstance(document, Document) else 0


def chosen_steps(recipe: Recipe, only: Sequence[str], skip: Sequence[str]) -> list[Step]:
    """The per-document steps that `only` names (all without it) and `skip` does not."""
    steps = [step for step in recipe.steps if not isinstance(step, CorpusStep)]
    names = [step.name() for step in steps]
    for pattern in only:
        if not any(fnmatchcase(name, pattern) for name in names):
            raise RecipeError(
                f"only: no step matches {pattern!r}", got=pattern, allowed=", ".join(names), next=nearest(pattern, names)
            )
    wanted = [step for step in steps if not only or any(fnmatchcase(step.name(), pattern) for pattern in only)]
    return [step for step in wanted if not any(fnmatchcase(step.name(), pattern) for pattern in skip)]


def _batches(texts: Iterable[One], size_of: Callable[[One], int]) -> Iterable[list[One]]:
    batch: list[One] = []
    size = 0
    for text in texts:
        batch.append(text)
        size += size_of(text)
        if size >= BATCH_CHARS or len(batch) >= BATCH_TEXTS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


@contextmanager
def _collector_paused() -> Iterator[None]:
    """No search for cycles meanwhile: a batch makes many small tuples and no cycles, and the search takes a tenth of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _clean_batch(texts: list[str], steps: Sequence[Step]) -> list[Cleaned]:
    batch = with_profile(texts_batch(texts))
    findings: list[list[Found]] = [[] for _ in texts]
    dropped: list[str | None] = [None] * len(texts)
    with _collector_paused():
        for step in steps:
            applied = apply(step, batch)
            batch = applied.batch
            for entry in applied.ledger:
                findings[entry.row].append(Found(entry.step, entry.code, entry.action, entry.count, entry.value, entry.limit))
                if entry.action == DROP:
                    dropped[entry.row] = entry.code
            for failure in applied.failures:
                findings[failure.row].append(Found(failure.step, failure.reason, "quarantine", None, None, None))
    kept: dict[int, str] = dict(zip(integers(batch, ROW).tolist(), batch["text"].to_pylist(), strict=True))
    return [Cleaned(kept.get(row), code, found) for row, (code, found) in enumerate(zip(dropped, findings, strict=True))]
