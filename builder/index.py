"""Look things up in the index of a build: its signatures as datasketch's own objects, and what was published that is near a text.

from builder.index import minhash_lsh, sign, signatures

lsh = minhash_lsh("out", 0.8)  # a datasketch.MinHashLSH
for doc_id, signature in signatures("out"):
    lsh.insert(doc_id, signature)
lsh.query(sign("out", ["a text"])[0])
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from builder.core.batch import texts_batch
from builder.core.errors import RecipeError
from builder.core.index import KEY, unpacked, unpacked_keys
from builder.run.documents import Document, Unread, read_documents, with_readers
from builder.run.earlier import EarlierShard, documents
from builder.run.recipe import load_recipe, validated
from builder.run.releases import BUILD_AGAIN, check_key, release_shards
from builder.steps.dedup.near import SIGNATURE, Near
from builder.text.canonical import canonical_codes, canonical_keys
from builder.text.groups import unique_pairs
from builder.text.minhash import EMPTY, band_hashes, jaccard, sorted_shingles
from builder.text.near import permutations
from builder.text.near.permutations import lean_minhashes

if TYPE_CHECKING:
    from builder.text.near.permutations import LeanMinHash, MinHashLSH


class Match(NamedTuple):
    """A published document that is near a text."""

    id: str
    doc_id: str
    jaccard: float  # exact, of the shingles of the canonical keys; 1 for equal keys
    text: str  # as published


class Lookup(NamedTuple):
    """Hashes of the texts that are asked for."""

    hashes: np.ndarray  # uint64[n], ascending
    numbers: np.ndarray  # int64[n]: of the text that each one is of


class Asked(NamedTuple):
    """What the documents of an index are looked up in."""

    bands: Lookup  # a text shorter than a shingle has none
    keys: Lookup  # first halves of canonical keys


def signatures(out: str | Path) -> Iterator[tuple[str, LeanMinHash]]:
    """doc_id and signature of every published document that has one; a document of under 5 characters has none."""
    shards, near = _opened(Path(out))
    for shard in shards:
        for _, index in _groups(shard, ["doc_id", SIGNATURE]):
            signed = unpacked(index[SIGNATURE], "<u4")
            long = np.flatnonzero((signed != EMPTY).any(axis=1))
            yield from zip(index["doc_id"].take(long).to_pylist(), lean_minhashes(signed[long], near.seed), strict=True)


def sign(out: str | Path, texts: Sequence[str]) -> list[LeanMinHash]:
    """The signatures of some texts as that build makes them: to be compared with its own."""
    near = _opened(Path(out))[1]
    return lean_minhashes(_signed(near, texts), near.seed)


def minhash_lsh(out: str | Path, limit: float = 0.8) -> MinHashLSH:
    """An empty one with the bands of `query`, which find 999 in 1,000 pairs at the limit; datasketch's own choice finds fewer."""
    near = _opened(Path(out), limit)[1]
    return permutations.minhash_lsh(near.num_perm, near.bands())


def query(out: str | Path, texts: Sequence[str], limit: float = 0.8) -> list[list[Match]]:
    """For each text the published documents of a Jaccard of at least `limit`, nearest first. Raises RecipeError or OutputError.

    Bands propose, those of `minhash_lsh`; the texts of `data/` decide. The index passes by, so that a large one needs no memory.
    Texts are compared as they stand: what a build would repair in them is not repaired.
    """
    return _found(*_opened(Path(out), limit), texts)


def query_file(out: str | Path, file: str, limit: float = 0.8) -> Iterator[tuple[Document, list[Match]] | Unread]:
    """The same for the documents of a file, or of standard input (`-`), read as that build reads its sources."""
    opened = _opened(Path(out), limit)  # what is wrong with it is said first
    read = list(read_documents([file], with_readers(load_recipe(Path(out) / "recipe.yaml"))))
    found = iter(_found(*opened, [one.text for one in read if isinstance(one, Document)]))
    for one in read:
        yield one if isinstance(one, Unread) else (one, next(found))


def _found(shards: Sequence[EarlierShard], near: Near, texts: Sequence[str]) -> list[list[Match]]:
    asked = _asked(near, texts)
    found: list[list[Match]] = [[] for _ in texts]
    for number, shard in enumerate(shards):
        for start, index in _groups(shard, [KEY, SIGNATURE]):
            rows, mine = _proposed(near, asked, index)
            for place, match in _matches(near, texts, shard, number, start + rows, mine):
                found[place].append(match)
    return [sorted(matches, key=lambda match: (-match.jaccard, match.doc_id)) for matches in found]


def _opened(out: Path, limit: float = 0.8) -> tuple[list[EarlierShard], Near]:
    """The shards of a build, and the step as it signed them."""
    shards = list(release_shards(out, out.name))
    check_key(shards)
    metadata = pq.read_schema(shards[0].kept).metadata or {}
    if Near.name().encode() not in metadata:
        raise RecipeError(
            f"the index of {out} has no signatures",
            allowed=f"the output of a recipe with {Near.name()}",
            next=f"build it again with {Near.name()} among the steps",
        )
    settings = json.loads(metadata[Near.name().encode()])
    if (scheme := settings.pop("scheme", "none")) != permutations.SCHEME:
        raise RecipeError(
            f"the signatures of {out} are of another kind", got=f"scheme {scheme}", allowed=permutations.SCHEME, next=BUILD_AGAIN
        )
    return shards, validated(Near, {**settings, "jaccard": limit}, "query")


def _groups(shard: EarlierShard, columns: list[str]) -> Iterator[tuple[int, pa.Table]]:
    """The row groups of an index, each with the number of its first row."""
    start = 0
    with pq.ParquetFile(shard.kept) as file:
        for group in range(file.num_row_groups):
            table = file.read_row_group(group, columns=columns, use_threads=False)
            yield start, table
            start += table.num_rows


def _signed(near: Near, texts: Sequence[str]) -> np.ndarray:
    """uint32[n, P]."""
    return unpacked(near.remember(texts_batch(list(texts)))[SIGNATURE], "<u4")


def _asked(near: Near, texts: Sequence[str]) -> Asked:
    signed = _signed(near, texts)
    long = np.flatnonzero((signed != EMPTY).any(axis=1))
    bands = band_hashes(np.ascontiguousarray(signed[long]), *near.bands())
    keys = canonical_keys(pa.array(texts, pa.large_string()))[:, 0]
    return Asked(_sorted(bands.reshape(-1), np.repeat(long, bands.shape[1])), _sorted(keys, np.arange(len(texts))))


def _sorted(hashes: np.ndarray, numbers: np.ndarray) -> Lookup:
    order = np.argsort(hashes, kind="stable")
    return Lookup(hashes[order], numbers[order])


def _proposed(near: Near, asked: Asked, index: pa.Table) -> tuple[np.ndarray, np.ndarray]:
    """(rows of the index, numbers of texts), int64[k] each: those that share a band or half of a key; each pair once."""
    bands = band_hashes(np.ascontiguousarray(unpacked(index[SIGNATURE], "<u4")), *near.bands())
    places, mine = _meetings(asked.bands, bands.reshape(-1))
    rows, same = _meetings(asked.keys, unpacked_keys(index[KEY])[:, 0])
    return unique_pairs(np.concatenate([places // bands.shape[1], rows]), np.concatenate([mine, same]))


def _meetings(lookup: Lookup, hashes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(places in `hashes`, numbers) of all pairs of equal hashes."""
    first, last = (np.searchsorted(lookup.hashes, hashes, side) for side in ("left", "right"))
    places = np.flatnonzero(last > first)
    count = (last - first)[places]
    offset = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    return np.repeat(places, count), lookup.numbers[np.repeat(first[places], count) + offset]


def _matches(
    near: Near, texts: Sequence[str], shard: EarlierShard, number: int, rows: np.ndarray, asked: np.ndarray
) -> Iterator[tuple[int, Match]]:
    """(number of the text, match) of the pairs (row of the shard, number of the text) that are near enough."""
    if not len(rows):
        return
    different, at = np.unique(rows, return_inverse=True)
    mine, left = np.unique(asked, return_inverse=True)
    right = at + len(mine)
    published = pa.concat_tables(documents(shard, number, different))
    both = pa.array([*(texts[place] for place in mine.tolist()), *published["text"].to_pylist()], pa.large_string())
    keys = canonical_keys(both)
    offsets, codes = canonical_codes(both)
    borders, hashes = sorted_shingles(codes, offsets, near.shingle_chars)
    shared, union = jaccard(hashes, borders, left, right)
    equal = (keys[left] == keys[right]).all(axis=1)
    similarity = np.where(equal, 1.0, shared / np.maximum(union, 1))
    for place in np.flatnonzero(similarity >= near.jaccard).tolist():
        name, doc_id, text = (published[column][int(at[place])].as_py() for column in ("id", "doc_id", "text"))
        yield int(asked[place]), Match(name, doc_id, float(similarity[place]), text)
