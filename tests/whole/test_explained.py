"""Every document of a build can be asked why it is as it is."""

from __future__ import annotations

from pathlib import Path
from typing import Self

import pytest

from builder.core.errors import OutputError, RecipeError
from builder.run.explain import Explained, explain
from builder.show.explained import explained_lines
from tests.run.building import built, parts, recipe, removed, table, texts, write_texts
from tests.tokenizer.corpus import document


class Hidden:
    """Folders that are not there for a while."""

    def __init__(self, *paths: Path) -> None:
        self._paths = paths

    def __enter__(self) -> Self:
        for path in self._paths:
            path.rename(path.with_name(f"{path.name}.hidden"))
        return self

    def __exit__(self, *_: object) -> None:
        for path in self._paths:
            path.with_name(f"{path.name}.hidden").rename(path)


def one(explained: list[Explained]) -> Explained:
    (only,) = explained
    return only


def test_every_document_is_explained_without_what_was_published(golden: Path) -> None:
    kept, dropped = texts(golden), removed(golden)
    with Hidden(golden / "data", golden / "removed"):
        for name in kept:
            explained = one(explain(golden, name))
            assert explained.matches, name
            assert explained.text == kept[name]
            assert explained.note == ""
        for name, (code, peer) in dropped.items():
            explained = one(explain(golden, name))
            assert explained.matches, name
            assert explained.text is None
            assert explained.changes[-1].entries[0].code == code
            assert (explained.peer and explained.peer[1]) == peer
            if explained.peer:
                assert one(explain(golden, explained.peer[0])).id == peer
    assert len(kept) + len(dropped) == 113


def test_the_replay_is_what_the_ledger_says(golden: Path) -> None:
    entries = table(golden, "ledger").to_pylist()
    for doc_id in {row["doc_id"] for row in table(golden, "index").to_pylist()}:
        _, part, row = doc_id.split(":")
        mine = [list(entry.values()) for entry in entries if (entry["part"], entry["row"]) == (int(part), int(row))]
        explained = one(explain(golden, doc_id))
        assert [list(entry) for change in explained.changes for entry in change.entries] == mine


def test_where_the_source_is_gone_the_ledger_speaks(golden: Path) -> None:
    kept = texts(golden)
    sources = [Path(piece[1]) for part in parts(golden) for piece in part[2]]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("builder.run.reading.file_digest", lambda _: "another")
        repaired = one(explain(golden, "spring"))
    assert all(path.is_file() for path in sources)
    assert repaired.note == "not replayed: source crawl: crawl.jsonl is not the file that was built from"
    assert not repaired.matches
    assert repaired.text == kept["spring"]
    assert repaired.source_text is None
    whole = one(explain(golden, "spring"))
    assert [entry for change in repaired.changes for entry in change.entries] == [
        entry for change in whole.changes for entry in change.entries
    ]
    lines = list(explained_lines(repaired))
    assert lines[1] == f"note: {repaired.note}"
    assert not [line for line in lines if line.startswith(("---", "+++"))]


def test_where_the_source_was_removed(tmp_path: Path) -> None:
    source = write_texts(tmp_path / "a.jsonl", [{"id": "kept", "text": document(1)}, {"id": "short", "text": "短"}])
    built(tmp_path / "out", recipe(source, steps=["filter.length"]))
    source.unlink()
    kept, short = (one(explain(tmp_path / "out", name)) for name in ("kept", "short"))
    assert kept.note == short.note == "not replayed: source crawl: a.jsonl is not the file that was built from"
    assert kept.text == document(1)
    assert short.text is None
    assert [entry.code for change in short.changes for entry in change.entries] == ["too_short"]
    assert list(explained_lines(short))[-1] == "dropped"


def test_documents_of_one_id_are_all_explained(tmp_path: Path) -> None:
    records = [{"id": "same", "text": document(number)} for number in range(3)]
    built(tmp_path / "out", recipe(write_texts(tmp_path / "a.jsonl", records), part_bytes=1_000))
    assert sorted(found.text or "" for found in explain(tmp_path / "out", "same")) == sorted(
        document(number) for number in range(3)
    )


def test_documents_of_archives_are_explained(tmp_path: Path) -> None:
    from tests.run.building import ARCHIVES, lines, write  # noqa: PLC0415 - of this test alone

    for archive, (suffix, packed) in ARCHIVES.items():
        folder = tmp_path / archive.replace(" ", "-")
        content = lines({"id": f"d{number}", "text": f"１{document(number)}"} for number in range(8))
        built(
            folder / "out",
            recipe(write(folder / f"a.jsonl{suffix}", packed(content)), steps=["normalize.width"], part_bytes=2_000),
        )
        assert all(one(explain(folder / "out", f"d{number}")).matches for number in range(8)), archive


def test_an_unknown_id(golden: Path) -> None:
    with pytest.raises(RecipeError, match="no document 'nobody'") as error:
        explain(golden, "nobody")
    assert error.value.exit_code == 2
    with pytest.raises(OutputError, match="is no finished build"):
        explain(golden.parent, "spring")
