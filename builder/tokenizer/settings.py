"""What a build was told about its tokenizer, so that it can be trained again by itself."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from pydantic import ValidationError

from builder.core.errors import RecipeError, nearest
from builder.run.settings import TokenizerConfig


class Settings(NamedTuple):
    """The arguments of `train` beside the folder."""

    config: TokenizerConfig
    seed: int


def settings_of(out: Path, changed: Mapping[str, Any], seed: int | None = None) -> Settings:
    """The section `tokenizer` and the seed of `publish` in `out/recipe.yaml`, with the fields in `changed` set.

    Without that file, or without the section, the defaults stand. Raises RecipeError.
    """
    recipe = _recipe(out / "recipe.yaml")
    fields = {**_section(recipe, "tokenizer"), **changed}
    chosen = _section(recipe, "publish").get("seed", 1) if seed is None else seed
    if not isinstance(chosen, int):
        raise RecipeError("the seed is no number", got=repr(chosen), allowed="a whole number", next="correct publish.seed")
    return Settings(_config(fields), chosen)


def _config(fields: dict[str, Any]) -> TokenizerConfig:
    try:
        return TokenizerConfig.model_validate(fields)
    except ValidationError as error:
        first, known = error.errors()[0], list(TokenizerConfig.model_fields)
        field = ".".join(map(str, first["loc"]))
        raise RecipeError(
            f"tokenizer.{field}: {first['msg']}",
            got=repr(first["input"]),
            allowed=f"fields: {', '.join(known)}",
            next="" if field in known else nearest(field, known),
        ) from error


def _recipe(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        recipe = yaml.safe_load(path.read_bytes())
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise RecipeError(f"{path} is not YAML", got=str(error), next="build again, or restore the file") from error
    if not isinstance(recipe, dict):
        raise RecipeError(f"{path} is not a mapping", got=type(recipe).__name__, allowed="name, sources, steps, …")
    return recipe


def _section(recipe: dict[str, Any], name: str) -> dict[str, Any]:
    section = recipe.get(name) or {}
    if not isinstance(section, dict):
        raise RecipeError(f"recipe: {name} must be a mapping", got=type(section).__name__, allowed="FIELD: VALUE")
    return section
