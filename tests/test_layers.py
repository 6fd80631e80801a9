"""Who may import whom, read from the syntax trees: text <- core <- sources, steps <- run <- publish, tokenizer <- cli, show."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

BUILDER = Path(__file__).parents[1] / "builder"
FILES = sorted(BUILDER.rglob("*.py"))

MAY_IMPORT = {
    "text": {"text"},
    "core": {"text", "core"},
    "sources": {"text", "core", "sources"},
    "steps": {"text", "core"},  # never each other: what two steps need is a function in text
    "run": {"text", "core", "sources", "run"},  # finds steps by name
    "publish": {"text", "core", "sources", "run", "publish"},
    "tokenizer": {"text", "core", "sources", "run", "tokenizer"},
    "show": {"text", "core", "run", "whole", "index", "show"},  # what the command line prints
}  # modules at the top of the package (the command line, the whole build, the public names) may import all
IN_ONE_FILE = ("datasets", "datasketch", "opencc", "sentencepiece", "tokenizers")
EMPTY_NAMES = {"common", "helper", "helpers", "manager", "managers", "misc", "util", "utils"}


def imported(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def breaches(layer: str, source: str) -> list[str]:
    """What `source`, a module of `layer`, imports of the package and may not."""
    ours = [name.split(".") for name in imported(source) if name.split(".")[0] == "builder"]
    return [".".join(path) for path in ours if len(path) == 1 or path[1] not in MAY_IMPORT[layer]]


@pytest.mark.parametrize(
    "path", [file for file in FILES if file.parent != BUILDER], ids=lambda path: str(path.relative_to(BUILDER))
)
def test_imports_point_one_way(path: Path) -> None:
    assert not breaches(path.relative_to(BUILDER).parts[0], path.read_text("utf-8"))


@pytest.mark.parametrize("library", IN_ONE_FILE)
def test_library_is_imported_in_one_file(library: str) -> None:
    users = [file for file in FILES if any(name.split(".")[0] == library for name in imported(file.read_text("utf-8")))]
    assert len(users) == 1, [str(file) for file in users]


def test_no_module_has_an_empty_name() -> None:
    names = {part for file in FILES for part in file.relative_to(BUILDER).with_suffix("").parts}
    assert not names & EMPTY_NAMES


@pytest.mark.parametrize(
    ("layer", "source"),
    [
        ("text", "from builder.core.batch import Batch"),
        ("core", "import builder"),
        ("steps", "from builder.steps.filter import length"),
        ("run", "from builder import publish"),
        ("tokenizer", "def train():\n    import builder.publish.shards"),
    ],
)
def test_a_wrong_arrow_is_seen(layer: str, source: str) -> None:
    assert breaches(layer, source)
