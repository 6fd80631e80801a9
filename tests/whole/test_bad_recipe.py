"""A bad recipe is answered before anything is built, and a vocabulary that is too small costs the tokenizer alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Self

import pytest
import yaml

from builder.core.errors import RecipeError
from builder.run.recipe import load_plain
from builder.whole import build
from tests.run.building import contents, texts, write, write_texts
from tests.tokenizer.corpus import document

LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 10)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


def written(tmp_path: Path, content: str, source: str = "a.jsonl") -> Path:
    """A recipe of these lines over two documents."""
    write_texts(tmp_path / "a.jsonl", [document(1), document(2)])
    head = f"name: small\nsources:\n- jsonl: {{name: crawl, path: '{source}'}}\n"
    return write(tmp_path / "small.yaml", (head + content).encode())


NO_YAML = "YAML without references"
BAD: dict[str, tuple[str, str, str, str, str]] = {  # content, what, got, allowed (a part), next (a part)
    "no such field": (
        "steps: []\nstep: []",
        "recipe: unknown field step",
        "[]",
        "part_bytes, publish, sources, steps",
        "did you mean steps?",
    ),
    "no such field of a step": (
        "steps: [filter.length: {min_char: 7}]",
        "filter.length: unknown field min_char",
        "7",
        "max_chars, min_chars",
        "did you mean min_chars?",
    ),
    "no such step": (
        "steps: [filter.lenght]",
        "no step 'filter.lenght'",
        "filter.lenght",
        "filter.length",
        "did you mean filter.length?",
    ),
    "a word for a number": (
        "steps: [filter.length: {min_chars: many}]",
        "filter.length: wrong value for min_chars",
        "'many'",
        "integer",
        "",
    ),
    "not a number": (
        "steps: [filter.han_ratio: {min_han_ratio: .nan}]",
        "filter.han_ratio: wrong value for min_han_ratio",
        "nan",
        "1",
        "",
    ),
    "out of range": ("steps: []\ntokenizer: {vocab_size: 12}", "recipe: wrong value for tokenizer.vocab_size", "12", "400", ""),
    "below zero": ("steps: []\nmax_malformed: -1", "recipe: wrong value for max_malformed", "-1", "0", ""),
    "a word for a list": ("steps: filter.length", "recipe: steps must be a list", "str", "a list", ""),
    "a number for a step": ("steps: [7]", "recipe: this is no step", "7", "- NAME: {FIELD: VALUE}", ""),
    "a number for a section": ("steps: []\npublish: 7", "recipe: wrong value for publish", "7", "dictionary", ""),
    "a field twice": ("steps: []\nsteps: []", "recipe RECIPE is not YAML", "found twice: steps", NO_YAML, "correct the file"),
    "a tag that runs code": (
        "steps: !!python/object/apply:os.getcwd []",
        "recipe RECIPE is not YAML",
        "could not determine a constructor",
        NO_YAML,
        "",
    ),
    "a zero byte": ("steps: []\n\0", "recipe RECIPE is not YAML", "unacceptable character #x0000", NO_YAML, ""),
    "a day that there is not": ("steps: [x: 2024-02-31]", "recipe RECIPE is not YAML", "day", NO_YAML, ""),
    "a number of 5,000 digits": (
        f"steps: []\npart_bytes: {'9' * 5_000}",
        "recipe RECIPE is not YAML",
        "Exceeds the limit",
        NO_YAML,
        "",
    ),
    "a very deep list": (
        f"steps: {'[' * 3_000}{']' * 3_000}",
        "recipe RECIPE is not YAML",
        "maximum recursion depth exceeded",
        NO_YAML,
        "",
    ),
    "a billion values": (
        f"{LAUGHS}steps: *i",
        "recipe RECIPE is not YAML",
        "a reference: write out what it stands for",
        NO_YAML,
        "",
    ),
    "a list in itself": ("steps: &a [*a]", "recipe RECIPE is not YAML", "a reference: write out what it stands for", NO_YAML, ""),
    "too much of it": ("steps: []\n#" + "x" * 1_000_000, "recipe RECIPE is too large", "1,000,07", "1,000,000 bytes", ""),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_recipe(tmp_path: Path, case: str) -> None:
    content, what, got, allowed, following = BAD[case]
    plan = written(tmp_path, content)
    with pytest.raises(RecipeError) as error:
        build(plan, tmp_path / "out", executor="inline")
    assert error.value.what == what.replace("RECIPE", str(plan))
    assert error.value.got.startswith(got) or got in error.value.got
    assert len(error.value.got) < 500
    assert allowed in error.value.allowed
    assert following in error.value.next
    assert error.value.exit_code == 2
    assert not (tmp_path / "out").exists()


NAME = "Value error, must be one line of at most 200 characters that can be seen, without spaces around it"


@pytest.mark.parametrize("name", ["a\nb", "a\0b", "\x1b[31m", "\u202eabc", " a", "x" * 201, "\ud800"], ids=ascii)
def test_names_are_one_line(name: str) -> None:
    source = {"name": "crawl", "path": "x"}
    recipe: dict[str, Any] = {"name": "small", "steps": []}
    for plain in (
        {**recipe, "name": name},
        *({**recipe, "sources": [{"jsonl": {**source, key: name}}]} for key in ("name", "license")),
    ):
        with pytest.raises(RecipeError, match=r"wrong value for (name|license)") as error:
            load_plain(plain)
        assert error.value.allowed == NAME or (name == "\ud800" and "unicode" in error.value.allowed)


def test_names_are_not_empty() -> None:
    for plain in ({"name": "", "steps": []}, {"name": "a", "steps": [], "sources": [{"jsonl": {"name": "", "path": "x"}}]}):
        with pytest.raises(RecipeError, match="wrong value for name"):
            load_plain(plain)


@pytest.mark.parametrize(
    ("make", "got"),
    [
        (lambda _: None, "No such file or directory"),
        (Path.mkdir, "Is a directory"),
        (lambda path: path.symlink_to(path), "Too many levels of symbolic links"),
    ],
    ids=["missing", "a folder", "a link to itself"],
)
def test_a_recipe_that_cannot_be_read(tmp_path: Path, make: Any, got: str) -> None:  # noqa: ANN401 - a function
    make(tmp_path / "small.yaml")
    with pytest.raises(RecipeError, match=r"cannot read recipe .*small\.yaml") as error:
        build(tmp_path / "small.yaml", tmp_path / "out", executor="inline")
    assert got in error.value.got
    assert (error.value.allowed, error.value.next) == ("demo, zh_web", "check the path")
    assert not (tmp_path / "out").exists()


def test_the_command_says_it_in_four_lines(tmp_path: Path) -> None:
    plan = written(tmp_path, "steps: [filter.length: {min_char: 7}]")
    program = "from builder.cli import main; main()"
    ran = subprocess.run(
        [sys.executable, "-c", program, "build", plan, "-o", tmp_path / "out"], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 2
    assert ran.stdout == ""
    assert ran.stderr.splitlines() == [
        "error: filter.length: unknown field min_char",
        "  got: 7",
        "  allowed: max_chars, min_chars",
        "  next: did you mean min_chars?",
    ]


# ---- the vocabulary


class Notes:
    """Collects what a build tells."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []

    def phase(self, name: str, total_bytes: int) -> None:
        del total_bytes
        self.told.append(("phase", name))

    def advance(self, size: int, documents: int, kept: int) -> None:
        """Nothing."""

    def note(self, text: str) -> None:
        self.told.append(("note", text))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        """Nothing."""


def many_kinds(tmp_path: Path) -> Path:
    """A recipe over texts of some 900 kinds of characters."""
    records = ["".join(chr(0x4E00 + (number * 37 + place * 13) % 900) for place in range(500)) for number in range(30)]
    write_texts(tmp_path / "kinds.jsonl", records)
    plain = {"name": "kinds", "sources": [{"jsonl": {"name": "crawl", "path": "kinds.jsonl"}}], "steps": ["filter.length"]}
    return write(
        tmp_path / "kinds.yaml", yaml.safe_dump({**plain, "tokenizer": {"vocab_size": 800, "sample_chars": "1M"}}).encode()
    )


def vocabulary(out: Path) -> int:
    tokenizer = json.loads((out / "tokenizer" / "tokenizer.json").read_text("utf-8"))
    return len(tokenizer["model"]["vocab"])


@pytest.mark.parametrize("model", ["bpe", "unigram"])
def test_a_vocabulary_that_is_too_small(tmp_path: Path, model: str) -> None:
    plan, out, notes = many_kinds(tmp_path), tmp_path / "out", Notes()
    settings: dict[str, Any] = {"tokenizer.model": model}
    with pytest.raises(RecipeError) as error:
        build(plan, out, executor="inline", settings=settings, progress=notes)
    assert error.value.what == (
        f"the dataset in {os.path.realpath(out)} is whole, but it has no tokenizer: "
        "the tokenizer's vocabulary cannot hold the characters of the text"
    )
    assert error.value.got == "vocab_size 800"
    assert error.value.allowed == "1,255 to 1,000,000 for character_coverage 0.9995 of this text"
    assert "raise tokenizer.vocab_size to 1255 or more" in error.value.next
    assert error.value.next.endswith("then run the same command again, or with --no-tokenizer")
    early = ("note", notes.told[1][1])
    assert notes.told[:3] == [("phase", "survey"), early, ("phase", "stage 1: filter.length")]  # said before the work is done
    assert early[1].startswith(
        "tokenizer.vocab_size 800 is too small for the text as it is: its beginning alone needs about 1,255."
    )
    assert len(texts(out)) == 30
    assert not (out / "tokenizer").exists()
    assert not (out / "build.json").exists()
    before = contents(out, "data")
    with pytest.raises(RecipeError, match="cannot hold"):
        build(plan, out, executor="inline", settings={**settings, "tokenizer.vocab_size": 1254})
    build(plan, out, executor="inline", settings={**settings, "tokenizer.vocab_size": 1255})
    assert vocabulary(out) == 1255
    assert contents(out, "data") == before


def test_without_a_tokenizer_the_dataset_is_done(tmp_path: Path) -> None:
    plan, out = many_kinds(tmp_path), tmp_path / "out"
    with pytest.raises(RecipeError, match="cannot hold"):
        build(plan, out, executor="inline")
    assert build(plan, out, executor="inline", tokenizer=False).numbers["documents"]["kept"] == 30
    assert not (out / "tokenizer").exists()


def test_a_vocabulary_that_is_never_filled(tmp_path: Path) -> None:
    notes = Notes()
    build(many_kinds(tmp_path), tmp_path / "out", executor="inline", settings={"tokenizer.vocab_size": 30_000}, progress=notes)
    assert 1255 < vocabulary(tmp_path / "out") < 30_000
    assert [text for kind, text in notes.told if kind == "note" and "too small" in text] == []


def test_the_tokenizer_of_another_dataset_goes_with_it(tmp_path: Path) -> None:
    """It was trained on text that is no longer there, and the new one cannot be trained."""
    plan, out = many_kinds(tmp_path), tmp_path / "out"
    build(plan, out, executor="inline", settings={"tokenizer.vocab_size": 1300})
    assert vocabulary(out) == 1300
    with pytest.raises(RecipeError, match="cannot hold"):
        build(plan, out, executor="inline", settings={"tokenizer.vocab_size": 800, "filter.length.min_chars": 30})
    assert not (out / "tokenizer").exists()
