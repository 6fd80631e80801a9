"""`--input`: files, folders and globs in place of a recipe's sources; the format is told by the suffix."""

from __future__ import annotations

import glob
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from builder.core.errors import SourceError
from builder.core.source import Source, files_below, kind_of_place, plain_suffix
from builder.run.catalog import find_source, known_sources
from builder.run.recipe import Recipe


def with_inputs(recipe: Recipe, inputs: Sequence[str | Path]) -> Recipe:
    """The recipe with one source for each format among the inputs; unchanged without inputs. Raises SourceError."""
    if not inputs:
        return recipe
    formats = {name: find_source(name) for name in known_sources()}
    paths: dict[str, list[str]] = {}
    for given in inputs:
        found = [name for name, source in formats.items() if any(source.accepts(file) for file in _names(str(given)))]
        if not found:
            known = sorted({suffix for source in formats.values() for suffix in source.suffixes})
            raise SourceError(
                f"input {given}: no file of a known format",
                got=", ".join(_names(str(given))[:5]) or kind_of_place(Path(given)),
                allowed=f"*{', *'.join(known)}, plain or .gz or .zst",
                next="check the path; for other suffixes name the format in a recipe's sources",
            )
        for name in found:
            paths.setdefault(name, []).append(_absolute(Path(given)))
    sources: tuple[Source, ...] = tuple(formats[name](name=name, path=tuple(mine)) for name, mine in sorted(paths.items()))
    return recipe.model_copy(update={"sources": sources})


def _absolute(given: Path) -> str:
    """The path or glob, no longer relative; what the working folder is called is no pattern."""
    return str(given.absolute() if given.exists() else Path(glob.escape(str(Path.cwd()))) / given)


def _names(given: str) -> list[str]:
    path = Path(given)
    if path.is_dir():
        return [file.name for file in files_below(path)]
    return [Path(match).name for match in ([given] if path.is_file() else glob.glob(given, recursive=True))]  # noqa: PTH207 - Path.glob takes no absolute pattern


def unknown_files(inputs: Sequence[str | Path]) -> dict[str, int]:
    """Suffix to number of the files below folders among the inputs that no format reads."""
    formats = [find_source(name) for name in known_sources()]
    folders = [Path(given) for given in inputs if Path(given).is_dir()]
    files = [file for folder in folders for file in files_below(folder)]
    unread = [file for file in files if not any(source.accepts(file.name) for source in formats)]
    return dict(Counter(plain_suffix(file.name) or "no suffix" for file in unread))
