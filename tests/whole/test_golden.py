"""A whole build as it was when it was last looked at, and the libraries that it calls."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from builder.run.recipe import load_recipe
from tests.golden.contents import CARD, GOLDEN, contents
from tests.run.building import built, quarantine, removed, table, texts

TOP = Path(__file__).parents[2]
DEMO = TOP / "builder" / "recipes" / "demo"
ORIGINALS = GOLDEN.with_name("originals.json")
DROPS = {
    "exact_duplicate",
    "near_duplicate",
    "furniture_alone",
    "too_short",
    "low_han_ratio",
    "dominant_phrase",
    "repeated_phrases",
    "repeated_passages",
    "repeated_lines",
    "repeated_paragraphs",
    "low_mark_ratio",
    "low_stop_ratio",
    "high_symbol_ratio",
    "low_character_entropy",
}


def test_the_demo_is_as_ever(golden: Path) -> None:
    expected = json.loads(GOLDEN.read_text("utf-8"))
    libraries = expected.pop("versions")
    found = contents(golden)
    found.pop("versions")
    assert found == expected, (
        f"The demo gives something else than tests/golden/demo.json, which was written with {libraries}"
        f" (here: { {name: version(name) for name in libraries} }). If that is meant: python -m tests.golden.contents"
    )


def test_the_demo_shows_every_outcome(golden: Path) -> None:
    """Somebody's first look: every step at work, every reason to drop a document (but a length of two million), two that cannot be read."""
    assert {code for code, _ in removed(golden).values()} == DROPS
    assert {entry["step"] for entry in table(golden, "ledger").to_pylist()} == {step.name() for step in load_recipe("demo").steps}
    assert len(quarantine(golden)) == 2
    assert table(golden, "data").num_rows + len(removed(golden)) >= 100
    assert {row["source"] for row in table(golden, "data").to_pylist()} == {source.name for source in load_recipe("demo").sources}
    assert {path.name.split("-")[0] for path in (golden / "data").iterdir()} == {"train", "validation", "test"}
    assert all((golden / "tokenizer" / name).is_file() for name in ("tokenizer.model", "tokenizer.json", "tokenizer_config.json"))


def test_every_damaged_document_of_the_demo_comes_out_as_it_was_written(golden: Path) -> None:
    """The damage was done to the texts of originals.json: the repairs must give back these very texts."""
    found = {row["id"]: row["text"] for folder in ("data", "removed") for row in table(golden, folder).to_pylist()}
    originals = json.loads(ORIGINALS.read_text("utf-8"))
    assert {name: found[name] for name in originals} == originals


def test_every_other_document_of_the_demo_stays_as_it_was(golden: Path, tmp_path: Path) -> None:
    """Verse, law, code, tables, readings, Cantonese, talk of gambling and of mojibake: nothing in them is changed."""
    raw = texts(built(tmp_path / "raw", load_recipe("demo").model_copy(update={"steps": [], "tokenizer": None})).out)
    damaged = json.loads(ORIGINALS.read_text("utf-8")).keys()
    kept = {row["id"]: row for row in table(golden, "data").to_pylist() if row["id"] not in damaged}
    assert {name: row["text"] for name, row in kept.items()} == {name: raw[name] for name in kept}
    assert {name: row["repairs"] for name, row in kept.items()} == {name: [] for name in kept}
    assert len(kept) >= 40


def test_the_card_of_the_demo_is_the_one_that_ships(golden: Path) -> None:
    """But for the name of the build, which holds the versions of all libraries."""
    cards = (path.read_text("utf-8") for path in (golden / "README.md", CARD))
    made, ships = (re.sub(r"description: build [0-9a-f]+", "description: build", card) for card in cards)
    assert made == ships, "If that is meant: python -m tests.golden.contents"


TRACED = """
import json, os, sys, threading
from builder.whole import build

LIBRARIES = ("datasets", "sentencepiece", "datasketch", "opencc")
calls = set()

def trace(frame, event, argument):
    caller = frame.f_back
    called = str(frame.f_globals.get("__name__")).partition(".")[0]
    if called in LIBRARIES and caller is not None and frame.f_code.co_name != "<module>":
        file = caller.f_code.co_filename
        if f"{os.sep}builder{os.sep}" in file and "site-packages" not in file:
            calls.add((caller.f_globals["__name__"], called))
    return None

threading.settrace(trace)
sys.settrace(trace)
build("zh_web", sys.argv[1], inputs=[sys.argv[2]], executor="inline")
sys.settrace(None)
print(json.dumps(sorted(calls)))
"""


def importers(library: str) -> set[str]:
    """The modules of the package that import a library."""
    found = set()
    for path in (TOP / "builder").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if any(name.partition(".")[0] == library for name in names):
                found.add(".".join(path.relative_to(TOP).with_suffix("").parts))
    return found


def test_the_default_recipe_calls_the_libraries_that_it_is_built_on(tmp_path: Path) -> None:
    """Each of the four is called from the files that import it, in a build of the demo's documents with `zh_web`."""
    ran = subprocess.run(
        [sys.executable, "-c", TRACED, str(tmp_path / "out"), str(DEMO)], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    calls = {tuple(pair) for pair in json.loads(ran.stdout.splitlines()[-1])}
    for library in ("datasets", "sentencepiece", "datasketch", "opencc"):
        users = importers(library)
        assert users, library
        assert {user for user, called in calls if called == library} & users, f"{library} was not called from {users}"
    assert (tmp_path / "out" / "tokenizer" / "tokenizer.model").stat().st_size > 10_000
    assert re.search(r"config_name: default", (tmp_path / "out" / "README.md").read_text("utf-8"))
