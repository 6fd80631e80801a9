"""The index of a build, asked with datasketch, and what `query` finds."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from datasketch import MinHash, MinHashLSH

from builder import index
from builder.core.errors import OutputError, RecipeError
from builder.core.fingerprint import file_digest
from builder.core.index import INDEX, unpacked, unpacked_keys
from builder.index import minhash_lsh, query, query_file, sign, signatures
from builder.run import earlier, releases
from builder.run.documents import Document, Unread
from builder.text.canonical import KEY_VERSION, canonical_codes, canonical_keys
from builder.text.minhash import shingle_hashes
from tests.run.building import built, recipe, table, write_texts
from tests.run.test_releases import rewritten
from tests.steps.dedup.corpus import families, shingles, similarity
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
        kept, data = pq.read_table(out / "index" / path.name), pq.read_table(path)
        assert kept.schema.names == [*INDEX.names, "signature"]
        assert json.loads(kept.schema.metadata[b"dedup.near"]) == {
            "num_perm": 64,
            "scheme": "affine32",
            "seed": 3,
            "shingle_chars": 5,
        }
        assert json.loads(kept.schema.metadata[b"publish"]) == {"seed": 1, "splits": [["train", 0.7], ["test", 0.3]]}
        assert kept.schema.metadata[b"canonical key"] == str(KEY_VERSION).encode()
        assert kept["id"].equals(data["id"])
        assert np.array_equal(unpacked_keys(kept["key"]), canonical_keys(data["text"]))
        expected = [minhash(text).hashvalues for text in data["text"].to_pylist()]
        assert np.array_equal(unpacked(kept["signature"], "<u4"), expected)
    dropped = table(out, "index", "removed-*.parquet")
    assert dropped.num_rows == table(out, "removed").num_rows > 0
    assert all(dropped[name].null_count == dropped.num_rows for name in ("key", "split_key", "signature"))


def test_datasketch_opens_the_index(out: Path) -> None:
    """As the documentation of the module shows it."""
    texts = texts_of(out)
    lsh = minhash_lsh(out, 0.8)
    assert isinstance(lsh, MinHashLSH)
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


@pytest.mark.parametrize("limit", [0.5, 0.8, 0.95])
def test_what_is_proposed_is_what_datasketch_finds(out: Path, limit: float) -> None:
    """Beside what has the same key. Some texts share bands with each other, some are asked twice."""
    texts = texts_of(out)
    asked = [text + "又" for text in list(texts.values())[::2]] * 2 + ["短文", document(99), ""]
    shards, near = index._opened(out, limit)
    lsh = minhash_lsh(out, limit)
    assert (lsh.b, lsh.r) == near.bands()
    for number, signature in enumerate(sign(out, asked)):
        if shingles(asked[number]):
            lsh.insert(number, signature)
    keys = canonical_keys(pa.array(asked)).tolist()
    wanted = index._asked(near, asked)
    count = 0
    for shard in shards:
        for _, group in index._groups(shard, ["doc_id", "key", "signature"]):
            found = {*zip(*(column.tolist() for column in index._proposed(near, wanted, group)), strict=True)}
            names = group["doc_id"].to_pylist()
            mine = [texts[name] for name in names]
            by_bands = {
                (row, number)
                for row, signature in enumerate(sign(out, mine))
                if shingles(mine[row])
                for number in lsh.query(signature)
            }
            same = canonical_keys(pa.array(mine)).tolist()
            by_key = {(row, number) for row, key in enumerate(same) for number, other in enumerate(keys) if key == other}
            assert found == by_bands | by_key
            count += len(found)
    assert count > len(asked)


def test_an_index_is_not_digested_to_be_read(out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Path] = []

    def noting(path: Path) -> str:
        read.append(path)
        return file_digest(path)

    for module in (releases, earlier):
        monkeypatch.setattr(module, "file_digest", noting)
    path = write_texts(tmp_path / "a.jsonl", ["桥修好了。"])
    sign(out, ["桥修好了。"])
    list(query_file(out, str(path)))
    dict(signatures(out))
    assert read == []


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        (b"canonical key", b"0", "its index cannot be used"),
        (b"dedup.near", b'{"num_perm": 64, "scheme": "legacy", "seed": 3, "shingle_chars": 5}', "of another kind"),
    ],
)
def test_an_index_of_another_version(tmp_path: Path, name: bytes, value: bytes, message: str) -> None:
    source = write_texts(tmp_path / "a.jsonl", [document(1)])
    publish = {"splits": {"train": 1.0}}
    built(tmp_path / "out", recipe(source, steps=STEPS, publish=publish))
    (path,) = (tmp_path / "out" / "index").glob("train-*")
    rewritten(path, lambda kept: kept.replace_schema_metadata({**kept.schema.metadata, name: value}))
    for call in (lambda: query(tmp_path / "out", ["桥"]), lambda: sign(tmp_path / "out", ["桥"])):
        with pytest.raises(RecipeError, match=message) as error:
            call()
        assert error.value.got
        assert error.value.allowed
        assert "build that release again" in error.value.next


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
