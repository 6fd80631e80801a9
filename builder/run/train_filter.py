"""Train the model of `filter.quality_model` on files of texts to keep and of texts to drop.

What is learned is tried on sites that were not learned from, since two pages of one site share menus, names and habits: a model
that knows them seems better than it is. The order of the files does not matter, nor how often they hold a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import numpy as np
import xxhash

from builder.core.errors import SourceError
from builder.core.source import Source, files_below, kind_of_place, plain_suffix
from builder.core.store import Store
from builder.run.documents import Document, Unread, read_documents, with_readers
from builder.run.recipe import Recipe, with_settings
from builder.text.quality.features import MAX_CHARS, Grams
from builder.text.quality.model import LEVELS, Model, file_name, packed
from builder.text.quality.training import FOLDS, GRAMS, area, train

MIN_TEXTS = 10  # of each side; fewer cannot be parted into FOLDS
MAX_SIDE_CHARS = 20_000_000  # of each side; more texts than these, chosen by hash, make a table of 2**18 weights little better
QUALITIES = (0.1, 0.3, 0.5, 0.7, 0.9)  # limits of which it is told what they would drop
SECOND_LEVEL = frozenset(("ac", "co", "com", "edu", "gov", "mil", "net", "org"))  # as in com.cn: the site is named before it
ADDRESS = re.compile(r"[0-9.]+|\[.*")  # of a host without a name


class Example(NamedTuple):
    """One text to learn from."""

    order: bytes  # a hash of the text
    text: str
    site: str  # of its address, else its page
    page: str  # the id of the document or the name of its file, by which two versions of a page belong together


class Side(NamedTuple):
    """What was read to keep, or to drop."""

    texts: int  # that were learned from
    sites: int
    without_address: int  # texts, each a site of its own
    unread: tuple[str, ...]  # why some were not


class Limit(NamedTuple):
    """What a limit would drop of texts that were not learned from, as shares."""

    min_quality: float
    of_keep: float
    of_drop: float


class Trained(NamedTuple):
    """A model, and what it is worth."""

    path: Path
    keep: Side
    drop: Side
    on_both: int  # texts that stood on both sides, and were left out
    by_site: bool  # False: too few sites, so that texts of one site were learned from and judged
    auc: float
    limits: tuple[Limit, ...]


def train_filter(
    keep: Sequence[str],
    drop: Sequence[str],
    out: str | Path = ".",
    settings: Mapping[str, Any] | None = None,
    grams: Grams = GRAMS,
) -> Trained:
    """Train on files and folders of texts, and write the model into the folder `out`, named by its SHA-256.

    `settings`: `FORMAT.FIELD` to value, such as `jsonl.text_field`. Raises BuilderError.
    """
    recipe = with_settings(with_readers(Recipe(name="train", steps=())), settings or {})
    good, good_unread = _examples(keep, recipe, "--keep")
    bad, bad_unread = _examples(drop, recipe, "--drop")
    both = {one.order for one in good} & {one.order for one in bad}
    good, bad = ([one for one in side if one.order not in both] for side in (good, bad))
    _check_enough(good, good_unread, "--keep", both)
    _check_enough(bad, bad_unread, "--drop", both)
    labelled = sorted([(one, True) for one in good] + [(one, False) for one in bad])
    is_kept = np.array([label for _, label in labelled])
    folds, by_site = _folds([one for one, _ in labelled], is_kept)
    model, logits = train([one.text for one, _ in labelled], is_kept, folds, grams)
    content = packed(model)
    path = Path(out, file_name(content))
    Store(Path(out)).write_bytes(path.name, content)
    sides = _side(good, good_unread), _side(bad, bad_unread)
    return Trained(path, *sides, len(both), by_site, area(logits, is_kept), _limits(model, logits, is_kept))


def _examples(places: Sequence[str], recipe: Recipe, option: str) -> tuple[list[Example], tuple[str, ...]]:
    """The texts of one side in the order of their hashes, each once, up to MAX_SIDE_CHARS; and what could not be read."""
    unread: list[str] = []
    found = _read(_files(places, recipe.sources, option), recipe, unread)
    kept: list[Example] = []
    size = 0
    for one in found:
        kept.append(one)
        size += len(one.text)
        if size > 2 * MAX_SIDE_CHARS:
            kept = _first(kept)
            size = sum(len(one.text) for one in kept)
    return _first(kept), tuple(unread)


def _first(examples: list[Example]) -> list[Example]:
    kept: list[Example] = []
    size = 0
    for one in sorted(examples):
        if not kept or one.order != kept[-1].order:
            size += len(one.text)
            if kept and size > MAX_SIDE_CHARS:
                break
            kept.append(one)
    return kept


def _files(places: Sequence[str], sources: Sequence[Source], option: str) -> Iterator[tuple[str, str]]:
    """(folder, file): of a folder all files that a build reads. Raises SourceError."""
    suffixes = sorted({suffix for source in sources for suffix in source.suffixes})
    for given in places:
        place = Path(given).expanduser()
        files = [file for file in files_below(place) if plain_suffix(file.name) in suffixes] if place.is_dir() else [place]
        if not files or not all(file.is_file() for file in files):
            raise SourceError(
                f"{option}: no texts in {given}",
                got=kind_of_place(place),
                allowed=f"a file, or a folder with *{', *'.join(suffixes)}, plain or .gz or .zst",
                next="check the path",
            )
        yield from ((str(place if place.is_dir() else place.parent), str(file)) for file in files)


def _read(files: Iterable[tuple[str, str]], recipe: Recipe, unread: list[str]) -> Iterator[Example]:
    for folder, file in files:
        for document in read_documents([file], recipe):
            if isinstance(document, Unread):
                unread.append(document.message)
            elif document.text.strip():
                yield _example(document, folder)


def _example(document: Document, folder: str) -> Example:
    text = document.text[:MAX_CHARS]
    page = document.name.removeprefix(folder).lstrip("/\\")
    return Example(xxhash.xxh3_128_digest(text.encode("utf-8", "replace")), text, site_of(document.url) or page, page)


def site_of(url: str | None) -> str:
    """`example.com.cn` for `http://www.news.example.com.cn:80/a`; empty where there is no host."""
    try:
        host = (urlsplit(url or "").hostname or "").rstrip(".")
    except ValueError:
        return ""
    names = host.split(".")
    if ADDRESS.fullmatch(host) or ":" in host:
        return host
    has_second = len(names) > 2 and len(names[-1]) == 2 and names[-2] in SECOND_LEVEL  # noqa: PLR2004 - a name before co.uk
    return ".".join(names[-3 if has_second else -2 :])


def _folds(examples: Sequence[Example], is_kept: np.ndarray) -> tuple[np.ndarray, bool]:
    """(int64[n], whether texts of one site have one fold): by the hash of the site, of the page where sites are too few."""
    for by_site in (True, False):
        names = [one.site if by_site else one.page for one in examples]
        folds = np.array([xxhash.xxh3_64_intdigest(name.encode("utf-8", "replace")) % FOLDS for name in names], np.int64)
        if all(len(set(is_kept[folds != fold].tolist())) > 1 for fold in set(folds.tolist())):
            return folds, by_site
    return np.array([int.from_bytes(one.order[:8], "big") % FOLDS for one in examples], np.int64), False


def _check_enough(examples: Sequence[Example], unread: Sequence[str], option: str, both: set[bytes]) -> None:
    if len(examples) < MIN_TEXTS:
        left_out = f", and {len(both):,} that stand on both sides" if both else ""
        failed = f", and {len(unread):,} that cannot be read: {unread[0]}" if unread else ""
        raise SourceError(
            f"{option}: too few texts to learn from",
            got=f"{len(examples):,} different ones{left_out}{failed}",
            allowed=f"{MIN_TEXTS} and more; some hundred of many sites are a beginning",
            next="add more",
        )


def _side(examples: Sequence[Example], unread: tuple[str, ...]) -> Side:
    without = sum(one.site == one.page for one in examples)
    return Side(len(examples), len({one.site for one in examples}), without, unread)


def _limits(model: Model, logits: np.ndarray, is_kept: np.ndarray) -> tuple[Limit, ...]:
    quality = model.levels(np.rint(logits * model.unit).astype(np.int64)) / LEVELS
    return tuple(
        Limit(limit, float((quality[is_kept] < limit).mean()), float((quality[~is_kept] < limit).mean())) for limit in QUALITIES
    )
