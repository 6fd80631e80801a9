"""Look things up in the index of a build: its signatures as datasketch's own objects, and what was published that is near a text.

from datasketch import MinHashLSH
from builder.index import sign, signatures

lsh = MinHashLSH(threshold=0.8, num_perm=128)
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
import pyarrow.compute as pc
import pyarrow.parquet as pq

from builder.core.batch import texts_batch
from builder.core.errors import RecipeError
from builder.core.index import KEY, packed_keys, unpacked
from builder.run.documents import Document, Unread, read_documents, with_readers
from builder.run.earlier import EarlierShard, documents
from builder.run.recipe import load_recipe, validated
from builder.run.releases import release_shards
from builder.steps.dedup.near import SIGNATURE, Near
from builder.text.canonical import canonical_codes, canonical_keys
from builder.text.minhash import EMPTY, jaccard, sorted_shingles
from builder.text.near.permutations import lean_minhashes, minhash_lsh

if TYPE_CHECKING:
    from builder.text.near.permutations import LeanMinHash


class Match(NamedTuple):
    """A published document that is near a text."""

    id: str
    doc_id: str
    jaccard: float  # exact, of the shingles of the canonical keys; 1 for equal keys
    text: str  # as published


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


def query(out: str | Path, texts: Sequence[str], limit: float = 0.8) -> list[list[Match]]:
    """For each text the published documents of a Jaccard of at least `limit`, nearest first. Raises RecipeError or OutputError.

    A MinHashLSH proposes, with bands that find 999 in 1,000 pairs at the limit; the texts of `data/` decide. The texts go into
    the MinHashLSH and the index passes by, so that a large index needs no memory. Texts are compared as they stand: what a
    build would repair in them is not repaired.
    """
    shards, near = _opened(Path(out), limit)
    signed = _signed(near, texts)
    lsh = minhash_lsh(near.num_perm, near.bands())
    for number, signature in enumerate(lean_minhashes(signed, near.seed)):
        if (signed[number] != EMPTY).any():
            lsh.insert(number, signature)
    keys = packed_keys(canonical_keys(pa.array(texts, pa.large_string()))).to_pylist()
    found: list[list[Match]] = [[] for _ in texts]
    for number, shard in enumerate(shards):
        for start, index in _groups(shard, [KEY, SIGNATURE]):
            signed = unpacked(index[SIGNATURE], "<u4")
            pairs = {(row, mine) for row, one in enumerate(lean_minhashes(signed, near.seed)) for mine in lsh.query(one)}
            pairs |= {(row, mine) for mine, key in enumerate(keys) for row in _rows(index[KEY], key)}
            if pairs:
                for mine, match in _matches(near, texts, shard, number, [(start + row, mine) for row, mine in sorted(pairs)]):
                    found[mine].append(match)
    return [sorted(matches, key=lambda match: (-match.jaccard, match.doc_id)) for matches in found]


def query_file(out: str | Path, file: str, limit: float = 0.8) -> Iterator[tuple[Document, list[Match]] | Unread]:
    """The same for the documents of a file, or of standard input (`-`), read as that build reads its sources."""
    _opened(Path(out), limit)  # what is wrong with it is said first
    read = list(read_documents([file], with_readers(load_recipe(Path(out) / "recipe.yaml"))))
    found = iter(query(out, [one.text for one in read if isinstance(one, Document)], limit))
    for one in read:
        yield one if isinstance(one, Unread) else (one, next(found))


def _opened(out: Path, limit: float = 0.8) -> tuple[list[EarlierShard], Near]:
    """The shards of a build, and the step as it signed them."""
    shards = list(release_shards(out, out.name))
    metadata = pq.read_schema(shards[0].kept).metadata or {}
    if Near.name().encode() not in metadata:
        raise RecipeError(
            f"the index of {out} has no signatures",
            allowed=f"the output of a recipe with {Near.name()}",
            next=f"build it again with {Near.name()} among the steps",
        )
    settings = json.loads(metadata[Near.name().encode()])
    del settings["scheme"]  # the one that there is
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


def _rows(keys: pa.ChunkedArray, key: bytes) -> list[int]:
    rows: list[int] = np.flatnonzero(pc.equal(keys, key).to_numpy()).tolist()
    return rows


def _matches(
    near: Near, texts: Sequence[str], shard: EarlierShard, number: int, pairs: list[tuple[int, int]]
) -> Iterator[tuple[int, Match]]:
    """(number of the text, match) of the pairs (row of the shard, number of the text) that are near enough."""
    rows = np.unique([row for row, _ in pairs])
    for batch in documents(shard, number, rows):
        both = pa.array([*texts, *batch["text"].to_pylist()], pa.large_string())
        keys = canonical_keys(both)
        offsets, codes = canonical_codes(both)
        borders, hashes = sorted_shingles(codes, offsets, near.shingle_chars)
        left = np.array([mine for _, mine in pairs])
        right = np.searchsorted(rows, [row for row, _ in pairs]) + len(texts)
        shared, union = jaccard(hashes, borders, left, right)
        equal = (keys[left] == keys[right]).all(axis=1)
        similarity = np.where(equal, 1.0, shared / np.maximum(union, 1))
        for place in np.flatnonzero(similarity >= near.jaccard).tolist():
            at = int(right[place]) - len(texts)
            name, doc_id, text = (batch[column][at].as_py() for column in ("id", "doc_id", "text"))
            yield int(left[place]), Match(name, doc_id, float(similarity[place]), text)
