"""A recipe reads back as it was written, and every mistake is answered with what was got, what is allowed and what is near."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from builder.core.errors import RecipeError, SourceError
from builder.run.catalog import find_source, find_step, known_sources, known_steps
from builder.run.inputs import with_inputs
from builder.run.recipe import MAX_RECIPE_BYTES, Recipe, load_plain, load_recipe, with_settings
from builder.sources.jsonl import Jsonl
from builder.steps.filter.length import Length
from tests.run.building import write

WHOLE = """
name: my-corpus
sources:
  - jsonl: {name: crawl, path: "raw/*.jsonl.zst", license: cc-by-4.0, priority: 1}
  - text: {name: books, path: [books/, more/]}
steps:
  - normalize.spaces
  - normalize.script: {to: simplified}
  - dedup.exact:
  - dedup.near: {jaccard: 0.7}
  - filter.length: {min_chars: 30}
publish: {shard_bytes: 1.5GB, splits: {train: 0.9, test: 0.1}, seed: 7, removed: excerpt}
tokenizer: {model: unigram, vocab_size: 8000, sample_chars: 20M}
part_bytes: 64K
max_malformed: 10
"""


def load(tmp_path: Path, content: str | bytes, name: str = "recipe.yaml") -> Recipe:
    return load_recipe(write(tmp_path / name, content.encode() if isinstance(content, str) else content))


def test_a_whole_recipe(tmp_path: Path) -> None:
    recipe = load(tmp_path, WHOLE)
    assert recipe.name == "my-corpus"
    assert [step.name() for step in recipe.steps] == [
        "normalize.spaces",
        "normalize.script",
        "dedup.exact",
        "dedup.near",
        "filter.length",
    ]
    assert recipe.steps[4] == Length(min_chars=30)
    assert recipe.sources[0] == Jsonl(name="crawl", path="raw/*.jsonl.zst", license="cc-by-4.0", priority=1)
    assert recipe.sources[1].path == ("books/", "more/")
    assert recipe.publish.shard_bytes == 1_500_000_000
    assert list(recipe.publish.splits) == ["train", "test"]
    assert recipe.tokenizer is not None
    assert (recipe.tokenizer.model, recipe.tokenizer.sample_chars) == ("unigram", 20_000_000)
    assert (recipe.part_bytes, recipe.max_malformed, recipe.folder) == (64_000, 10, str(tmp_path))


@pytest.mark.parametrize("name", ["zh_web", "demo", "whole"])
def test_round_trip(tmp_path: Path, name: str) -> None:
    recipe = load(tmp_path, WHOLE) if name == "whole" else load_recipe(name)
    assert load_plain(recipe.plain()) == recipe
    assert load_plain(json.loads(json.dumps(recipe.plain()))) == recipe
    again = load(tmp_path, yaml.safe_dump({**recipe.plain()}, allow_unicode=True), "again.yaml")
    assert again == recipe
    assert list(again.publish.splits) == sorted(recipe.publish.splits)  # safe_dump sorts; what writes recipes does not
    assert load_plain(recipe.plain()).plain() == recipe.plain()


def test_little_is_needed(tmp_path: Path) -> None:
    recipe = load(tmp_path, "name: least\nsteps: [filter.length]\n")
    assert recipe.sources == ()
    assert recipe.publish.splits == {"train": 0.98, "validation": 0.01, "test": 0.01}
    assert load(tmp_path, "name: none\nsteps:\n").steps == ()
    assert load(tmp_path, "name: none\nsteps: []\ntokenizer: null\n").tokenizer is None


def parts(error: RecipeError) -> tuple[str, str, str, str]:
    return error.what, error.got, error.allowed, error.next


STEPS, SOURCES = ", ".join(known_steps()), ", ".join(known_sources())
LENGTH = "max_chars, min_chars"
TOP = "against, max_document_chars, max_malformed, name, part_bytes, publish, sources, steps, tokenizer"

MISTAKES: dict[str, tuple[str, tuple[str, str, str, str]]] = {
    "unknown step": (
        "name: a\nsteps: [filter.lenght]",
        ("no step 'filter.lenght'", "filter.lenght", STEPS, "did you mean filter.length?"),
    ),
    "step like no other": ("name: a\nsteps: [zzz]", ("no step 'zzz'", "zzz", STEPS, "")),
    "unknown field": (
        "name: a\nsteps: [filter.length: {min_char: 3}]",
        ("filter.length: unknown field min_char", "3", LENGTH, "did you mean min_chars?"),
    ),
    "wrong type": (
        "name: a\nsteps: [filter.length: {min_chars: many}]",
        (
            "filter.length: wrong value for min_chars",
            "'many'",
            "Input should be a valid integer, unable to parse string as an integer",
            "correct the value",
        ),
    ),
    "out of range": (
        "name: a\nsteps: [filter.length: {min_chars: -1}]",
        ("filter.length: wrong value for min_chars", "-1", "Input should be greater than or equal to 0", "correct the value"),
    ),
    "a range that is empty": (
        "name: a\nsteps: [filter.length: {min_chars: 30, max_chars: 20}]",
        (
            "filter.length: fields that contradict each other",
            "{'min_chars': 30, 'max_chars': 20}",
            "Value error, min_chars must not be above max_chars, got 30 and 20",
            "correct the value",
        ),
    ),
    "two steps in one entry": (
        "name: a\nsteps: [{filter.length: {}, filter.han_ratio: {}}]",
        (
            "recipe: this is no step",
            "{'filter.length': {}, 'filter.han_ratio': {}}",
            "a name, or a name with its fields: - NAME: {FIELD: VALUE}",
            "",
        ),
    ),
    "step that is a number": (
        "name: a\nsteps: [7]",
        ("recipe: this is no step", "7", "a name, or a name with its fields: - NAME: {FIELD: VALUE}", ""),
    ),
    "fields that are a list": (
        "name: a\nsteps: [filter.length: [1]]",
        ("recipe: this is no step", "{'filter.length': [1]}", "a name, or a name with its fields: - NAME: {FIELD: VALUE}", ""),
    ),
    "steps that are no list": (
        "name: a\nsteps: {filter.length: {}}",
        ("recipe: steps must be a list", "dict", "a list", ""),
    ),
    "a step twice": (
        "name: a\nsteps: [filter.length, dedup.exact, filter.length: {min_chars: 3}]",
        ("a step stands in the recipe twice", "filter.length", "each step once", "leave out all but one"),
    ),
    "unknown format": (
        "name: a\nsteps: []\nsources: [json: {name: b, path: c}]",
        ("no source format 'json'", "json", SOURCES, "did you mean jsonl?"),
    ),
    "source without a path": (
        "name: a\nsteps: []\nsources: [text: {name: b}]",
        ("source text: no field path", "{'name': 'b'}", "license, limit, name, path, priority", "add path"),
    ),
    "two sources of one name": (
        "name: a\nsteps: []\nsources: [text: {name: b, path: c}, jsonl: {name: b, path: d}]",
        ("two sources have one name", "b, b", "one name for each source", "rename one of them"),
    ),
    "unknown section": (
        "name: a\nsteps: []\npublished: {}",
        ("recipe: unknown field published", "{}", TOP, "did you mean publish?"),
    ),
    "part_bytes with a unit of bytes alone": (
        "name: a\nsteps: []\npart_bytes: 20B",
        ("recipe: wrong value for part_bytes", "'20B'", "Value error, not a quantity: '20B'; allowed: ", "correct the value"),
    ),
    "shares that do not sum to 1": (
        "name: a\nsteps: []\npublish: {splits: {train: 0.5}}",
        (
            "recipe: wrong value for publish.splits",
            "{'train': 0.5}",
            "Value error, shares must be above 0 and sum to 1, got {'train': 0.5}",
            "correct the value",
        ),
    ),
    "a split called removed": (
        "name: a\nsteps: []\npublish: {splits: {removed: 1}}",
        (
            "recipe: wrong value for publish.splits",
            "{'removed': 1}",
            "Value error, split names must be plain words, got ['removed']",
            "correct the value",
        ),
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistakes_are_answered(tmp_path: Path, mistake: str) -> None:
    content, expected = MISTAKES[mistake]
    with pytest.raises(RecipeError) as error:
        load(tmp_path, content)
    what, got, allowed, following = parts(error.value)
    assert (what, got, following) == (expected[0], expected[1], expected[3])
    assert allowed == expected[2] or (expected[2].endswith("; allowed: ") and allowed.startswith(expected[2]))
    assert error.value.exit_code == 2


@pytest.mark.parametrize(
    ("content", "what", "got"),
    [
        (b"name: [", "is not YAML", "expected the node content"),
        (b"\xff\xfe\x00", "is not YAML", ""),
        (b"name: a\nname: b\nsteps: []", "is not YAML", "found twice: name"),
        (b"name: a\nsteps: [filter.length: {min_chars: 1, min_chars: 2}]", "is not YAML", "found twice: min_chars"),
        (b"name: !!python/object:os.system {}", "is not YAML", "could not determine a constructor"),
        (b"- a\n- b", "is not a mapping", "list"),
        (b"", "is not a mapping", "NoneType"),
        (b"name: a\n" + b"#" * MAX_RECIPE_BYTES, "is too large", "1,000,008 bytes"),
    ],
)
def test_files_that_are_no_recipes(tmp_path: Path, content: bytes, what: str, got: str) -> None:
    with pytest.raises(RecipeError) as error:
        load(tmp_path, content)
    assert error.value.what == f"recipe {tmp_path / 'recipe.yaml'} {what}"
    assert got in error.value.got


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(RecipeError) as error:
        load_recipe(tmp_path / "missing.yaml")
    assert error.value.what == f"cannot read recipe {tmp_path / 'missing.yaml'}"
    assert "No such file" in error.value.got
    assert (error.value.allowed, error.value.next) == ("demo, zh_web", "check the path")


def test_a_folder_is_no_recipe(tmp_path: Path) -> None:
    (tmp_path / "folder.yaml").mkdir()
    with pytest.raises(RecipeError, match="cannot read recipe"):
        load_recipe(tmp_path / "folder.yaml")


@pytest.mark.parametrize(("name", "following"), [("zh_wed", "did you mean zh_web?"), ("nothing", "")])
def test_an_unknown_built_in(name: str, following: str) -> None:
    with pytest.raises(RecipeError) as error:
        load_recipe(name)
    assert parts(error.value) == (f"no recipe {name!r}", name, "a YAML file, or demo, zh_web", following)


def test_a_file_without_a_suffix_is_a_recipe(tmp_path: Path) -> None:
    assert load(tmp_path, "name: bare\nsteps: []", "bare").name == "bare"


# ---- --set and --input


def test_settings() -> None:
    recipe = with_settings(load_recipe("zh_web"), {"filter.length.min_chars": 50, "dedup.near.jaccard": 0.7})
    changed = {step.name(): step.model_dump() for step in recipe.steps}
    assert changed["filter.length"]["min_chars"] == 50
    assert changed["dedup.near"]["jaccard"] == 0.7
    assert with_settings(recipe, {}) == recipe
    assert with_settings(recipe, {"filter.length.min_chars": 20, "dedup.near.jaccard": 0.8}) == load_recipe("zh_web")


def test_settings_of_sections() -> None:
    recipe = with_settings(load_recipe("demo"), {"tokenizer.vocab_size": 900, "publish.seed": 3, "publish.shard_bytes": "1M"})
    assert recipe.tokenizer is not None
    assert (recipe.tokenizer.vocab_size, recipe.publish.seed, recipe.publish.shard_bytes) == (900, 3, 1_000_000)


def test_settings_leave_the_other_steps_alone() -> None:
    recipe = load_plain({"name": "a", "steps": ["filter.length", "dedup.exact", "filter.han_ratio"]})
    changed = with_settings(recipe, {"filter.length.min_chars": 7})
    assert changed.steps == (Length(min_chars=7), *recipe.steps[1:])


@pytest.mark.parametrize(
    ("key", "value", "what", "following"),
    [
        (
            "filter.lenght.min_chars",
            1,
            "--set filter.lenght.min_chars: the recipe has no step 'filter.lenght'",
            "did you mean filter.length?",
        ),
        ("min_chars", 1, "--set min_chars: the recipe has no step ''", ""),
        ("filter.length.min_char", 1, "filter.length: unknown field min_char", "did you mean min_chars?"),
        ("filter.length.min_chars", "x", "filter.length: wrong value for min_chars", "correct the value"),
        ("tokenizer.vocab_sise", 900, "tokenizer: unknown field vocab_sise", "did you mean vocab_size?"),
        ("publish.seed", "x", "publish: wrong value for seed", "correct the value"),
    ],
)
def test_wrong_settings(key: str, value: Any, what: str, following: str) -> None:  # noqa: ANN401 - whatever YAML holds
    with pytest.raises(RecipeError) as error:
        with_settings(load_recipe("zh_web"), {key: value})
    assert error.value.what.startswith(what)
    assert error.value.next == following


def files(recipe: Recipe) -> dict[str, list[str]]:
    return {source.name: [file.name for file in source.files(Path("/nowhere"))] for source in recipe.sources}


def test_inputs_by_suffix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("raw/a.jsonl", "raw/deep/b.jsonl.gz", "raw/c.txt", "raw/d.xml", "e.md", "f/g.csv", "f/h.tsv.zst", "f/i.parquet"):
        write(tmp_path / name, b"")
    monkeypatch.chdir(tmp_path)
    plan = load_recipe("demo")
    assert with_inputs(plan, []) is plan
    assert files(with_inputs(plan, ["raw"])) == {"jsonl": ["a.jsonl", "deep/b.jsonl.gz"], "text": ["c.txt"]}
    assert files(with_inputs(plan, ["raw/*"])) == {"jsonl": ["a.jsonl"], "text": ["c.txt"]}
    assert files(with_inputs(plan, ["raw/*.jsonl", tmp_path / "e.md", "raw/c.txt"])) == {
        "jsonl": ["a.jsonl"],
        "text": ["c.txt", "e.md"],
    }
    assert files(with_inputs(plan, ["raw/**/*.gz"])) == {"jsonl": ["deep/b.jsonl.gz"]}
    assert files(with_inputs(plan, ["f"])) == {"csv": ["g.csv", "h.tsv.zst"], "parquet": ["i.parquet"]}


def test_inputs_in_a_folder_with_brackets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "raw [1]" / "a.jsonl", b"")
    monkeypatch.chdir(tmp_path / "raw [1]")
    for given in ("a.jsonl", "*.jsonl", ".", tmp_path / "raw [1]"):
        (source,) = with_inputs(load_recipe("demo"), [given]).sources
        assert [file.path for file in source.files(Path("/nowhere"))] == [tmp_path / "raw [1]" / "a.jsonl"]


@pytest.mark.parametrize(("given", "got"), [("missing", "no such file or folder"), ("raw/*.xml", "d.xml"), ("raw", "d.xml")])
def test_inputs_of_no_known_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str, got: str) -> None:
    write(tmp_path / "raw" / "d.xml", b"")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SourceError, match=f"input {given.replace('*', '.')}: no file of a known format") as error:
        with_inputs(load_recipe("demo"), [given])
    assert error.value.got == got
    assert "*.jsonl" in error.value.allowed


# ---- The registry


def test_the_path_is_the_registry() -> None:
    for name in known_steps():
        assert find_step(name).name() == name
    for name in known_sources():
        assert find_source(name).__module__ == f"builder.sources.{name}"
    assert {"filter.length", "dedup.near"} <= set(known_steps())
    assert not [name for name in known_steps() if "__init__" in name]
