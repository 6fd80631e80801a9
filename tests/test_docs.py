"""What the papers around the code say must hold: steps, commands, recipes, links, versions, and nothing of one machine."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import typer
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from builder.cli import app
from builder.core.apply import apply
from builder.core.batch import texts_batch
from builder.run.recipe import load_recipe

TOP = Path(__file__).parents[1]
PAPERS = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
STEP = re.compile(r"\b(normalize|filter|dedup)\.([a-z_]+)\b")
PROJECT = tomllib.loads((TOP / "pyproject.toml").read_text("utf-8"))["project"]

# Character classes keep these patterns from finding themselves.
FOREIGN = {
    "a home folder": r"/(?:[r]oot|[h]ome/\w+|[U]sers/\w+)/",
    "a registry": r"[p]ypi\.org|[p]ythonhosted|[i]ndex-url|[f]ind-links",
    "an address": r"\b(?:10|172|192|100)(?:\.\d{1,3}){3}\b",
    "a secret": r"\b(?:hf_[A-Za-z0-9]{30,}|gh[pousr]_[A-Za-z0-9]{30,}|AKIA[0-9A-Z]{16})\b|[B]EGIN [A-Z ]*PRIVATE KEY",
    "unfinished work": r"\b(?:[T]ODO|[F]IXME|[X]XX)\b",
}


def paper(name: str) -> str:
    return (TOP / name).read_text("utf-8")


def fenced(name: str, language: str) -> list[str]:
    """The code blocks of one language in a paper."""
    return re.findall(rf"^```{language}\n(.*?)^```", paper(name), re.MULTILINE | re.DOTALL)


def our_files() -> list[Path]:
    """The files under version control; in an unpacked archive, all that are not caches or output."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=TOP, capture_output=True, text=True, check=False)  # noqa: S607 - whichever git is installed
    if listed.returncode == 0 and listed.stdout:
        return [TOP / name for name in listed.stdout.split("\0") if name]
    folders = (TOP / name for name in ("builder", "data_cards", "scripts", "tests"))
    return [file for folder in folders for file in folder.rglob("*") if "__pycache__" not in file.parts] + list(TOP.glob("*.*"))


@pytest.mark.parametrize("name", PAPERS)
def test_steps_exist(name: str) -> None:
    text = paper(name)
    added = set(re.findall(r"`builder/steps/(\w+)/(\w+)\.py`", text)) if name == "CONTRIBUTING.md" else set()
    named = set(STEP.findall(text))
    missing = [f"{folder}.{step}" for folder, step in named - added if not (TOP / f"builder/steps/{folder}/{step}.py").exists()]
    assert not missing


@pytest.mark.parametrize("name", PAPERS)
def test_commands_exist(name: str) -> None:
    commands = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]  # Typer hands back a group
    code = "\n".join(re.findall(r"`([^`\n]+)`", paper(name)) + fenced(name, "sh"))
    named = set(re.findall(r"(?:^|\s)builder ([a-z][a-z-]*)\b", code, re.MULTILINE))
    assert named <= commands


@pytest.mark.parametrize("name", PAPERS)
def test_links_lead_somewhere(name: str) -> None:
    links = [link.split("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", paper(name)) if "://" not in link]
    assert not [link for link in links if link and not (TOP / link).exists()]


@pytest.mark.parametrize("path", sorted((TOP / "builder/recipes").glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_recipes_load_by_name(path: Path) -> None:
    assert load_recipe(path.stem).name == path.stem


def test_the_recipes_in_the_readme_load(tmp_path: Path) -> None:
    blocks = fenced("README.md", "yaml")
    assert blocks
    for number, block in enumerate(blocks):
        recipe = tmp_path / f"{number}.yaml"
        recipe.write_text(block, encoding="utf-8")
        assert load_recipe(str(recipe)).steps


def test_the_filter_in_contributing_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (source,) = fenced("CONTRIBUTING.md", "python")
    (tmp_path / "step.py").write_text(source, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("builder.steps.filter.private_use", tmp_path / "step.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    (block,) = fenced("CONTRIBUTING.md", "json")
    for case in json.loads(block)["cases"]:
        applied = apply(module.PrivateUse(**case.get("set", {})), texts_batch([case["text"]]))
        assert applied.batch["text"].to_pylist() == [text for text in [case["want"]] if text is not None], case["label"]
        assert [entry.code for entry in applied.ledger] == case["codes"], case["label"]


def test_the_changelog_knows_this_version() -> None:
    assert f"## [{PROJECT['version']}]" in paper("CHANGELOG.md")


def test_constraints_are_names_and_versions_only() -> None:
    for line in paper("constraints.txt").splitlines():
        assert re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.!+]*", line), line


def test_constraints_pin_what_the_project_asks_for() -> None:
    pinned = {
        canonicalize_name(name): version for name, version in re.findall(r"^(.+)==(.+)$", paper("constraints.txt"), re.MULTILINE)
    }
    wanted = [Requirement(line) for line in [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]]
    wrong = [str(need) for need in wanted if not need.specifier.contains(pinned.get(canonicalize_name(need.name), "0"))]
    assert not wrong


@pytest.mark.parametrize("what", FOREIGN)
def test_files_speak_of_the_project_alone(what: str) -> None:
    pattern = re.compile(FOREIGN[what])
    found = []
    for file in our_files():
        text = file.read_bytes().decode("utf-8", "replace") if file.is_file() else ""
        found += [f"{file.relative_to(TOP)}: {match[0]}" for match in pattern.finditer(text)]
    assert not found
