"""What a build made of bad input: every document is published, removed or quarantined, or there is no dataset at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from builder.core.errors import BuilderError
from builder.run.recipe import Recipe
from tests.run.building import built, lines, quarantine, removed, texts
from tests.tokenizer.corpus import document

GOOD = {"good0": document(1), "good1": document(2)}
CRAWL = lines([document(number) for number in range(3, 203)])  # ids d0 to d199


def outcome(out: Path, plan: Recipe, **options: Any) -> dict[str, str]:  # noqa: ANN401 - the options of build
    """Build; hold to the law of the house; the kept documents."""
    numbers = built(out, plan, **options).numbers["documents"]
    kept, wrong = texts(out), quarantine(out)
    assert numbers["read"] == numbers["kept"] + numbers["dropped"] + numbers["malformed"] + numbers["failed"]
    assert numbers["malformed"] + numbers["failed"] == len(wrong)
    assert len(removed(out)) == numbers["dropped"]
    assert GOOD.items() <= kept.items()
    return kept


def refused(out: Path, plan: Recipe, **options: Any) -> BuilderError:  # noqa: ANN401 - the options of build
    """The error of a build that cannot go on. It leaves nothing that looks like a dataset, and nothing in the way of another."""
    with pytest.raises(BuilderError) as error:
        built(out, plan, **options)
    assert not any((out / name).exists() for name in ("README.md", "data", "build.json"))
    return error.value


def reasons(out: Path) -> list[tuple[str, int | None, str]]:
    """(file, line, reason) of all that is quarantined."""
    return [(row["file"], row.get("line"), row["reason"]) for row in quarantine(out)]
