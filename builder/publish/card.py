"""The data card: a header that `load_dataset` obeys, and a page whose every number comes from the ledger."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from string import Template
from typing import Any

import pyarrow as pa
import yaml

from builder.core.published import REMOVED
from builder.publish.rows import with_kept
from builder.publish.tally import Tally
from builder.run.recipe import Recipe

LANGUAGE = "zh"
_MARKUP = re.compile(r"[\\`*\[\]|$]")  # what begins code, emphasis, links, cells and formulas
SIZES = (1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000, 100_000_000_000)

UNCOMPARED = "\n{:,} stayed without having been compared with all that share something with them: too many documents did."


def card(recipe: Recipe, numbers: Tally, schema: pa.Schema, build: str, releases: Sequence[str] = ()) -> str:
    """README.md of the dataset.

    `schema`: the columns of the published documents; `build`: names this very content; `releases`: what it was made against.
    """
    header = yaml.safe_dump(_header(recipe, numbers, schema, build), allow_unicode=True, sort_keys=False).strip()
    return Template(card_template().read_text("utf-8")).substitute(
        header=header,
        name=_plain(recipe.name),
        version=version("corpus-builder"),
        repo="path/to/this/folder",
        documents=f"{numbers.kept:,}",
        chars=f"{numbers.chars:,}",
        read=f"{numbers.read:,}",
        dropped=f"{numbers.dropped:,}",
        quarantined=f"{numbers.failed:,}",
        malformed=f"{numbers.malformed:,}",
        repeated_ids=f"{numbers.repeated_ids:,}",
        uncompared=UNCOMPARED.format(numbers.uncompared) if numbers.uncompared else "",
        splits=_table(("split", "documents"), [(name, f"{count:,}") for name, count in numbers.splits.items()]),
        columns="".join(f"| {names} | {meaning} |\n" for names, meaning in _more_columns(recipe, schema)),
        sources=_sources(recipe, releases),
        steps=_steps(numbers),
        tokenizer=_tokenizer(recipe),
    )


def _header(recipe: Recipe, numbers: Tally, schema: pa.Schema, build: str) -> dict[str, Any]:
    """What `load_dataset` obeys. Splits and configs without rows are left out: it refuses them.

    Its cache of a local folder goes by the folder's name and this header, so the header names the build.
    """
    licenses = sorted({_untagged(source.license) for source in recipe.sources if source.license})
    splits = [name for name, count in numbers.splits.items() if count] or list(numbers.splits)[:1]  # those that have a file
    configs = [
        _config("default", {name: f"data/{name}-*.parquet" for name in splits}, description=f"build {build}", default=True)
    ]
    features = [{"config_name": "default", "features": _features(schema)}]
    if numbers.dropped:
        configs.append(_config("removed", {"removed": "removed/removed-*.parquet"}, description=f"build {build}"))
        features.append({"config_name": "removed", "features": _features(with_kept(REMOVED, recipe.kept_fields()))})
    header: dict[str, Any] = {"language": [LANGUAGE], "pretty_name": _untagged(recipe.name)}
    if licenses:
        header["license"] = licenses[0] if len(licenses) == 1 else licenses
    return {
        **header,
        "task_categories": ["text-generation"],
        "size_categories": [_size(numbers.kept)],
        "configs": configs,
        "dataset_info": features,
    }


def _config(name: str, files: dict[str, str], **more: object) -> dict[str, Any]:
    return {"config_name": name, **more, "data_files": [{"split": split, "path": path} for split, path in files.items()]}


def _features(schema: pa.Schema) -> list[dict[str, str]]:
    """The schema as the header of a card writes it, so that a column of nulls in the first shard breaks nothing."""
    return [
        {"name": field.name, "list": str(field.type.value_type)}
        if pa.types.is_list(field.type)
        else {"name": field.name, "dtype": _dtype(field.type)}
        for field in schema
    ]


def _dtype(kind: pa.DataType) -> str:
    return {"double": "float64", "float": "float32"}.get(str(kind), str(kind))


def _size(documents: int) -> str:
    names = ("1K", "10K", "100K", "1M", "10M", "100M", "1B", "10B", "100B")
    for place, limit in enumerate(SIZES):
        if documents < limit:
            return f"{names[place - 1]}<n<{names[place]}" if place else "n<1K"
    return "100B<n<1T"


def _more_columns(recipe: Recipe, schema: pa.Schema) -> list[tuple[str, str]]:
    """What steps noted, and the users' own columns."""
    kept = [name for name in recipe.kept_fields() if name in schema.names]
    filled = {name: step.name() for step in recipe.steps for name in step.fills if name in kept}
    noted = [
        (step.name(), [name for name in step.adds.names if name in schema.names and name not in filled]) for step in recipe.steps
    ]
    rows = [(_codes(names), f"noted by `{step}`") for step, names in noted if names and names != ["script"]]
    rows += [(_codes([name]), f"from the sources, or else noted by `{step}`") for name, step in filled.items()]
    kept = [name for name in kept if name not in filled]
    return [*rows, (_codes(kept), "from the sources")] if kept else rows


def _codes(names: Sequence[str]) -> str:
    return ", ".join(f"`{_plain(name)}`" for name in names)


def _sources(recipe: Recipe, releases: Sequence[str]) -> str:
    table = _table(
        ("source", "license", "priority"),
        [(source.name, source.license or "not stated", str(source.priority)) for source in recipe.sources],
    )
    against = "\n\nWhat duplicates a document of these earlier releases was dropped:\n\n" + _table(
        ("earlier release",), [(name,) for name in releases]
    )
    return table + against * bool(releases)


def _steps(numbers: Tally) -> str:
    rows = [
        (step, "edited", code, f"{documents:,}", f"{places:,}") for (step, code), (documents, places) in numbers.edits.items()
    ]
    rows += [(step, "dropped", code, f"{documents:,}", "") for (step, code), documents in numbers.drops.items()]
    return _table(("step", "action", "code", "documents", "places"), rows) if rows else "No document was edited or dropped."


def _tokenizer(recipe: Recipe) -> str:
    settings = recipe.tokenizer
    if settings is None:
        return "No tokenizer was trained."
    return (
        f"`tokenizer/` holds a SentencePiece model ({settings.model}, up to {settings.vocab_size:,} pieces, byte fallback, "
        f"no normalization) trained on at most {settings.sample_chars:,} characters of the train split, and the same tokenizer "
        "as `tokenizer.json`."
    )


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *(tuple(_plain(cell) for cell in row) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _plain(text: str) -> str:
    """The text as Markdown that shows just it, on one line: no tag, no link, no cell of a table."""
    return _MARKUP.sub(r"\\\g<0>", html.escape(" ".join(text.split()), quote=False))


def _untagged(text: str) -> str:
    """The text in a header that some readers show as part of the page."""
    return text.replace("<", "&lt;")


def card_template() -> Path:
    """The page with its places to fill: beside the code in an installed package, at the top of a checkout."""
    package = Path(__file__).parents[1]
    installed = package / "data_cards" / "template.md"
    return installed if installed.is_file() else package.parent / "data_cards" / "template.md"
