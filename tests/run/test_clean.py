"""Cleaning texts in memory: the same steps, one result for each text, in order."""

from __future__ import annotations

from typing import Any

import pytest

import builder
from builder.core.errors import RecipeError
from builder.run.clean import Cleaned, clean
from builder.run.recipe import load_recipe
from tests.core import toy
from tests.run.building import recipe
from tests.tokenizer.corpus import document

SPACED = "春 天 来 了 ， 河 边 的 柳 树 绿 了 ， 孩 子 们 去 看 花 。"
CLEAN = "春天来了，河边的柳树绿了，孩子们去看花。"


def test_one_result_for_each_text_in_order() -> None:
    results = clean([SPACED, "短", CLEAN, "", SPACED])
    assert [(result.text, result.dropped) for result in results] == [
        (CLEAN, None),
        (None, "too_short"),
        (CLEAN, None),
        (None, "too_short"),
        (CLEAN, None),
    ]
    assert [found.step for found in results[0].findings] == ["normalize.spaced"]
    assert results[2] == Cleaned(CLEAN, None, [])


def test_a_single_text_is_no_list_of_texts() -> None:
    with pytest.raises(TypeError, match=r"clean\(\[text\]\)"):
        clean(SPACED)


def test_nothing() -> None:
    assert clean([]) == []


def test_borders_of_batches_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"１{document(number)}" if number % 2 else "短" for number in range(9)]
    whole = clean(texts)
    monkeypatch.setattr("builder.run.clean.BATCH_TEXTS", 2)
    assert clean(iter(texts)) == whole
    monkeypatch.setattr("builder.run.clean.BATCH_CHARS", 1)
    assert clean(texts) == whole


@pytest.mark.parametrize(
    ("only", "skip", "steps"),
    [
        (["filter.*"], [], ["filter.length", "filter.han_ratio"]),
        (["*.length", "*.width"], [], ["normalize.width", "filter.length"]),
        (["filter.*"], ["*length"], ["filter.han_ratio"]),
        ([], ["normalize.*", "filter.han*"], ["filter.length"]),
    ],
)
def test_some_steps(only: list[str], skip: list[str], steps: list[str]) -> None:
    from builder.run.clean import chosen_steps  # noqa: PLC0415 - of this test alone

    plan = recipe(steps=["normalize.width", "normalize.script", "dedup.exact", "filter.length", "filter.han_ratio"])
    assert [step.name() for step in chosen_steps(plan, only, skip)] == steps
    assert not [step for step in chosen_steps(plan, [], []) if step.name().startswith("dedup.")]


def test_settings() -> None:
    assert clean(["桥修好了。"], set={"filter.length.min_chars": 1})[0].text == "桥修好了。"
    assert clean(["短"], recipe=load_recipe("demo"), skip=["filter.*"])[0].text == "短"
    with pytest.raises(RecipeError, match=r"no step 'filter.lenght'"):
        clean(["短"], set={"filter.lenght.min_chars": 1})
    with pytest.raises(RecipeError, match=r"only: no step matches 'filter.lenght'") as error:
        clean(["短"], only=["filter.lenght"])
    assert error.value.next == "did you mean filter.length?"


def test_a_step_that_raises() -> None:
    step: Any = type("Toy", (toy.Toy,), {"__module__": "builder.steps.filter.toy"})
    plan = recipe(steps=["filter.length"]).model_copy(update={"steps": (step(),)})
    poisoned, good, dropped = clean(["毒", "改", "坏"], plan)
    assert (poisoned.text, poisoned.dropped) == (None, None)
    assert poisoned.findings == [("filter.toy", "ValueError: poison in the batch", "quarantine", None, None, None)]
    assert (good.text, dropped.dropped) == ("好", "first_reason")


def test_the_public_function_is_this_one() -> None:
    assert builder.clean is clean
