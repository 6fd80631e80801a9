"""What raises, what is too much, and what an output folder may be."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from builder.core.errors import BuilderError, OutputError, QuarantineError, RecipeError
from builder.run.catalog import find_step
from builder.run.explain import explain
from builder.run.job import STAGES
from builder.run.output import LOCK, held
from builder.run.recipe import Recipe, load_recipe
from tests.core import toy
from tests.run.building import built, quarantine, recipe, texts, write_texts
from tests.run.building import contents as files
from tests.tokenizer.corpus import document

SAME_BYTES = ("data", "removed", "tokenizer", "ledger", "README.md")


@pytest.fixture
def toy_step(monkeypatch: pytest.MonkeyPatch) -> str:
    """The steps of the engine's tests, under a name that a recipe can use."""
    step: Any = type("Toy", (toy.Toy,), {"__module__": "builder.steps.filter.toy"})
    monkeypatch.setattr("builder.run.recipe.find_step", lambda name: step if name == "filter.toy" else find_step(name))
    return "filter.toy"


def test_a_step_that_raises_costs_one_document(tmp_path: Path, toy_step: str) -> None:
    records = [document(1), f"毒{document(2)}", f"錯{document(3)}", f"坏{document(4)}", f"改{document(5)}"]
    source = write_texts(tmp_path / "a.jsonl", records)
    done = built(tmp_path / "out", recipe(source, steps=["normalize.width", toy_step, "dedup.exact", "filter.length"]))
    numbers = done.numbers["documents"]
    assert (numbers["read"], numbers["kept"], numbers["dropped"], numbers["failed"]) == (5, 2, 1, 2)
    assert sorted((row["doc_id"], row["step"], row["reason"]) for row in quarantine(tmp_path / "out")) == [
        ("crawl:0:1", "filter.toy", "ValueError: poison in the batch"),
        ("crawl:0:2", "filter.toy", "LookupError: wrong in the document"),
    ]
    assert sorted(texts(tmp_path / "out")) == ["d0", "d4"]
    (explained,) = explain(tmp_path / "out", "d4")
    assert explained.matches
    for name in ("d1", "crawl:0:1"):
        with pytest.raises(RecipeError, match=f"{name} was quarantined") as error:
            explain(tmp_path / "out", name)
        assert error.value.got == "filter.toy: ValueError: poison in the batch"
        assert "quarantine/quarantine.jsonl" in error.value.next


def test_too_many_failures_end_the_build(tmp_path: Path, toy_step: str) -> None:
    source = write_texts(tmp_path / "a.jsonl", [f"毒{number}" for number in range(101)] + ["好"] * 50)
    with pytest.raises(QuarantineError, match="steps failed on too many documents") as error:
        built(tmp_path / "out", recipe(source, steps=[toy_step]))
    assert (error.value.got, error.value.allowed, error.value.exit_code) == ("101 of 151", "100", 1)
    assert not (tmp_path / "out" / "build.json").exists()
    built(
        tmp_path / "fewer",
        recipe(write_texts(tmp_path / "b.jsonl", [f"毒{number}" for number in range(100)] + ["好"]), steps=[toy_step]),
    )


def test_too_many_malformed_lines_end_the_build(tmp_path: Path) -> None:
    source = write_texts(tmp_path / "a.jsonl", [document(1)])
    source.write_bytes(source.read_bytes() + b"x\ny\n")
    with pytest.raises(QuarantineError, match="too many malformed") as error:
        built(tmp_path / "out", recipe(source, max_malformed=1))
    assert (error.value.got, error.value.allowed) == ("2", "max_malformed: 1")
    assert built(tmp_path / "out", recipe(source, max_malformed=2)).numbers["documents"]["malformed"] == 2


def small(tmp_path: Path) -> Recipe:
    return recipe(write_texts(tmp_path / "a.jsonl", [document(1), "短"]), steps=["filter.length"])


def test_a_second_call_has_nothing_to_do(tmp_path: Path) -> None:
    first, second = built(tmp_path / "out", small(tmp_path)), built(tmp_path / "out", small(tmp_path))
    assert (first.again, second.again) == (False, True)
    assert second.numbers == first.numbers
    assert not (tmp_path / "out" / STAGES).exists()


@pytest.mark.parametrize("harm", ["removed", "cut"])
@pytest.mark.parametrize("name", ["data", "removed", "ledger", "index", "tokenizer", "README.md"])
def test_a_build_that_was_tampered_with_is_built_again(golden: Path, tmp_path: Path, name: str, harm: str) -> None:
    out = tmp_path / "out"
    plan = (
        small(tmp_path)
        if name != "tokenizer"
        else load_recipe(golden / "recipe.yaml").model_copy(update={"folder": str(golden.parent)})
    )
    if name == "tokenizer":
        shutil.copytree(golden, out)
    else:
        built(out, plan)
    before = files(out, *SAME_BYTES)
    path = out / name if (out / name).is_file() else min(file for file in (out / name).rglob("*") if file.is_file())
    if harm == "removed":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-1])
    assert not built(out, plan).again
    assert files(out, *SAME_BYTES) == before
    assert built(out, plan).again


def test_a_folder_that_no_build_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.doc").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="was not made by a build") as error:
        built(tmp_path / "out", small(tmp_path))
    assert error.value.got == "thesis.doc"
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["thesis.doc"]


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert built(tmp_path / "out", small(tmp_path)).numbers["documents"]["kept"] == 1


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="is a file"):
        built(tmp_path / "out", small(tmp_path))
    with pytest.raises(OutputError, match="cannot write to"):
        built(tmp_path / "out" / "below", small(tmp_path))
    assert (tmp_path / "out").read_text("utf-8") == "mine"


def test_one_build_at_a_time(tmp_path: Path) -> None:
    with held(tmp_path / "out"), pytest.raises(OutputError, match="in use by another build"):
        built(tmp_path / "out", small(tmp_path))
    assert (tmp_path / "out" / LOCK).exists()
    assert built(tmp_path / "out", small(tmp_path)).numbers["documents"]["kept"] == 1  # a lock that is left holds nothing


@pytest.mark.parametrize(("executor", "workers"), [("ray", 2), ("local", 0)])
def test_wrong_executors(tmp_path: Path, executor: str, workers: int) -> None:
    with pytest.raises(BuilderError):
        built(tmp_path / "out", small(tmp_path), executor=executor, workers=workers)
    assert not (tmp_path / "out").exists()
