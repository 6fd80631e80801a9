"""A recipe: sources, a list of steps, and how to publish. Read from YAML; every mistake is answered with what is known."""

from __future__ import annotations

import glob
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from builder.core.errors import RecipeError, nearest
from builder.core.fields import OUR_COLUMNS
from builder.core.source import OneLine, Source
from builder.core.step import Step
from builder.run.catalog import find_source, find_step
from builder.run.settings import PublishSettings, Quantity, TokenizerConfig

MAX_RECIPE_BYTES = 1_000_000
SECTIONS = ("publish", "tokenizer")
Folders = Annotated[tuple[str, ...], BeforeValidator(lambda given: (given,) if isinstance(given, str) else given)]
Model = TypeVar("Model", bound=BaseModel)


class Recipe(BaseModel, frozen=True, extra="forbid", arbitrary_types_allowed=True):
    """The whole configuration of a build. Where and how fast it runs stands on the command line."""

    name: OneLine = Field(min_length=1)
    sources: tuple[Source, ...] = ()
    steps: tuple[Step, ...]
    against: Folders = ()  # output folders of earlier builds: what duplicates a document of theirs goes
    publish: PublishSettings = PublishSettings()
    tokenizer: TokenizerConfig | None = TokenizerConfig()
    part_bytes: Quantity = Field(8_000_000, ge=1_000)  # uncompressed input bytes of one part
    max_document_chars: Quantity = Field(10_000_000, gt=0)  # longer documents are quarantined
    max_malformed: int | None = Field(None, ge=0)  # malformed lines and files after which the build fails; off by default
    folder: str = "."  # where relative paths start; enters no hash

    def plain(self) -> dict[str, Any]:
        """The recipe as YAML and JSON hold it; `load_plain` reads it back."""
        fields = self.model_dump(mode="json", exclude={"sources", "steps"})
        fields["sources"] = [plain_source(source) for source in self.sources]
        fields["steps"] = [{step.name(): step.model_dump(mode="json")} for step in self.steps]
        return fields

    def kept_fields(self) -> tuple[str, ...]:
        """The users' own columns of all sources; null in documents of a source that has not got them."""
        return tuple(dict.fromkeys(name for source in self.sources for name in source.kept()))


class _UniqueKeys(yaml.SafeLoader):
    """Safe YAML without references, in which a key may stand in a mapping only once; YAML's own reader keeps the last.

    A few lines of references to references can stand for a billion values.
    """

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:  # noqa: ANN401 - as in yaml
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]  # yaml's own
            raise yaml.composer.ComposerError(None, None, "a reference: write out what it stands for", mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - as in yaml
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        if twice := [key for key, count in Counter(map(str, keys)).items() if count > 1]:
            raise yaml.constructor.ConstructorError(None, None, f"found twice: {', '.join(twice)}", node.start_mark)
        return super().construct_mapping(node, deep)


def load_recipe(name_or_path: str | Path) -> Recipe:
    """A recipe from a YAML file, or the built-in one of that name. Raises RecipeError."""
    path = Path(name_or_path)
    if path.suffix not in (".yaml", ".yml") and not path.is_file():
        path = _built_in(str(name_or_path))
    try:
        content = path.read_bytes()
    except OSError as error:
        raise RecipeError(
            f"cannot read recipe {path}", got=str(error), allowed=_built_in_names(), next="check the path"
        ) from error
    if len(content) > MAX_RECIPE_BYTES:
        raise RecipeError(f"recipe {path} is too large", got=f"{len(content):,} bytes", allowed=f"{MAX_RECIPE_BYTES:,} bytes")
    try:
        fields = yaml.load(content, _UniqueKeys)  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # a date that there is not, a list too deep
        raise RecipeError(
            f"recipe {path} is not YAML", got=str(error), allowed="YAML without references", next="correct the file"
        ) from error
    if not isinstance(fields, dict):
        raise RecipeError(f"recipe {path} is not a mapping", got=type(fields).__name__, allowed="name, sources, steps, …")
    return load_plain({"folder": str(path.parent), **fields})


def load_plain(fields: Mapping[str, Any]) -> Recipe:
    """A recipe from what YAML or JSON holds. Raises RecipeError."""
    sources = [source_from(entry) for entry in _listed(fields, "sources")]
    steps = [_step(entry, str(fields.get("folder", "."))) for entry in _listed(fields, "steps")]
    twice = [name for name, count in Counter(step.name() for step in steps).items() if count > 1]
    if twice:
        raise RecipeError(
            "a step stands in the recipe twice", got=", ".join(twice), allowed="each step once", next="leave out all but one"
        )
    names = [source.name for source in sources]
    if len(set(names)) != len(names):
        raise RecipeError(
            "two sources have one name", got=", ".join(names), allowed="one name for each source", next="rename one of them"
        )
    for source in sources:
        _check_kept(source, steps)
    return validated(Recipe, {**fields, "sources": sources, "steps": steps}, "recipe")


def with_settings(recipe: Recipe, settings: Mapping[str, Any]) -> Recipe:
    """The recipe with `STEP.FIELD` keys set; also `tokenizer.FIELD`, `publish.FIELD` and `SOURCE.FIELD`. Raises RecipeError."""
    steps = list(recipe.steps)
    for key, value in settings.items():
        name, _, field = key.rpartition(".")
        if name in SECTIONS:
            recipe = _with_section(recipe, name, field, value)
            continue
        if name in [source.name for source in recipe.sources]:
            recipe = _with_source(recipe, name, field, value)
            continue
        places = [place for place, step in enumerate(steps) if step.name() == name]
        if not places:
            known = [*(step.name() for step in recipe.steps), *SECTIONS, *(source.name for source in recipe.sources)]
            raise RecipeError(
                f"--set {key}: the recipe has no step {name!r}", got=key, allowed=", ".join(known), next=nearest(name, known)
            )
        for place in places:
            step = steps[place]
            placed = _placed(type(step), {field: value}, ".")
            steps[place] = validated(type(step), {**step.model_dump(), **placed}, name)
    return recipe.model_copy(update={"steps": tuple(steps)})


def with_against(recipe: Recipe, folders: Iterable[str | Path]) -> Recipe:
    """The recipe with more earlier releases, whose paths start at the working folder."""
    more = tuple(str(Path(folder).expanduser().absolute()) for folder in folders)
    return recipe.model_copy(update={"against": (*recipe.against, *more)})


def _with_source(recipe: Recipe, name: str, field: str, value: Any) -> Recipe:  # noqa: ANN401 - whatever YAML holds
    changed = [
        validated(type(source), {**source.model_dump(), field: value}, f"source {name}") if source.name == name else source
        for source in recipe.sources
    ]
    for source in changed:
        _check_kept(source, recipe.steps)
    return recipe.model_copy(update={"sources": tuple(changed)})


def _with_section(recipe: Recipe, name: str, field: str, value: Any) -> Recipe:  # noqa: ANN401 - whatever YAML holds
    section = getattr(recipe, name) or TokenizerConfig()
    changed = validated(type(section), {**section.model_dump(), field: value}, name)
    return recipe.model_copy(update={name: changed})


def validated(model: type[Model], fields: Mapping[str, Any], what: str) -> Model:
    """A model from its fields; a mistake is answered with the fields that there are."""
    try:
        return model.model_validate(dict(fields))
    except ValidationError as error:
        first = error.errors()[0]
        path = ".".join(str(place) for place in first["loc"])
        known = sorted(set(model.model_fields) - {"folder"})
        known_names = ", ".join(known)
        what_now = {
            "extra_forbidden": (f"unknown field {path}", known_names, nearest(path, known)),
            "missing": (f"no field {path}", known_names, f"add {path}"),
        }.get(
            first["type"],
            (f"wrong value for {path}" if path else "fields that contradict each other", first["msg"], "correct the value"),
        )
        raise RecipeError(
            f"{what}: {what_now[0]}", got=repr(first["input"])[:200], allowed=what_now[1], next=what_now[2]
        ) from error


def _listed(fields: Mapping[str, Any], name: str) -> list[Any]:
    entries = fields.get(name) or []
    if not isinstance(entries, list):
        raise RecipeError(f"recipe: {name} must be a list", got=type(entries).__name__, allowed="a list")
    return entries


def _step(entry: Any, folder: str) -> Step:  # noqa: ANN401 - whatever YAML holds
    name, fields = _named(entry, "step")
    step = find_step(name)
    return validated(step, _placed(step, fields, folder), name)


def _placed(step: type[Step], fields: Mapping[str, Any], folder: str) -> dict[str, Any]:
    """The fields, with the relative paths among them joined to the folder; what the folder is called is no pattern."""
    root = Path(glob.escape(str(Path(folder).absolute())))

    def joined(given: Any) -> Any:  # noqa: ANN401 - whatever YAML holds
        if not isinstance(given, str) or not given:
            return [joined(one) for one in given] if isinstance(given, list | tuple) else given
        path = Path(folder, Path(given).expanduser()).absolute()
        there = os.path.exists(path)  # noqa: PTH110 - Path.exists raises where a name is too long
        return str(path if there else root / Path(given).expanduser())

    return {name: joined(value) if name in step.files_in else value for name, value in fields.items()}


def source_from(entry: Any) -> Source:  # noqa: ANN401 - whatever YAML holds
    """A source from its entry in a recipe. Raises RecipeError."""
    name, fields = _named(entry, "source")
    return validated(find_source(name), fields, f"source {name}")


def _named(entry: Any, kind: str) -> tuple[str, dict[str, Any]]:  # noqa: ANN401 - whatever YAML holds
    """`name` or `name: {field: value}`."""
    if isinstance(entry, str):
        return entry, {}
    if isinstance(entry, dict) and len(entry) == 1:
        ((name, fields),) = entry.items()
        if isinstance(name, str) and (fields is None or isinstance(fields, dict)):
            return name, fields or {}
    raise RecipeError(
        f"recipe: this is no {kind}", got=repr(entry)[:200], allowed="a name, or a name with its fields: - NAME: {FIELD: VALUE}"
    )


def plain_source(source: Source) -> dict[str, Any]:
    """The entry of a source in a recipe."""
    return {type(source).__module__.rpartition(".")[2]: source.model_dump(mode="json")}


def _check_kept(source: Source, steps: Iterable[Step]) -> None:
    """A column of the user's cannot have the name of one that the build itself writes."""
    added = (name for step in steps for name in step.adds.names if not name.startswith("_") and name not in step.fills)
    ours = sorted({*OUR_COLUMNS, *added})
    if wrong := [name for name in source.kept() if name in ours or name.startswith("_") or not name]:
        raise RecipeError(
            f"source {source.name}: keep_fields names columns that the build itself writes",
            got=", ".join(wrong),
            allowed=f"names other than {', '.join(ours)}, and that do not begin with _",
            next="leave it out, or rename it in the source; for the text, id, url and date there are text_field, id_field, …",
        )


def _built_in(name: str) -> Path:
    path = Path(str(resources.files("builder.recipes"))) / f"{name}.yaml"
    if not path.is_file():
        known = _built_in_names()
        raise RecipeError(
            f"no recipe {name!r}", got=name, allowed=f"a YAML file, or {known}", next=nearest(name, known.split(", "))
        )
    return path


def _built_in_names() -> str:
    return ", ".join(sorted(path.stem for path in Path(str(resources.files("builder.recipes"))).glob("*.yaml")))
