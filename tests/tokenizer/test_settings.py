from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from builder.core.errors import RecipeError
from builder.run.settings import TokenizerConfig
from builder.tokenizer.settings import settings_of

RECIPE = "name: harbour\nsteps: []\npublish: {seed: 7}\ntokenizer: {model: unigram, sample_chars: 3M}\n"


def recipe(out: Path, text: str) -> Path:
    (out / "recipe.yaml").write_text(text, encoding="utf-8")
    return out


@pytest.mark.parametrize("text", [None, "name: harbour\n", "tokenizer:\npublish:\n"], ids=["no recipe", "no section", "empty"])
def test_defaults(tmp_path: Path, text: str | None) -> None:
    out = tmp_path if text is None else recipe(tmp_path, text)
    assert settings_of(out, {}) == (TokenizerConfig(), 1)


def test_the_recipe_is_read_and_the_command_line_wins(tmp_path: Path) -> None:
    out = recipe(tmp_path, RECIPE)
    assert settings_of(out, {}) == (TokenizerConfig(model="unigram", sample_chars=3_000_000), 7)
    changed = settings_of(out, {"model": "bpe", "vocab_size": 900}, seed=0)
    assert changed == (TokenizerConfig(model="bpe", vocab_size=900, sample_chars=3_000_000), 0)


BAD: list[tuple[str, dict[str, Any], str]] = [
    ("tokenizer: [bpe]\n", {}, "tokenizer must be a mapping"),
    ("- name\n", {}, "is not a mapping"),
    ("tokenizer: {model: bpe\n", {}, "is not YAML"),
    ("publish: {seed: one}\n", {}, "'one'"),
    (RECIPE, {"vocab": 1}, "did you mean vocab_size"),
    (RECIPE, {"model": "word"}, "'word'"),
    (RECIPE, {"sample_chars": "20 miles"}, "500K"),
    (RECIPE, {"vocab_size": 10}, "400"),
    (RECIPE, {"character_coverage": 1.5}, "1.5"),
]


@pytest.mark.parametrize(("text", "changed", "said"), BAD, ids=[said for *_, said in BAD])
def test_mistakes_are_explained(tmp_path: Path, text: str, changed: dict[str, Any], said: str) -> None:
    with pytest.raises(RecipeError) as caught:
        settings_of(recipe(tmp_path, text), changed)
    assert said in str(caught.value)
