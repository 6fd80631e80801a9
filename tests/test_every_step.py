"""What must hold for every step: found by walking builder/steps, proved on the step's own cases and on hostile text.

A case file stands at tests/steps/<folder>/<step>.json: `cases` with label, text, want (null: dropped), codes and, where
the default will not do, `set` with fields of the step; `known_failures` in the same form, which must fail.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import random
import subprocess
import sys
import time
import unicodedata
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import builder.steps
from builder.core.apply import Applied, apply
from builder.core.batch import Batch, texts_batch, with_profile
from builder.core.fingerprint import canonical_json, fingerprint
from builder.core.ledger import DROP, EDIT
from builder.core.step import CorpusStep, Step

CASES = Path(__file__).parent / "steps"
ENOUGH = 5  # cases that must change, and as many that must not


class Case(NamedTuple):
    """One row of a case file."""

    label: str
    text: str
    want: str | None
    codes: tuple[str, ...]
    set: dict[str, object]

    @property
    def changes(self) -> bool:
        return self.want != self.text


# ---- Finding steps and their cases


def modules() -> list[str]:
    """The modules below builder/steps/<folder>, those whose name begins with `_` left out."""
    found = pkgutil.walk_packages(builder.steps.__path__, "builder.steps.")
    return sorted(module.name for module in found if not module.ispkg and not module.name.rpartition(".")[2].startswith("_"))


def steps_of(module: str) -> list[type[Step]]:
    things = vars(importlib.import_module(module)).values()
    return [thing for thing in things if isinstance(thing, type) and issubclass(thing, Step) and thing.__module__ == module]


ALL = [step for module in modules() for step in steps_of(module)]
PER_DOCUMENT = [step for step in ALL if not issubclass(step, CorpusStep)]
NORMALIZE = [step for step in PER_DOCUMENT if step.name().startswith("normalize.")]

each_step = pytest.mark.parametrize("step", ALL, ids=lambda step: step.name())
each_document_step = pytest.mark.parametrize("step", PER_DOCUMENT, ids=lambda step: step.name())


@cache
def cases(step: type[Step], part: str = "cases") -> tuple[Case, ...]:
    path = (CASES / step.name().replace(".", "/")).with_suffix(".json")
    rows = json.loads(path.read_text("utf-8"))[part] if path.exists() else []
    return tuple(Case(row["label"], row["text"], row["want"], tuple(row["codes"]), row.get("set", {})) for row in rows)


def listed(part: str) -> list[object]:
    """Every case of every per-document step, as parameters."""
    return [
        pytest.param(step, case, id=f"{step.name()}: {case.label}", marks=[pytest.mark.xfail] if part == "known_failures" else [])
        for step in PER_DOCUMENT
        for case in cases(step, part)
    ]


def ran(step: Step, texts: list[str | None]) -> Applied:
    result = apply(step, with_profile(texts_batch(texts)))
    assert not result.failures
    return result


def outcome(result: Applied) -> list[str]:
    """What a result says, one line a document, an edit and a drop."""
    return [*map(repr, result.batch.drop_columns(["_profile"]).to_pylist()), *map(repr, result.ledger)]


# ---- The file and the class


def test_there_are_steps() -> None:
    assert len(ALL) > len(NORMALIZE) > 1


@pytest.mark.parametrize("module", modules())
def test_one_step_a_file(module: str) -> None:
    assert len(steps_of(module)) == 1


@each_step
def test_documented(step: type[Step]) -> None:
    assert sys.modules[step.__module__].__doc__
    assert step.__doc__ not in (None, Step.__doc__, CorpusStep.__doc__)


@each_step
def test_configuration_round_trip(step: type[Step]) -> None:
    default = step()
    assert step.model_validate(default.model_dump()) == default
    assert step.model_validate_json(canonical_json(default.model_dump(mode="json"))) == default


@each_step
def test_unknown_fields_are_refused(step: type[Step]) -> None:
    with pytest.raises(ValueError, match="no_such_field"):
        step.model_validate({"no_such_field": 1})


def test_fingerprints_are_stable() -> None:
    """Another process, with other hash seeds, finds the same."""
    mine = {step.name(): fingerprint(step().model_dump(mode="json")) for step in ALL}
    program = (
        "import json, sys; sys.path[:0] = json.loads(sys.argv[1]); from tests import test_every_step as t;"
        "print(json.dumps({s.name(): t.fingerprint(s().model_dump(mode='json')) for s in t.ALL}))"
    )
    top = json.dumps([str(CASES.parents[1])])
    other = subprocess.run([sys.executable, "-c", program, top], capture_output=True, text=True, check=True)
    assert json.loads(other.stdout) == mine


# ---- The cases


@each_document_step
def test_has_cases(step: type[Step]) -> None:
    assert sum(case.changes for case in cases(step)) >= ENOUGH
    assert sum(not case.changes for case in cases(step)) >= ENOUGH
    labels = [case.label for case in (*cases(step), *cases(step, "known_failures"))]
    assert len(labels) == len(set(labels))


def check(step: type[Step], case: Case) -> None:
    result = ran(step(**case.set), [case.text])
    assert result.batch["text"].to_pylist() == ([] if case.want is None else [case.want])
    codes = result.dropped["code"].to_pylist() if case.want is None else [entry.code for entry in result.ledger]
    assert sorted(codes) == sorted(case.codes)
    assert {entry.action for entry in result.ledger} <= {DROP if case.want is None else EDIT}
    assert all(entry.count > 0 for entry in result.ledger if entry.count is not None)


@pytest.mark.parametrize(("step", "case"), listed("cases"))
def test_case(step: type[Step], case: Case) -> None:
    check(step, case)


@pytest.mark.parametrize(("step", "case"), listed("known_failures"))
def test_known_failure(step: type[Step], case: Case) -> None:
    check(step, case)


@pytest.mark.parametrize("step", NORMALIZE, ids=lambda step: step.name())
def test_leaves_sound_text_alone(step: type[Step]) -> None:
    rows = json.loads((CASES / "normalize" / "unharmed.json").read_text("utf-8"))
    result = ran(step(), [row["text"] for row in rows])
    assert dict(zip([row["label"] for row in rows], result.batch["text"].to_pylist(), strict=True)) == {
        row["label"]: row["text"] for row in rows
    }


def test_chain_leaves_sound_text_alone() -> None:
    """The normalize steps of the default recipe in order: what one leaves behind the next may take for damage."""
    from builder.run.recipe import load_recipe  # noqa: PLC0415 - the rest of this file needs no recipe

    rows = json.loads((CASES / "normalize" / "unharmed.json").read_text("utf-8"))
    texts: list[str | None] = [row["text"] for row in rows]
    for step in load_recipe("zh_web").steps:
        if step.name().startswith("normalize."):
            texts = ran(step, texts).batch["text"].to_pylist()
    assert dict(zip([row["label"] for row in rows], texts, strict=True)) == {row["label"]: row["text"] for row in rows}


# ---- What no step may do


def all_texts(step: type[Step]) -> list[str | None]:
    return [None, "", *(case.text for case in cases(step))]


@each_document_step
def test_second_application_changes_nothing(step: type[Step]) -> None:
    for case in cases(step):
        first = ran(step(**case.set), [case.text]).batch
        second = ran(step(**case.set), first["text"].to_pylist())
        assert second.batch["text"].equals(first["text"]), case.label
        again = ran_on(step(**case.set), first)
        assert again.batch.equals(first), case.label
        assert not again.ledger, case.label


def ran_on(step: Step, batch: Batch) -> Applied:
    result = apply(step, batch)
    assert not result.failures
    return result


@each_document_step
def test_batch_borders_do_not_matter(step: type[Step]) -> None:
    batch = with_profile(texts_batch(all_texts(step)))
    whole = outcome(apply(step(), batch))
    for seed in range(8):
        borders = sorted(random.Random(seed).choices(range(batch.num_rows + 1), k=seed))  # noqa: S311 - any borders will do
        slices = [batch.slice(start, end - start) for start, end in zip([0, *borders], [*borders, batch.num_rows], strict=True)]
        parts = [outcome(apply(step(), part)) for part in slices]
        assert sorted(line for part in parts for line in part) == sorted(whole)


@each_document_step
def test_every_split_in_two(step: type[Step]) -> None:
    batch = with_profile(texts_batch(all_texts(step)))
    whole = apply(step(), batch).batch["text"].to_pylist()
    for border in range(batch.num_rows + 1):
        left, right = (apply(step(), part).batch["text"].to_pylist() for part in (batch.slice(0, border), batch.slice(border)))
        assert left + right == whole


@each_step
def test_empty_batch(step: type[Step]) -> None:
    batch = with_profile(texts_batch([]))
    result = ran_on(step(), batch)
    assert result.batch.num_rows == 0
    count = batch.num_columns
    assert result.batch.schema.names[:count] == batch.schema.names
    assert [name for name in step.adds.names if name in result.batch.schema.names] == result.batch.schema.names[count:]


@each_step
def test_empty_and_missing_texts(step: type[Step]) -> None:
    result = ran(step(), [None, ""])
    assert result.batch.num_rows + result.dropped.num_rows == 2
    assert set(result.batch["text"].to_pylist()) <= {None, ""}


@each_step
def test_other_columns_are_untouched(step: type[Step]) -> None:
    batch = with_profile(texts_batch(all_texts(step) if step in PER_DOCUMENT else ["桥修好了。"] * 3))
    batch = batch.append_column("shelf", pa.array([f"架{row}" for row in range(batch.num_rows)]))
    batch = batch.set_column(batch.column_names.index("date"), "date", pa.array(["2024"] * batch.num_rows))  # nothing to fill
    kept = ran_on(step(), batch).batch
    rows = pa.array(kept["_row"].to_pylist(), pa.int64())
    names = [name for name in batch.column_names if name not in ("text", "_profile", "_repairs")]
    assert kept.select(names).equals(batch.select(names).take(rows))


# ---- Hostile text

NASTY = (
    "桥橋著帐于於后乾瞭嘅\u3000 \u00a0\u2009\t\n\n\r\x0b\u2028\x00\x1b\u200b\u200c\u200d\ufeff\u00ad\u202e\ufe0f\u0301\u3099"
    "か漢经，。、：；？！（）《》“”‘’「」—―…·．／％１Ａｚ0123aZ,.;:?!()[]<>/\\|#*-_`~&@\"'=+ \uf900\u212b\U0001f468\U0001f3fd"
    "\U000e0062\U0001f3f4\U000e007f\ue000\ufffd▁│"
)
WORDS = (
    "<BOS>",
    "<EOS>",
    "[CLS]",
    "</s>",
    "```",
    "- ",
    "1. ",
    "　　",
    "\r\n",
    "\n \n",
    " ， ",
    "  ",
    "桥 修 好 了 ， 大 家 来 看 。",
    "這座橋樑終於開通",
)
hostile = st.lists(st.one_of(st.sampled_from(WORDS), st.text(NASTY, max_size=6), st.text(max_size=4)), max_size=24).map("".join)


@each_document_step
def test_hostile_text_is_repaired_once(step: type[Step]) -> None:
    @settings(max_examples=60, deadline=None)
    @given(st.lists(hostile, min_size=1, max_size=4))
    def check_texts(texts: list[str]) -> None:
        first = ran(step(), list(texts))
        second = ran(step(), first.batch["text"].to_pylist())
        assert second.batch["text"].equals(first.batch["text"])

    check_texts()


def test_chain_of_normalize_steps_is_repaired_once() -> None:
    """The repairs in the order of the default recipe, twice."""
    from builder.run.recipe import load_recipe  # noqa: PLC0415 - the rest of this file needs no recipe

    chain = [step for step in load_recipe("zh_web").steps if step.name().startswith("normalize.")]

    @settings(max_examples=150, deadline=None)
    @given(hostile)
    def check_text(text: str) -> None:
        texts: list[str | None] = [text]
        for step in chain:
            texts = ran(step, texts).batch["text"].to_pylist()
        again = texts
        for step in chain:
            again = ran(step, again).batch["text"].to_pylist()
        assert again == texts

    check_text()


# ---- Time

SHORT, LONG = 5_000, 5_000_000  # characters of one document
LIMIT = 2.0  # what a character of a long document may cost, in characters of short ones
CHEAP = 50e-9  # seconds a character: short documents that a step need not touch are counted as if they cost this
UNITS = {
    "prose": "桥修好了，大家都来看。\n",
    "traditional": "橋樑終於修好了，帳戶著",
    "spaces": " ",
    "wide spaces": "　",
    "trailing spaces": "桥" + " " * 4_000,
    "spaced": "桥 修 好 了 ， ",
    "blank lines": "\n",
    "lines of spaces": "\n \t",
    "carriage returns": "\r\n",
    "brackets": "[",
    "zero width": "\u200b",
    "joiners": "\u200d",
    "accents": "a\u0301",
    "fullwidth": "１／",
    "indented": "\n　　桥",
    "markup": "<BOS>",
    "parentheses": "（(",
    "quotes": "“\"'",
    "digits": "13",
    "latin": "bridge ",
    "table": "| 桥 ",
    "adverts": "广告\n",
    "a byline and spaces": "□本报记者 林南\n" + " " * 4_000 + "x",
}


def seconds(step: Step, texts: list[str | None]) -> float:
    """Processor time of one application, the better of two."""
    batch = with_profile(texts_batch(texts))
    best = float("inf")
    for _ in range(2):
        start = time.process_time()
        apply(step, batch)
        best = min(best, time.process_time() - start)
    return best


def slowdown(step: Step, unit: str, short: int, long: int) -> float:
    """What a character costs in one long document, as a multiple of the same characters in short documents."""
    text = (unit * (long // len(unit) + 1))[:long]
    pieces: list[str | None] = [text[start : start + short] for start in range(0, long, short)]
    return seconds(step, [text]) / max(seconds(step, pieces), long * CHEAP)


@pytest.mark.parametrize("unit", UNITS)
@each_document_step
def test_time_is_linear(step: type[Step], unit: str) -> None:
    """Quick: forty times the length would cost forty times the time a character if anything were quadratic."""
    assert slowdown(step(), UNITS[unit], SHORT, 40 * SHORT) <= 2 * LIMIT


@pytest.mark.slow
@pytest.mark.parametrize("unit", UNITS)
@each_document_step
def test_time_is_linear_to_five_million_characters(step: type[Step], unit: str) -> None:
    assert slowdown(step(), UNITS[unit], SHORT, LONG) <= LIMIT


def test_case_texts_are_written_in_escapes() -> None:
    """What nobody can see in a case file is spelt out there."""
    for path in CASES.rglob("*.json"):
        hidden = [
            char
            for char in path.read_text("utf-8")
            if unicodedata.category(char) in ("Cf", "Co", "Zl", "Zp") or char in "\u00a0\u3000"
        ]
        assert not hidden, path.name
