"""Single files, read as a build reads them; a bad file or row stops nothing."""

from __future__ import annotations

import gzip
import io
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from builder.core.errors import RecipeError
from builder.run.clean import clean_files
from builder.run.documents import Document, Unread, read_documents, with_readers
from builder.run.recipe import load_plain, with_settings
from tests.run.building import recipe, write, zst

LINES = '{"id": "x", "text": "一"}\nbroken\n\n{"text": "二"}\n'.encode()


def read(*files: Path | str, **settings: Any) -> list[Document | Unread]:  # noqa: ANN401 - fields of sources
    plan = with_settings(
        with_readers(recipe("unused", part_bytes=1_000)), {name.replace("__", "."): value for name, value in settings.items()}
    )
    return list(read_documents(map(str, files), plan))


@pytest.mark.parametrize(("suffix", "pack"), [("", bytes), (".gz", gzip.compress), (".zst", zst)])
def test_lines(tmp_path: Path, suffix: str, pack: Any) -> None:  # noqa: ANN401 - a function
    path = write(tmp_path / f"a.jsonl{suffix}", pack(LINES))
    reason = "not JSON: unexpected character, expected a JSON value: line 1 column 1 (char 0)"
    assert read(path) == [Document("x", "一"), Unread(f"{path}:2: {reason}"), Document(f"{path}:4", "二")]


@pytest.mark.parametrize(("suffix", "pack"), [("", bytes), (".gz", gzip.compress)])
def test_tables(tmp_path: Path, suffix: str, pack: Any) -> None:  # noqa: ANN401 - a function
    cells = write(tmp_path / f"a.csv{suffix}", pack('id,text\n,"一\n行"\nb,"二"'.encode()))
    sink = io.BytesIO()
    pq.write_table(pa.table({"text": ["一", None]}), sink)
    rows = write(tmp_path / f"a.parquet{suffix}", pack(sink.getvalue()))
    assert read(cells, rows) == [
        Document(f"{cells}:2", "一\n行"),
        Document("b", "二"),
        Document(f"{rows}:1", "一"),
        Unread(f"{rows}:2: field 'text' is null, not a string"),
    ]


def test_texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other, packed = (
        write(tmp_path / name, content)
        for name, content in (("a.txt", "一\r\n".encode()), ("b.html", b"<p>"), ("c.md.gz", gzip.compress(b"#")))
    )
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("二\n".encode())))
    assert read(one, "-", other, packed) == [
        Document(str(one), "一"),
        Document("-", "二"),
        Document(str(other), "<p>"),
        Document(str(packed), "#"),
    ]


def test_bad_files_stop_nothing(tmp_path: Path) -> None:
    good = write(tmp_path / "good.txt", "好".encode())
    bad = {
        "missing.txt": (None, "cannot read {}\n  got: No such file or directory\n  next: check the path"),
        "latin.txt": (b"\xff\xfe", "{}: not UTF-8: invalid start byte at byte 0"),
        "no.parquet": (b"PAR", "{}: not a Parquet file: "),
        "no.csv": (b"id,body\n", "source csv: {} has no column 'text'\n  got: id, body"),
        "cut.txt.gz": (gzip.compress(b"x" * 999)[:-9], "{}: the archive is truncated or damaged: it ends too early"),
        "cut.parquet.zst": (zst(b"x" * 999)[:-9], "{}: the archive is truncated or damaged: it ends too early"),
        "empty.jsonl": (b"", None),
    }
    for name, (content, _) in bad.items():
        if content is not None:
            write(tmp_path / name, content)
    found = read(*(tmp_path / name for name in bad), good, tmp_path)
    expected = [message.format(tmp_path / name) for name, (_, message) in bad.items() if message]
    assert found[len(expected)] == Document(str(good), "好")
    assert found[len(expected) + 1] == Unread(f"cannot read {tmp_path}\n  got: Is a directory\n  next: check the path")
    for one, message in zip(found, expected, strict=False):
        assert isinstance(one, Unread)
        assert one.message.startswith(message)


def test_fields_of_the_recipe_and_of_settings(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "key;body\nk;一\n".encode())
    fields = {"delimiter": ";", "text_field": "body", "id_field": "key"}
    plan = load_plain({"name": "a", "steps": [], "sources": [{"csv": {"name": "mine", "path": "x", **fields}}]})
    assert list(read_documents([str(path)], with_readers(plan))) == [Document("k", "一")]
    assert read(path, csv__delimiter=";", csv__text_field="body") == [Document(f"{path}:2", "一")]
    with pytest.raises(RecipeError, match="source csv: unknown field text_fields"):
        read(path, csv__text_fields="body")


def test_documents_that_are_too_long(tmp_path: Path) -> None:
    plan = with_readers(recipe("unused", max_document_chars=3))
    path = write(tmp_path / "a.txt", "四个字啊".encode())
    (found,) = read_documents([str(path)], plan)
    assert found == Unread(f"{path}: document of 4 characters is over max_document_chars (3)")


def test_cleaning_keeps_the_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "a.jsonl", b'{"text": "\xef\xbc\x91"}\nbroken\n{"text": "2"}\n' * 3)
    steps = write(tmp_path / "r.yaml", b"name: a\nsteps: [normalize.width, filter.length: {min_chars: 1}]\n")
    whole = list(clean_files([str(path)], str(steps), [], [], {}))
    texts = [None if isinstance(found, Unread) else found[1].text for found in whole]
    assert texts == ["1", None, "2"] * 3
    monkeypatch.setattr("builder.run.clean.BATCH_TEXTS", 2)
    assert list(clean_files([str(path)], str(steps), [], [], {})) == whole
