"""Where a recipe is cut into stages, what a stage's hash depends on, and that finished stages are used again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from builder.core.errors import SourceError
from builder.core.step import Step
from builder.run.build import survey
from builder.run.executors.inline import Inline
from builder.run.job import STAGES, job_from, new_job
from builder.run.outlook import outlook
from builder.run.plan import Stage, make_plan
from builder.run.progress import Silent
from builder.run.recipe import Recipe, load_plain, load_recipe, with_settings
from builder.steps.filter.length import Length
from tests.run.building import built, contents, recipe, texts, write_texts
from tests.tokenizer.corpus import documents

STEPS = ("normalize.spaces", "normalize.width", "dedup.exact", "dedup.near", "filter.length", "filter.han_ratio")


def planned(*steps: object) -> tuple[Stage, ...]:
    return make_plan(load_plain({"name": "a", "steps": list(steps)}), "sources")


def names(stage: Stage) -> tuple[str, list[str], str, list[str]]:
    """What opens a stage, its steps, what closes it, and the facts."""
    ends = (step.name() if step else "" for step in (stage.opening, stage.closing))
    opening, closing = ends
    return opening, [step.name() for step in stage.steps], closing, [step.name() for step in stage.facts]


def test_stages_are_cut_at_corpus_steps() -> None:
    facts = ["filter.length", "filter.han_ratio"]
    assert [names(stage) for stage in planned(*STEPS)] == [
        ("", ["normalize.spaces", "normalize.width"], "dedup.exact", facts),
        ("dedup.exact", [], "dedup.near", facts),
        ("dedup.near", facts, "", []),
    ]


def test_facts_look_through_corpus_steps_that_edit_and_through_no_other() -> None:
    stages = planned("dedup.exact", "dedup.lines", "dedup.near", "filter.length", "normalize.width", "filter.han_ratio")
    assert [names(stage)[-1] for stage in stages] == [["filter.length"]] * 3 + [[]]
    assert [stage.only_drops for stage in stages] == [False, True, False, False]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([], [("", [], "", [])]),
        (["filter.length"], [("", ["filter.length"], "", [])]),
        (["dedup.exact"], [("", [], "dedup.exact", []), ("dedup.exact", [], "", [])]),
        (["filter.length", "dedup.exact"], [("", ["filter.length"], "dedup.exact", []), ("dedup.exact", [], "", [])]),
        (["dedup.exact", "normalize.width"], [("", [], "dedup.exact", []), ("dedup.exact", ["normalize.width"], "", [])]),
    ],
    ids=str,
)
def test_other_recipes(steps: list[str], expected: list[tuple[str, list[str], str, list[str]]]) -> None:
    stages = planned(*steps)
    assert [names(stage) for stage in stages] == expected
    assert [stage.number for stage in stages] == list(range(len(stages)))
    assert len({stage.hash for stage in stages}) == len(stages)
    assert [bool(stage.barrier) for stage in stages] == [True] * (len(stages) - 1) + [False]


def hashes(plan: Recipe, out: Path) -> list[str]:
    sourced = survey(plan, out, Inline(), None, Silent())
    return [stage.hash for stage in new_job(plan, out, sourced.hash, len(sourced.parts)).stages]


@pytest.fixture
def crawl(tmp_path: Path) -> Path:
    return write_texts(tmp_path / "raw" / "a.jsonl", documents(12))


def small(crawl: Path, *, steps: tuple[object, ...] = STEPS, **fields: object) -> Recipe:
    return recipe(crawl, steps=steps, **fields)


CHANGES: dict[str, Callable[[Path], Recipe]] = {
    "a field of the first stage": lambda crawl: small(
        crawl, steps=("normalize.spaces", {"normalize.script": {"to": "keep"}}, *STEPS[2:])
    ),
    "the order of steps": lambda crawl: small(crawl, steps=(STEPS[1], STEPS[0], *STEPS[2:])),
    "a step less": lambda crawl: small(crawl, steps=STEPS[1:]),
    "the size of parts": lambda crawl: small(crawl, part_bytes=2_000),
    "the longest document": lambda crawl: small(crawl, max_document_chars=5_000),
    "the content of a source": lambda crawl: small(write_texts(crawl, documents(12, first=1))),
    "a file more": lambda crawl: small(write_texts(crawl.with_name("b.jsonl"), documents(1)).with_name("*.jsonl")),
    "the name of a file": lambda crawl: small(crawl.rename(crawl.with_name("z.jsonl"))),
    "the priority of a source": lambda crawl: small(
        crawl, sources=[{"jsonl": {"name": "crawl", "path": str(crawl), "priority": 3}}]
    ),
    "a field of a source": lambda crawl: small(
        crawl, sources=[{"jsonl": {"name": "crawl", "path": str(crawl), "id_field": "text"}}]
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_can_change_a_document_changes_every_hash(tmp_path: Path, crawl: Path, change: str) -> None:
    before = hashes(small(crawl), tmp_path / "one")
    after = hashes(CHANGES[change](crawl), tmp_path / "two")
    assert not set(before) & set(after)


SAME: dict[str, Callable[[Path, Path], Recipe]] = {
    "the license": lambda crawl, _: small(crawl, sources=[{"jsonl": {"name": "crawl", "path": str(crawl), "license": "mit"}}]),
    "the spelling of the path": lambda crawl, _: small(
        crawl, folder=str(crawl.parent), sources=[{"jsonl": {"name": "crawl", "path": "*.jsonl"}}]
    ),
    "another folder": lambda _, tmp: small(write_texts(tmp / "elsewhere" / "a.jsonl", documents(12)), folder="/"),
    "the name of the recipe": lambda crawl, _: small(crawl, name="other"),
    "the seed of the splits": lambda crawl, _: small(crawl, publish={"seed": 9}),
    "a tokenizer": lambda crawl, _: small(crawl, tokenizer={"vocab_size": 900}),
    "malformed lines allowed": lambda crawl, _: small(crawl, max_malformed=3),
    "a default written out": lambda crawl, _: small(crawl, steps=(*STEPS[:4], {"filter.length": {"min_chars": 20}}, STEPS[5])),
}


@pytest.mark.parametrize("change", SAME)
def test_what_cannot_change_a_document_changes_no_hash(tmp_path: Path, crawl: Path, change: str) -> None:
    assert hashes(SAME[change](crawl, tmp_path), tmp_path / "two") == hashes(small(crawl), tmp_path / "one")


def test_limit_changes_the_hash(tmp_path: Path, crawl: Path) -> None:
    plan = small(crawl)
    limits = [survey(plan, tmp_path / "out", Inline(), limit, Silent()).hash for limit in (None, 5, 6)]
    assert len(set(limits)) == 3


def test_the_version_of_a_step_changes_the_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    before = planned("normalize.width", "dedup.exact", "filter.length")
    monkeypatch.setattr(Length, "version", 2)
    after = planned("normalize.width", "dedup.exact", "filter.length")
    assert before[0].hash == after[0].hash
    assert before[0].barrier != after[0].barrier  # a filter is a fact for the keeper
    assert before[1].hash != after[1].hash


def test_what_a_step_depends_on_changes_the_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    before = planned("filter.length")
    monkeypatch.setattr(Step, "depends", lambda _: {"dictionary": "2"})
    assert before[0].hash != planned("filter.length")[0].hash


def test_a_file_that_a_step_reads_is_digested_once(tmp_path: Path, crawl: Path) -> None:
    """The plan in a task is the one of the build, whatever became of the file; a new build sees what it is then."""
    questions = write_texts(tmp_path / "q.jsonl", [{"question": "河西村的人为什么要修一座新的石桥？"}])
    plan = small(crawl, steps=({"dedup.benchmark": {"files": str(questions)}},))
    job = new_job(plan, tmp_path / "out", "sources", 1)
    (name,) = job.depends()["dedup.benchmark"]
    assert name == "questions q.jsonl"
    write_texts(questions, [{"question": "河东村的人为什么要修两座新的石桥？"}])
    assert job_from(json.loads(json.dumps(job.fields))).stages == job.stages
    assert new_job(plan, tmp_path / "out", "sources", 1).stages[0].hash != job.stages[0].hash
    questions.unlink()
    assert job_from(job.fields).stages == job.stages
    with pytest.raises(SourceError, match="no question files"):
        new_job(plan, tmp_path / "out", "sources", 1)


def test_a_benchmark_that_drops_is_a_fact_and_one_that_cuts_ends_the_facts() -> None:
    for action, facts in (("drop", ["dedup.benchmark", "filter.length"]), ("cut", [])):
        stages = planned("dedup.exact", {"dedup.benchmark": {"action": action}}, "filter.length")
        assert names(stages[0])[-1] == facts
        assert stages[1].only_drops == (action == "drop")


def test_a_later_step_changes_later_stages_only() -> None:
    before = planned("normalize.width", "dedup.exact", "dedup.near", "filter.length")
    after = planned("normalize.width", "dedup.exact", "dedup.near", "filter.length", "normalize.spaces")
    assert [one.hash == other.hash for one, other in zip(before, after, strict=True)] == [True, True, False]
    fact = planned("normalize.width", "dedup.exact", "dedup.near", {"filter.length": {"min_chars": 21}})
    assert [one.hash == other.hash for one, other in zip(before, fact, strict=True)] == [True, False, False]


# ---- Resume by hash


def written(out: Path) -> dict[str, int]:
    """The times at which the parts of all stages were written, by hash and part."""
    return {path.relative_to(out / STAGES).as_posix(): path.stat().st_mtime_ns for path in (out / STAGES).glob("*/docs/*.arrow")}


def test_an_edited_recipe_uses_the_stages_that_still_match(tmp_path: Path, crawl: Path) -> None:
    out = tmp_path / "out"
    plan = small(crawl, part_bytes=2_000)
    built(out, plan, keep_stages=True)
    before = written(out)
    edited = with_settings(plan, {"filter.length.min_chars": 500})
    built(out, edited, keep_stages=True)
    after = written(out)
    first, later = hashes(plan, tmp_path / "hashes"), hashes(edited, tmp_path / "hashes")
    kept = {name: time for name, time in before.items() if name.startswith(first[0])}
    assert len(kept) > 3
    assert {name: after[name] for name in kept} == kept
    assert first[0] == later[0]
    assert {name.split("/")[0] for name in after} == {*first, *later}
    built(tmp_path / "fresh", edited)
    assert contents(out, "data", "removed", "ledger", "README.md") == contents(
        tmp_path / "fresh", "data", "removed", "ledger", "README.md"
    )
    assert 0 < len(texts(out)) < 12


def test_outlook_counts_what_is_done(tmp_path: Path, crawl: Path) -> None:
    plan = small(crawl, part_bytes=2_000)
    out = tmp_path / "out"
    fresh = outlook(plan, out)
    assert fresh.done == [0, 0, 0]
    assert fresh.parts > 3
    assert fresh.size == crawl.stat().st_size
    assert not out.exists()
    built(out, plan, keep_stages=True)
    assert outlook(plan, out).done == [fresh.parts] * 3
    assert outlook(with_settings(plan, {"filter.length.min_chars": 21}), out).done == [fresh.parts, 0, 0]
    assert outlook(load_recipe("zh_web"), None).parts == 0
    assert [stage.hash for stage in outlook(plan, out).stages] == hashes(plan, tmp_path / "hashes")


def test_stages_go_when_the_build_is_whole(tmp_path: Path, crawl: Path) -> None:
    built(tmp_path / "out", small(crawl), keep_stages=True)
    assert (tmp_path / "out" / STAGES).is_dir()
    assert built(tmp_path / "out", small(crawl)).again
    assert not (tmp_path / "out" / STAGES).exists()
