"""The index of a build, asked with datasketch, and what `query` finds."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from datasketch import MinHash, MinHashLSH

from builder.core.errors import OutputError, RecipeError
from builder.core.index import INDEX, unpacked, unpacked_keys
from builder.index import query, query_file, sign, signatures
from builder.run.documents import Document, Unread
from builder.text.canonical import canonical_codes, canonical_keys
from builder.text.minhash import shingle_hashes
from tests.run.building import built, recipe, table, write_texts
from tests.steps.dedup.corpus import families
from tests.steps.dedup.test_near import shingles, similarity
from tests.tokenizer.corpus import document

STEPS = ("dedup.exact", {"dedup.near": {"jaccard": 0.9, "num_perm": 64, "seed": 3}}, {"filter.length": {"min_chars": 3}})


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Families of documents, of which some are 0.5 to 0.9 alike, in several shards; a short one, and one that was dropped."""
    folder = tmp_path_factory.mktemp("index")
    source = write_texts(folder / "a.jsonl", [*families(40, 12), "短文。", "短"])
    publish = {"splits": {"train": 0.7, "test": 0.3}, "shard_bytes": 20_000}
    return built(folder / "out", recipe(source, steps=STEPS, publish=publish)).out


def texts_of(out: Path) -> dict[str, str]:
    """doc_id to text, read by what the README says: index and data are parallel."""
    found: dict[str, str] = {}
    for path in (out / "data").iterdir():
        names = pq.read_table(out / "index" / path.name, columns=["doc_id"])["doc_id"].to_pylist()
        found.update(zip(names, pq.read_table(path, columns=["text"])["text"].to_pylist(), strict=True))
    return found


def minhash(text: str) -> MinHash:
    """By datasketch, over the shingle hashes."""
    offsets, codes = canonical_codes(pa.array([text], pa.large_string()))
    signature = MinHash(num_perm=64, seed=3, scheme="affine32", hashfunc=int)
    signature.update_batch(shingle_hashes(codes, offsets, 5)[1].tolist())
    return signature


def test_keys_signatures_and_settings_stand_in_the_index(out: Path) -> None:
    assert len(list((out / "data").iterdir())) > 3
    for path in (out / "data").iterdir():
        index, data = pq.read_table(out / "index" / path.name), pq.read_table(path)
        assert index.schema.names == [*INDEX.names, "signature"]
        assert json.loads(index.schema.metadata[b"dedup.near"]) == {
            "num_perm": 64,
            "scheme": "affine32",
            "seed": 3,
            "shingle_chars": 5,
        }
        assert index["id"].equals(data["id"])
        assert np.array_equal(unpacked_keys(index["key"]), canonical_keys(data["text"]))
        expected = [minhash(text).hashvalues for text in data["text"].to_pylist()]
        assert np.array_equal(unpacked(index["signature"], "<u4"), expected)
    dropped = table(out, "index", "removed-*.parquet")
    assert dropped.num_rows == table(out, "removed").num_rows > 0
    assert all(dropped[name].null_count == dropped.num_rows for name in ("key", "split_key", "signature"))


def test_datasketch_opens_the_index(out: Path) -> None:
    """As the documentation of the module shows it."""
    texts = texts_of(out)
    lsh = MinHashLSH(threshold=0.8, num_perm=64)
    found = dict(signatures(out))
    for doc_id, signature in found.items():
        lsh.insert(doc_id, signature)
    assert found.keys() == {doc_id for doc_id, text in texts.items() if shingles(text)}
    for doc_id, text in list(texts.items())[:20]:
        if shingles(text):
            assert doc_id in lsh.query(minhash(text))
            assert doc_id in lsh.query(sign(out, [f"{text}。"])[0])
            assert found[doc_id].jaccard(sign(out, [text])[0]) == 1.0


@pytest.mark.parametrize("limit", [0.5, 0.8])
def test_what_is_near(out: Path, limit: float) -> None:
    texts = texts_of(out)
    asked = [text + "又" for text in list(texts.values())[::3]] + [document(99)]
    found = query(out, asked, limit)
    for text, matches in zip(asked, found, strict=True):
        every = {
            doc_id: similarity(shingles(text), shingles(other))
            for doc_id, other in texts.items()
            if shingles(text) | shingles(other)
        }
        assert {match.doc_id: match.jaccard for match in matches} == {
            doc_id: value for doc_id, value in every.items() if value >= limit
        }
        assert [match.jaccard for match in matches] == sorted((match.jaccard for match in matches), reverse=True)
        assert all(texts[match.doc_id] == match.text for match in matches)
    assert found[-1] == []
    assert max(map(len, found)) > 1 or limit > 0.5


def test_a_short_document_is_found_by_its_key(out: Path) -> None:
    (matches,) = query(out, ["短文！"])
    assert [(match.jaccard, match.text) for match in matches] == [(1.0, "短文。")]
    assert query(out, ["长文。", "", "。"]) == [[], [], []]
    assert query(out, []) == []


def test_the_documents_of_a_file(out: Path, tmp_path: Path) -> None:
    doc_id, text = max(texts_of(out).items())
    path = tmp_path / "asked.jsonl"
    path.write_text(json.dumps({"id": "mine", "text": text}) + "\nbroken\n", encoding="utf-8")
    found, bad = query_file(out, str(path))
    assert isinstance(bad, Unread)
    assert not isinstance(found, Unread)
    assert found[0] == Document("mine", text)
    assert found[1][0].doc_id == doc_id


def test_what_has_no_signatures(tmp_path: Path) -> None:
    built(tmp_path / "out", recipe(write_texts(tmp_path / "a.jsonl", ["桥修好了"]), steps=["dedup.exact"]))
    for call in (
        lambda: query(tmp_path / "out", ["桥"]),
        lambda: list(signatures(tmp_path / "out")),
        lambda: sign(tmp_path / "out", ["桥"]),
    ):
        with pytest.raises(RecipeError, match="has no signatures") as error:
            call()
        assert "dedup.near" in error.value.next
    with pytest.raises(RecipeError, match="no such folder"):
        query(tmp_path / "nowhere", ["桥"])


def test_a_limit_that_bands_cannot_find(out: Path) -> None:
    with pytest.raises(RecipeError, match="wrong value for jaccard"):
        query(out, ["桥"], 0.1)


def test_a_build_that_lost_a_file(out: Path) -> None:
    path = min((out / "index").iterdir())
    hidden = path.rename(path.with_suffix(".hidden"))
    with pytest.raises(OutputError, match="no longer as it was built"):
        query(out, ["桥"])
    hidden.rename(path)
