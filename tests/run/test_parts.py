"""Slices become parts, and limits cut them by documents: the first ones of each source, whatever the parts."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from pydantic import ValidationError

from builder.core.errors import RecipeError
from builder.core.source import Slice
from builder.run.build import survey
from builder.run.executors.inline import Inline
from builder.run.parts import group_parts, part_from, slice_from
from builder.run.progress import Silent
from builder.run.reading import read_part
from builder.run.recipe import Recipe
from builder.sources.text import Text
from tests.run.building import built, quarantine, recipe, texts, write


def piece(rows: int, start: int = 0, size: int = 100) -> Slice:
    return Slice("a", "a", "", start, start + size, 1, rows, rows)


def test_json_and_back() -> None:
    (part,) = group_parts([[piece(3)._replace(header=("text", "id"), piece="p")]], 1_000)
    plain = [part.number, part.source, [[*one[:-2], list(one.header), one.piece] for one in part.slices], part.rows]
    assert part_from(plain) == part
    assert slice_from(plain[2][0]) == part.slices[0]  # type: ignore[index]  # a list


@pytest.mark.parametrize(
    ("limit", "limits", "rows"),
    [
        (None, [None, None], [5, 5, 4]),
        (None, [], [5, 5, 4]),
        (None, [7, None], [5, 2, 4]),
        (None, [5, 3], [5, 3]),
        (None, [99, 99], [5, 5, 4]),
        (12, [None, None], [5, 5, 2]),
        (8, [6, 3], [5, 1, 2]),
        (3, [6, 3], [3]),
    ],
)
def test_limits(limit: int | None, limits: list[int | None], rows: list[int]) -> None:
    parts = group_parts([[piece(5), piece(5, 100)], [piece(4)]], 100, limit, limits)
    assert [part.rows for part in parts] == rows
    assert [part.number for part in parts] == list(range(len(parts)))


@pytest.mark.parametrize("limit", [0, -1, 1.5, "many"])
def test_limits_that_are_none(limit: object) -> None:
    with pytest.raises(ValidationError):
        Text.model_validate({"name": "a", "path": "b", "limit": limit})
    with pytest.raises(RecipeError, match="source text: wrong value for limit"):
        recipe(sources=[{"text": {"name": "a", "path": "b", "limit": limit}}])


def ids(plan: Recipe, out: Path, limit: int | None = None) -> list[str]:
    """The ids of all documents that are read, in order."""
    parts = survey(plan, out, Inline(), limit, Silent()).parts
    batches = (batch for part in parts for batch, _ in read_part(part, plan.sources[part.source], plan.max_document_chars))
    return [name for batch in batches for name in batch["id"].to_pylist()]


LINES = (
    b'\n{"id": "a", "text": "x"}\n\n  \n{"id": "b", "text": "x"}\nbroken\n\n{"id": "c", "text": "x"}\n{"id": "d", "text": "x"}'
)
ROWS = b'id,text\na,x\n\nb,"x\n\ny"\nbroken\nc,"x\n"\nd,x'


@pytest.mark.parametrize(("kind", "content"), [("jsonl", LINES), ("csv", ROWS)])
def test_blank_lines_are_no_documents_and_malformed_ones_are(tmp_path: Path, kind: str, content: bytes) -> None:
    path = write(tmp_path / f"a.{kind}", content)
    for limit, part_bytes, both in product(range(1, 8), (1_000, 8_000_000), (False, True)):
        source = {"name": "table", "path": str(path), "limit": limit}
        plan = recipe(sources=[{kind: source}], part_bytes=part_bytes)
        found = ids(plan, tmp_path / f"{limit}-{part_bytes}-{both}", 99 if both else None)
        assert found == ["a", "b", "c", "d"][: limit if limit < 3 else limit - 1], (limit, part_bytes)


@pytest.mark.parametrize("limit", [1, 49, 50, 51, 120, 200])
def test_a_limit_does_not_depend_on_the_parts(tmp_path: Path, limit: int) -> None:
    for number in range(3):
        lines = b"".join(b'{"id": "%d-%d", "text": "%s"}\n' % (number, line, b"x" * (line % 7 * 50)) for line in range(50))
        write(tmp_path / "raw" / f"{number}.jsonl", lines)
    found = []
    for part_bytes in (1_000, 3_000, 8_000_000):
        sources = [{"jsonl": {"name": "raw", "path": str(tmp_path / "raw"), "limit": limit}}]
        found.append(ids(recipe(sources=sources, part_bytes=part_bytes), tmp_path / str(part_bytes)))
    assert found[0] == found[1] == found[2] == [f"{number}-{line}" for number in range(3) for line in range(50)][:limit]


def test_a_build_with_limits(tmp_path: Path) -> None:
    one = write(tmp_path / "one.jsonl", b'{"id": "a", "text": "x"}\nbroken\n{"id": "b", "text": "x"}\n{"id": "c", "text": "x"}\n')
    write(tmp_path / "two" / "p.txt", b"p")
    write(tmp_path / "two" / "q.txt", b"q")
    sources = [
        {"jsonl": {"name": "one", "path": str(one), "limit": 3}},
        {"text": {"name": "two", "path": str(tmp_path / "two"), "limit": 1}},
    ]
    done = built(tmp_path / "out", recipe(sources=sources))
    assert sorted(texts(tmp_path / "out")) == ["a", "b", "p.txt"]
    assert [row["line"] for row in quarantine(tmp_path / "out")] == [2]
    assert done.numbers["documents"]["read"] == 4
    built(tmp_path / "out", recipe(sources=sources), limit=2)
    assert sorted(texts(tmp_path / "out")) == ["a"]
