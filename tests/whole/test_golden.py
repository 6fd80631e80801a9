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
from tests.golden.contents import GOLDEN, contents
from tests.run.building import quarantine, removed, table

TOP = Path(__file__).parents[2]
DEMO = TOP / "builder" / "recipes" / "demo"


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
    """Somebody's first look: documents kept, repaired, dropped for four reasons, and one that could not be read."""
    assert {code for code, _ in removed(golden).values()} == {"exact_duplicate", "near_duplicate", "too_short", "low_han_ratio"}
    assert len(quarantine(golden)) == 1
    ledger = table(golden, "ledger").to_pylist()
    steps = {step.name() for step in load_recipe("demo").steps}
    assert {entry["step"] for entry in ledger} >= steps - {"normalize.unicode_form"}
    assert sum(bool(row["repairs"]) for row in table(golden, "data").to_pylist()) >= 3
    assert all((golden / "tokenizer" / name).is_file() for name in ("tokenizer.model", "tokenizer.json", "tokenizer_config.json"))


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
