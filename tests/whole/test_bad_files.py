"""Files that are empty, broken, hostile, in the way, or that change: the good ones beside them are kept, the reason is exact."""

from __future__ import annotations

import gzip
import os
import re
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from builder.core.errors import SourceError
from builder.core.source import Source
from builder.run.explain import explain
from builder.run.survey import survey_files
from tests.run.building import ARCHIVES, built, lines, recipe, texts, write, write_texts, zst
from tests.tokenizer.corpus import document, documents
from tests.whole.accounts import CRAWL, GOOD, outcome, reasons, refused

pytestmark = pytest.mark.usefixtures("no_file_stays_open")

NOWHERE = "relative paths start at the folder of the recipe; check the path, or give --input"
JSONL = "files, folders or globs with *.jsonl, *.ndjson, *.json, plain or .gz or .zst"


# ---- files


def test_empty_files_hold_nothing(tmp_path: Path, good: Path) -> None:
    for name, (suffix, pack) in ARCHIVES.items():
        write(tmp_path / "raw" / f"no byte, {name}.jsonl{suffix}", b"")
        write(tmp_path / "raw" / f"packed, {name}.jsonl{suffix}", pack(b""))
        write(tmp_path / "raw" / f"blank, {name}.jsonl{suffix}", pack(b"\n \r\n"))
    assert outcome(tmp_path / "out", recipe(good, tmp_path / "raw")) == GOOD
    assert reasons(tmp_path / "out") == []
    error = refused(tmp_path / "none", recipe(tmp_path / "raw"))
    assert (error.what, error.got) == ("recipe small: there is nothing to read", "empty files only")


@pytest.mark.parametrize("pack", [gzip.compress, zst], ids=["gz", "zst"])
@pytest.mark.parametrize("cut", [1, 8, 200, 3_000])
def test_a_truncated_archive_gives_what_stands_before(
    tmp_path: Path, good: Path, pack: Callable[[bytes], bytes], cut: int
) -> None:
    source = write(tmp_path / f"cut.jsonl.{'gz' if pack is gzip.compress else 'zst'}", pack(CRAWL)[:-cut])
    kept = outcome(tmp_path / "out", recipe(good, source))
    broken, *rest = reasons(tmp_path / "out")
    assert broken == (source.name, None, "the archive is truncated or damaged: it ends too early")
    whole = len(kept) - len(GOOD)
    assert set(kept) == {*GOOD, *(f"d{number}" for number in range(whole))}
    assert whole > 100 if cut < 1_000 else whole > 0
    assert [row[:2] for row in rest] in ([], [(source.name, whole + 1)])  # the line that was cut off
    assert all(reason.startswith("not JSON: ") for *_, reason in rest)


ARCHIVE = "the archive is truncated or damaged: "
NO_ARCHIVES = {
    "words.jsonl.gz": (b"plain words\n" * 99, f"{ARCHIVE}Error -3 while decompressing data: incorrect header check"),
    "words.jsonl.zst": (b"plain words\n" * 99, f"{ARCHIVE}zstd decompressor error: Unknown frame descriptor"),
    "zst.jsonl.gz": (zst(CRAWL), f"{ARCHIVE}Error -3 while decompressing data: incorrect header check"),
    "gz.jsonl.zst": (gzip.compress(CRAWL), f"{ARCHIVE}zstd decompressor error: Unknown frame descriptor"),
}


@pytest.mark.parametrize("name", NO_ARCHIVES)
def test_what_is_no_archive(tmp_path: Path, good: Path, name: str) -> None:
    content, reason = NO_ARCHIVES[name]
    assert outcome(tmp_path / "out", recipe(good, write(tmp_path / name, content))) == GOOD
    assert reasons(tmp_path / "out") == [(name, None, reason)]
    error = refused(tmp_path / "alone", recipe(tmp_path / name))
    assert (error.what, error.got) == ("recipe small: there is nothing to read", f"{name}: {reason}")


def test_an_archive_that_is_made_to_fill_disks(tmp_path: Path, good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A limit of 1 GB would take a test too long; with 20 MB the way is the same."""
    monkeypatch.setattr("builder.run.streams.FREE_BYTES", 20_000_000)
    content = lines([{"id": "before", "text": document(3)}]) + b"x" * 100_000_000
    source = write(tmp_path / "bomb.jsonl.zst", zst(content))
    assert source.stat().st_size < 20_000
    tracemalloc.start()
    kept = outcome(tmp_path / "out", recipe(good, source, max_document_chars=100_000), keep_stages=True)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert set(kept) == {*GOOD, "before"}
    broken, line = reasons(tmp_path / "out")
    assert broken[2] == f"{ARCHIVE}it unpacks to more than 20,000,000 bytes and 250 times its size"
    assert re.fullmatch(r"line of [\d,]+ bytes is over the limit of 600,000", line[2])
    assert sum(path.stat().st_size for path in (tmp_path / "out").rglob("*") if path.is_file()) < 32_000_000
    assert peak < 100_000_000


@pytest.mark.parametrize("pack", [gzip.compress, zst], ids=["gz", "zst"])
def test_text_that_packs_well_is_no_attack(tmp_path: Path, good: Path, monkeypatch: pytest.MonkeyPatch, pack: Any) -> None:  # noqa: ANN401 - a function
    monkeypatch.setattr("builder.run.streams.FREE_BYTES", 100_000)
    text = "".join(documents(30))
    source = write(tmp_path / f"same.jsonl.{'gz' if pack is gzip.compress else 'zst'}", pack(lines([text] * 60)))
    assert len(outcome(tmp_path / "out", recipe(good, source))) == 62
    assert reasons(tmp_path / "out") == []


# ---- places that are no files


def loop(path: Path) -> Path:
    path.with_name("circle.jsonl").symlink_to(path)
    path.symlink_to(path.with_name("circle.jsonl"))
    return path


def pipe(path: Path) -> Path:
    os.mkfifo(path)
    return path


def dangling(path: Path) -> Path:
    path.symlink_to(path.with_name("gone.jsonl"))
    return path


def folder(path: Path) -> Path:
    path.mkdir()
    return path


PLACES: dict[str, tuple[Callable[[Path], Path], str, str]] = {  # what is made, what, got
    "missing": (lambda path: path, "no files", "PATH (no such file or folder)"),
    "an empty folder": (folder, "no files", "PATH (a folder without such files)"),
    "a pipe": (pipe, "PATH is no file", "a pipe"),
    "links in a circle": (loop, "PATH is no file", "too many levels of symbolic links"),
    "a link to nothing": (dangling, "PATH is no file", "a link to nothing"),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_place_that_is_no_file_is_an_error(tmp_path: Path, good: Path, place: str) -> None:
    """Also beside one that is: its documents are expected, and would be missed in silence."""
    make, what, got = PLACES[place]
    path = make(tmp_path / "bad.jsonl")
    for plan in (recipe(path), recipe(good, path)):
        error = refused(tmp_path / "out", plan)
        assert isinstance(error, SourceError)
        assert error.what == f"source crawl: {what.replace('PATH', str(path))}"
        assert error.got == got.replace("PATH", str(path))
        assert (error.allowed, error.next) in (
            (JSONL, NOWHERE),
            ("files, since each is read twice", "leave it out, or put a file in its place"),
        )
    for other in tmp_path.glob("*.jsonl"):
        if other != good:
            other.rmdir() if other.is_dir() else other.unlink()
    assert outcome(tmp_path / "out", recipe(good)) == GOOD  # the same folder serves when the recipe is mended


@pytest.mark.parametrize("place", ["a pipe", "links in a circle", "a link to nothing"])
def test_a_folder_with_a_place_that_is_no_file(tmp_path: Path, place: str) -> None:
    write_texts(tmp_path / "raw" / "good.jsonl", GOOD.values())
    path = PLACES[place][0](tmp_path / "raw" / "bad.jsonl")
    for given in (tmp_path / "raw", f"{tmp_path}/raw/*.jsonl"):
        error = refused(tmp_path / "out", recipe(given))
        assert (error.what, error.got) == (f"source crawl: {path} is no file", PLACES[place][2])
    path.rename(path.with_suffix(".note"))  # what has another suffix is nobody's
    path.with_name("circle.jsonl").unlink(missing_ok=True)
    assert len(texts(built(tmp_path / "out", recipe(tmp_path / "raw")).out)) == 2


@pytest.mark.parametrize(
    ("make", "got"),
    [
        (lambda path: path, "no such file or folder"),
        (folder, "a folder without such files"),
        (lambda path: write(path / "a.doc", b"").parent, "a.doc"),
    ],
)
def test_an_input_of_no_known_format(tmp_path: Path, make: Callable[[Path], Path], got: str) -> None:
    path = make(tmp_path / "bad")
    error = refused(tmp_path / "out", recipe(), inputs=[path])
    assert (error.what, error.got) == (f"input {path}: no file of a known format", got)
    assert ".jsonl" in error.allowed
    assert not (tmp_path / "out").exists()


def test_a_folder_named_like_a_file_is_a_folder(tmp_path: Path, good: Path) -> None:
    write_texts(tmp_path / "pages.jsonl" / "a.jsonl", [{"id": "inside", "text": document(3)}])
    assert set(outcome(tmp_path / "out", recipe(good, tmp_path / "pages.jsonl"))) == {*GOOD, "inside"}


def test_folders_behind_links_are_read_once(tmp_path: Path, good: Path) -> None:
    write_texts(tmp_path / "elsewhere" / "a.jsonl", [{"id": "linked", "text": document(3)}])
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "up").symlink_to(raw)
    (raw / "one").symlink_to(tmp_path / "elsewhere")
    (raw / "two").symlink_to(tmp_path / "elsewhere")
    (raw / "deep").mkdir()
    (raw / "deep" / "top").symlink_to(tmp_path)
    assert outcome(tmp_path / "out", recipe(good, raw)) == {**GOOD, "linked": document(3)}


ODD = {
    "茶馆.txt": "茶馆.txt".encode("gb18030"),
    "茶楼.txt": "茶楼.txt".encode(),
    "a\\xff.txt": b"a\xff.txt",
    "a\nb.txt": b"a\nb.txt",
    "<script>.txt": b"<script>.txt",
    "'\"$(x) `y`.txt": b"'\"$(x) `y`.txt",
}


@pytest.mark.skipif(sys.platform == "darwin", reason="its disks take only names in UTF-8")
@pytest.mark.parametrize("executor", ["inline", "local"])
def test_odd_names_of_files(tmp_path: Path, good: Path, executor: str) -> None:
    """Names in other encodings are common in what was packed on Chinese Windows."""
    for number, raw in enumerate(ODD.values(), 3):
        write(tmp_path / "raw" / os.fsdecode(raw), document(number).encode())
    broken = write(tmp_path / "raw" / os.fsdecode(b"\xff.jsonl.gz"), b"no archive")
    kept = outcome(tmp_path / "out", recipe(), inputs=[good, broken.parent], executor=executor, workers=1)
    assert kept == {**GOOD, **{name: document(number) for number, name in enumerate(ODD, 3)}}
    assert [file for file, *_ in reasons(tmp_path / "out")] == ["\\xff.jsonl.gz"]
    assert all(explained.matches for name in ODD for explained in explain(tmp_path / "out", name))


# ---- files that change


def test_a_file_that_goes_before_the_survey(tmp_path: Path, good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = write_texts(tmp_path / "bad.jsonl", [document(3)])
    found = Source.files

    def going(source: Source, base: Path) -> Any:  # noqa: ANN401 - as Source.files
        files = found(source, base)
        bad.unlink(missing_ok=True)
        return files

    monkeypatch.setattr(Source, "files", going)
    error = refused(tmp_path / "out", recipe(good, bad))
    assert (error.what, error.got) == (f"cannot read {bad}", "No such file or directory")
    assert error.next == "restore the file, or leave it out"


def rewritten(path: Path) -> None:
    """Other text of the same length, a moment later."""
    path.write_bytes(path.read_bytes()[::-1].replace(b"\n", b" "))
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 1_000))


def grown(path: Path) -> None:
    with path.open("ab") as file:
        file.write(lines([document(9)]))


def shortened(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


CHANGED = "{path} has changed while the build was reading it"
CHANGES: dict[str, tuple[Callable[[Path], None], str]] = {
    "rewritten": (rewritten, CHANGED),
    "grown": (grown, CHANGED),
    "shortened": (shortened, "source crawl: bad.jsonl has become shorter since it was surveyed"),
    "gone": (Path.unlink, "source crawl: cannot read bad.jsonl"),
}


@pytest.mark.parametrize("when", ["during the survey", "after the survey"])
@pytest.mark.parametrize("change", CHANGES)
def test_a_file_that_changes(tmp_path: Path, good: Path, monkeypatch: pytest.MonkeyPatch, change: str, when: str) -> None:
    """No part is kept that would stand for a digest that is no longer the file's."""
    bad = write_texts(tmp_path / "bad.jsonl", [document(3), document(4)])
    before = bad.read_bytes()
    meddle, what = CHANGES[change]
    left = [1]

    def meddling(payload: Any) -> Any:  # noqa: ANN401 - JSON
        result = survey_files(payload)
        if left.pop() if left else False:
            meddle(bad)
        return result

    def late(*arguments: Any) -> Any:  # noqa: ANN401 - as new_job
        from builder.run.job import new_job  # noqa: PLC0415 - the one that is replaced elsewhere

        if left:
            left.pop()
            meddle(bad)
        return new_job(*arguments)

    if when == "during the survey":
        monkeypatch.setattr("builder.run.survey.survey_files", meddling)
        what = CHANGED if change != "gone" else "cannot read {path}"
    else:
        monkeypatch.setattr("builder.run.build.new_job", late)
    error = refused(tmp_path / "out", recipe(good, bad))
    assert isinstance(error, SourceError)
    assert error.what == what.format(path=bad)
    assert error.next
    bad.write_bytes(before)
    assert len(outcome(tmp_path / "out", recipe(good, bad))) == 4
    assert reasons(tmp_path / "out") == []


def test_a_change_behind_the_copy_of_an_archive_is_no_harm(tmp_path: Path, good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its lines were copied by the survey."""
    bad = write(tmp_path / "bad.jsonl.gz", gzip.compress(CRAWL))

    def late(*arguments: Any) -> Any:  # noqa: ANN401 - as new_job
        from builder.run.job import new_job  # noqa: PLC0415 - the one that is replaced elsewhere

        bad.unlink(missing_ok=True)
        return new_job(*arguments)

    monkeypatch.setattr("builder.run.build.new_job", late)
    assert len(outcome(tmp_path / "out", recipe(good, bad))) == 202
