"""Files are cut between lines, whatever archive they are in, and nothing of a damaged one is lost in silence."""

from __future__ import annotations

import csv
import gzip
import io
import random
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.core.errors import SourceError
from builder.core.lines import line_cuts
from builder.run.build import Sourced, survey
from builder.run.executors.inline import Inline
from builder.run.progress import Silent
from builder.run.reading import BadLine, read_part, read_row
from builder.run.recipe import Recipe
from builder.run.streams import uncompressed
from tests.run.building import ARCHIVES, built, lines, pieces, quarantine, recipe, texts, write, write_texts, zst
from tests.tokenizer.corpus import documents

each_archive = pytest.mark.parametrize("archive", ARCHIVES)
CONTENT = lines(documents(40))


class Dribble(io.BytesIO):
    """Gives a few bytes at a time."""

    def __init__(self, content: bytes, sizes: list[int]) -> None:
        super().__init__(content)
        self._sizes = sizes or [1]
        self._reads = 0

    def read(self, count: int | None = None, /) -> bytes:
        self._reads += 1
        return super().read(min(count or 1, self._sizes[self._reads % len(self._sizes)]))


# ---- Cuts


@given(
    st.lists(st.sampled_from([b"a", b"\n", b"\r\n", "桥".encode(), b"long line"])).map(b"".join),
    st.integers(1, 20),
    st.lists(st.integers(1, 9), max_size=4),
)
def test_slices_tile_the_file(content: bytes, part_bytes: int, sizes: list[int]) -> None:
    cuts = list(line_cuts(Dribble(content, sizes), part_bytes))
    assert [start for start, *_ in cuts] == [0, *(end for _, end, *_ in cuts)][: len(cuts)]
    assert (cuts[-1][1] if cuts else 0) == len(content)
    line = 1
    for start, end, first_line, count, rows, _ in cuts:
        mine = content[start:end]
        assert first_line == line
        assert count == len(mine.splitlines(keepends=True) if b"\r" not in mine else mine.replace(b"\r", b"").splitlines())
        assert rows == sum(bool(one.strip()) for one in mine.split(b"\n"))
        line += count
    for start, end, *_ in cuts[:-1]:
        assert content[end - 1 : end] == b"\n"
        assert end - start >= part_bytes
        assert b"\n" not in content[start + part_bytes - 1 : end - 1]  # no line more than needed


def surveyed(plan: Recipe, out: Path, limit: int | None = None) -> Sourced:
    return survey(plan, out, Inline(), limit, Silent())


def read(plan: Recipe, sourced: Sourced) -> tuple[list[tuple[int, int, str, str]], list[BadLine]]:
    """(part, row, id, text) of all documents, and what was malformed."""
    found, bad = [], []
    for part in sourced.parts:
        for batch, wrong in read_part(part, plan.sources[part.source], plan.max_document_chars):
            columns = (batch[name].to_pylist() for name in ("_part", "_row", "id", "text"))
            found += list(zip(*columns, strict=True))
            bad += wrong
    return found, bad


@each_archive
@pytest.mark.parametrize("part_bytes", [1_000, 7_000, 8_000_000])
def test_parts_do_not_depend_on_the_archive(tmp_path: Path, archive: str, part_bytes: int) -> None:
    plain = recipe(write(tmp_path / "a.jsonl", CONTENT), part_bytes=part_bytes)
    suffix, packed = ARCHIVES[archive]
    other = recipe(write(tmp_path / f"b.jsonl{suffix}", packed(CONTENT)), part_bytes=part_bytes)
    one, two = surveyed(plain, tmp_path / "one"), surveyed(other, tmp_path / "two")
    assert [[piece[3:7] for piece in part.slices] for part in two.parts] == [
        [piece[3:7] for piece in part.slices] for part in one.parts
    ]
    assert read(other, two) == read(plain, one)
    assert len(read(plain, one)[0]) == 40
    assert len(one.parts) > 1 or part_bytes == 8_000_000
    assert not two.broken


@each_archive
@pytest.mark.parametrize(
    "content", [b"", b"\n", b"a", b"a\nb", "桥\n".encode() * 30_000], ids=["empty", "break", "short", "open", "long"]
)
@pytest.mark.parametrize("count", [1, 1_000, 1 << 22])
def test_streams(tmp_path: Path, archive: str, content: bytes, count: int) -> None:
    suffix, packed = ARCHIVES[archive]
    size = count if len(content) < 10 else max(count, 500)
    with uncompressed(write(tmp_path / f"file{suffix}", packed(content))) as stream:
        blocks = list(iter(lambda: stream.read(size), b""))
    assert b"".join(blocks) == content
    assert all(0 < len(block) <= size for block in blocks)


def test_a_second_survey_finds_the_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = recipe(write(tmp_path / "a.jsonl.gz", gzip.compress(CONTENT)), part_bytes=1_000)
    first = surveyed(plan, tmp_path / "out")
    monkeypatch.setattr("builder.sources.jsonl.line_cuts", None)
    assert surveyed(plan, tmp_path / "out") == first


# ---- What ends too early


def truncated(content: bytes) -> bytes:
    return content[: len(content) * 2 // 3]


def spoilt(content: bytes) -> bytes:
    place = len(content) * 2 // 3
    return content[:place] + b"\xff" * 20 + content[place + 20 :]


def story(number: int) -> dict[str, object]:
    """A document that no archive makes much smaller."""
    chance = random.Random(number)  # noqa: S311 - no secret
    return {"id": f"d{number}", "text": "".join(chance.choices("春夏秋冬山水风月", k=300))}


LARGE = lines(map(story, range(1_000)))
PACKERS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gz": (".gz", gzip.compress),
    "zst": (".zst", zst),
    "gz of members": (
        ".gz",
        lambda content: b"".join(gzip.compress(content[at : at + 90_000]) for at in range(0, len(content), 90_000)),
    ),
    "zst of frames": (".zst", lambda content: b"".join(zst(content[at : at + 90_000]) for at in range(0, len(content), 90_000))),
}


@pytest.mark.parametrize("archive", PACKERS)
@pytest.mark.parametrize(
    "harm", [truncated, spoilt, lambda content: content + b"junk"], ids=["truncated", "spoilt", "with a tail"]
)
def test_good_lines_of_a_damaged_archive_are_kept(tmp_path: Path, archive: str, harm: Callable[[bytes], bytes]) -> None:
    suffix, packed = PACKERS[archive]
    content = harm(packed(LARGE))
    plan = recipe(write(tmp_path / f"a.jsonl{suffix}", content), part_bytes=100_000)
    sourced = surveyed(plan, tmp_path / "out")
    found, bad = read(plan, sourced)
    expected, _ = read(
        recipe(write(tmp_path / "b.jsonl", LARGE), part_bytes=100_000),
        surveyed(recipe(tmp_path / "b.jsonl", part_bytes=100_000), tmp_path / "plain"),
    )
    sure = len(expected) // 2  # beyond them, damage may be unpacked to nonsense before the checksum tells
    assert [one[2:] for one in found[:sure]] == [one[2:] for one in expected[:sure]]
    assert not [one for one in bad if one.line <= sure]
    ((source, file, reason),) = sourced.broken
    assert (source, file) == ("crawl", f"a.jsonl{suffix}")
    assert reason.startswith("the archive is truncated or damaged: ")


def test_a_truncated_archive_leaves_a_row_in_quarantine(tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl.gz", truncated(gzip.compress(LARGE)))
    write_texts(tmp_path / "b.jsonl", [{"id": "other", "text": "另一篇"}])
    done = built(tmp_path / "out", recipe(tmp_path / "*.jsonl*", part_bytes=100_000))
    kept = texts(tmp_path / "out")
    assert "d0" in kept
    assert "other" in kept
    assert len(kept) == done.numbers["documents"]["kept"] < 1_000
    row, *cut = quarantine(tmp_path / "out")
    assert row == {
        "source": "crawl",
        "file": "a.jsonl.gz",
        "reason": "the archive is truncated or damaged: it ends too early",
        "step": "source",
    }
    assert [(one["line"], one["reason"].split(":")[0]) for one in cut] == [(len(kept), "not JSON")]  # the line that was cut off


def test_a_text_file_in_a_damaged_archive_is_malformed(tmp_path: Path) -> None:
    write(tmp_path / "good.txt.gz", gzip.compress("好的一篇".encode()))
    write(tmp_path / "spoilt.txt.gz", truncated(gzip.compress(LARGE)))
    write(tmp_path / "spoilt.txt.zst", truncated(zst(LARGE)))
    plan = recipe(sources=[{"text": {"name": "pages", "path": str(tmp_path)}}])
    found, bad = read(plan, surveyed(plan, tmp_path / "out"))
    assert [one[2:] for one in found] == [("good.txt.gz", "好的一篇")]
    assert [(one.file, one.reason) for one in bad] == [
        (f"spoilt.txt.{kind}", "the archive is truncated or damaged: it ends too early") for kind in ("gz", "zst")
    ]


@pytest.mark.parametrize(
    ("name", "content", "got"),
    [
        ("empty.jsonl", b"", "empty files only"),
        ("empty.jsonl.gz", gzip.compress(b""), "empty files only"),
        ("not.jsonl.zst", b"plain text", "not.jsonl.zst: the archive is truncated or damaged: "),
    ],
)
def test_nothing_to_read_is_an_error(tmp_path: Path, name: str, content: bytes, got: str) -> None:
    with pytest.raises(SourceError, match="there is nothing to read") as error:
        built(tmp_path / "out", recipe(write(tmp_path / name, content), steps=["dedup.exact"]))
    assert error.value.got.startswith(got)


def test_a_file_that_cannot_be_read_is_an_error() -> None:
    """A file of the system that opens, and refuses to be read from its beginning."""
    path = Path("/proc/self/mem")
    if not path.is_file():
        pytest.skip("only Linux has such a file")
    with pytest.raises(SourceError, match="cannot read mem"):
        surveyed(recipe(path), Path("unused"))


def test_a_recipe_without_sources() -> None:
    with pytest.raises(SourceError, match="recipe small has no sources"):
        surveyed(recipe(sources=[]), Path("unused"))


# ---- Other formats


def table(kind: str) -> bytes:
    """Forty documents as a table of that format."""
    if kind == "csv":
        written = io.StringIO()
        csv.writer(written).writerows([["id", "text"], *([f"d{number}", text] for number, text in enumerate(documents(40)))])
        return written.getvalue().encode()
    sink = io.BytesIO()
    columns = {"id": [f"d{number}" for number in range(40)], "text": documents(40)}
    pq.write_table(pa.table(columns), sink, row_group_size=3)
    return sink.getvalue()


@each_archive
@pytest.mark.parametrize("kind", ["csv", "parquet"])
@pytest.mark.parametrize("part_bytes", [1_000, 8_000_000])
def test_tables_in_archives(tmp_path: Path, archive: str, kind: str, part_bytes: int) -> None:
    suffix, packed = ARCHIVES[archive]
    path = write(tmp_path / f"a.{kind}{suffix}", packed(table(kind)))
    plan = recipe(sources=[{kind: {"name": "crawl", "path": str(path)}}], part_bytes=part_bytes)
    sourced = surveyed(plan, tmp_path / "out")
    found, bad = read(plan, sourced)
    assert [one[2:] for one in found] == [(f"d{number}", text) for number, text in enumerate(documents(40))]
    assert (len(sourced.parts) > 5) == (part_bytes == 1_000)
    assert not sourced.broken + bad
    for part, row, *_ in found[::7]:
        batch = read_row(sourced.parts[part], plan.sources[0], row, plan.max_document_chars)
        assert batch is not None
        assert (part, row, batch["id"][0].as_py(), batch["text"][0].as_py()) in found


def test_large_row_groups_are_copied(tmp_path: Path) -> None:
    sink = io.BytesIO()
    pq.write_table(pa.table({"text": documents(40), "n": range(40)}), sink)
    path = write(tmp_path / "a.parquet", sink.getvalue())
    plan = recipe(sources=[{"parquet": {"name": "crawl", "path": str(path), "keep_fields": ["n"]}}], part_bytes=1_000)
    sourced = surveyed(plan, tmp_path / "out")
    assert len(sourced.parts) > 5
    assert all(Path(piece.piece).is_file() for part in sourced.parts for piece in part.slices)
    found, _ = read(plan, sourced)
    assert [one[3] for one in found] == documents(40)
    batch = read_row(sourced.parts[3], plan.sources[0], 0, plan.max_document_chars)
    assert batch is not None
    assert documents(40)[int(batch["n"][0].as_py())] == batch["text"][0].as_py()


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("b.parquet", table("parquet")[:-9], "not a Parquet file: "),
        ("b.parquet.gz", truncated(gzip.compress(table("parquet"))), "the archive is truncated or damaged: "),
        ("b.parquet.zst", zst(b"words"), "not a Parquet file: "),
        ("b.csv", "标题,text\n".encode("gb18030"), "the header is not UTF-8: "),
        ("b.csv.gz", gzip.compress("标题,text\n".encode("gb18030")), "the header is not UTF-8: "),
    ],
)
def test_a_file_that_is_no_table_is_quarantined(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    kind = name.split(".")[1]
    write(tmp_path / "raw" / f"a.{kind}", table(kind))
    write(tmp_path / "raw" / name, content)
    done = built(tmp_path / "out", recipe(sources=[{kind: {"name": "crawl", "path": str(tmp_path / "raw")}}]))
    assert (done.numbers["documents"]["kept"], done.numbers["documents"]["malformed"]) == (40, 1)
    (row,) = quarantine(tmp_path / "out")
    assert (row["file"], row["reason"][: len(reason)]) == (name, reason)


def test_a_table_without_the_text_ends_the_build(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", b"id,body\n1,2\n")
    plan = recipe(sources=[{"csv": {"name": "crawl", "path": str(path)}}])
    with pytest.raises(SourceError, match=r"source crawl: a\.csv has no column 'text'"):
        built(tmp_path / "out", plan)
    built(tmp_path / "out", plan, settings={"crawl.text_field": "body"})
    assert texts(tmp_path / "out") == {"1": "2"}


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_column_that_no_table_has_ends_the_build(tmp_path: Path, kind: str) -> None:
    path = write(tmp_path / f"a.{kind}", table(kind))
    source = {"name": "crawl", "path": str(path), "keep_fields": ["text_"]}
    with pytest.raises(SourceError, match="source crawl: no file has the column text_") as error:
        surveyed(recipe(sources=[{kind: source}]), tmp_path / "out")
    assert (error.value.got, error.value.allowed, error.value.next) == (
        "keep_fields: text_",
        "id, text",
        "did you mean text?",
    )


def test_malformed_rows_have_their_line_in_the_file(tmp_path: Path) -> None:
    rows = "".join(f'{number},"第{number}篇\n{"长" * 90}"\n' for number in range(30))
    path = write(tmp_path / "a.csv", f"id,text\n{rows}broken\n{rows}1,2,3\n".encode())
    plan = recipe(sources=[{"csv": {"name": "crawl", "path": str(path)}}], part_bytes=1_000)
    sourced = surveyed(plan, tmp_path / "out")
    found, bad = read(plan, sourced)
    assert len(sourced.parts) > 5
    assert [(one.line, one.excerpt) for one in bad] == [(62, "broken"), (123, "1,2,3")]
    assert len(found) == 60
    for one in bad:
        (piece,) = sourced.parts[one.part].slices
        assert piece.first_line + one.row == one.line


# ---- Parts


def test_small_files_share_a_part(tmp_path: Path) -> None:
    paths = [write_texts(tmp_path / f"{number}.jsonl", [f"第{number}篇", "又一篇"]) for number in range(5)]
    sourced = surveyed(recipe(*paths), tmp_path / "out")
    (part,) = sourced.parts
    assert [piece.file for piece in part.slices] == [path.name for path in paths]
    assert part.rows == 10
    found, _ = read(recipe(*paths), sourced)
    assert [row for _, row, *_ in found] == list(range(10))


def test_sources_do_not_share_a_part(tmp_path: Path) -> None:
    one, two = (write_texts(tmp_path / name, ["一篇"]) for name in ("a.jsonl", "b.jsonl"))
    sources = [{"jsonl": {"name": name, "path": str(path)}} for name, path in (("one", one), ("two", two))]
    sourced = surveyed(recipe(sources=sources), tmp_path / "out")
    assert [(part.number, part.source, part.rows) for part in sourced.parts] == [(0, 0, 1), (1, 1, 1)]


def test_many_files_are_surveyed_in_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [write_texts(tmp_path / f"{number}.jsonl", documents(3, first=3 * number)) for number in range(6)]
    whole = surveyed(recipe(*paths, part_bytes=2_000), tmp_path / "out")
    monkeypatch.setattr("builder.run.build.SURVEY_BYTES", 1)
    assert surveyed(recipe(*paths, part_bytes=2_000), tmp_path / "out") == whole


@pytest.mark.parametrize("limit", [1, 3, 5, 9, 40, 99])
def test_limit_reads_the_first_documents(tmp_path: Path, limit: int) -> None:
    plan = recipe(write(tmp_path / "a.jsonl", CONTENT), write_texts(tmp_path / "b.jsonl", ["另一篇"]), part_bytes=3_000)
    sourced = surveyed(plan, tmp_path / "out", limit)
    found, _ = read(plan, sourced)
    assert [one[2] for one in found] == [f"d{number}" for number in range(40)][:limit] + ["d0"] * (limit > 40)
    assert sum(part.rows for part in sourced.parts) == len(found)


def test_malformed_lines_have_their_number_in_the_file(tmp_path: Path) -> None:
    good = [line + b"\n" for line in CONTENT.splitlines()]
    content = b"".join([*good[:7], b"\n", b"broken\n", *good[7:12], b"[]\n", *good[12:], b'{"text": 1}'])
    plan = recipe(write(tmp_path / "a.jsonl.gz", gzip.compress(content)), part_bytes=1_500)
    sourced = surveyed(plan, tmp_path / "out")
    found, bad = read(plan, sourced)
    assert len(sourced.parts) > 3
    assert [(one.line, one.excerpt) for one in bad] == [(9, "broken"), (15, "[]"), (44, '{"text": 1}')]
    assert len(found) == 40
    for one in bad:
        (piece,) = sourced.parts[one.part].slices
        assert piece.first_line + one.row == one.line


def test_long_documents_are_quarantined(tmp_path: Path) -> None:
    plan = recipe(write_texts(tmp_path / "a.jsonl", ["长" * 100, "长" * 101, "😀" * 100, "长" * 700]), max_document_chars=100)
    found, bad = read(plan, surveyed(plan, tmp_path / "out"))
    assert [len(one[3]) for one in found] == [100, 100]
    assert [(one.row, one.reason) for one in bad] == [
        (1, "document of 101 characters is over max_document_chars (100)"),
        (3, "line of 2,122 bytes is over the limit of 600"),
    ]


def test_pieces_of_the_tests_are_several() -> None:
    assert len(pieces(CONTENT)) > 10
