"""Bad input costs what is bad and nothing else: every document is published, removed or quarantined, and the reason is exact."""

from __future__ import annotations

import gzip
import re
import resource
import tracemalloc
from pathlib import Path

import datasets
import orjson
import pytest
import yaml

from builder.core.errors import RecipeError
from builder.run.explain import explain
from builder.show.explained import explained_lines
from tests.run.building import built, lines, quarantine, recipe, texts, write, write_texts, zst
from tests.tokenizer.corpus import document, documents
from tests.whole.accounts import CRAWL, GOOD, outcome, reasons

pytestmark = pytest.mark.usefixtures("no_file_stays_open")

# ---- lines that are no documents


def not_json(line: bytes, word: str) -> str:
    """The parser's own reason, of which `word` is a part."""
    with pytest.raises(orjson.JSONDecodeError, match=word) as error:
        orjson.loads(line)
    return f"not JSON: {error.value}"


DEEP = 100_000
LINES: list[tuple[str, bytes, str, str]] = [  # label, line, reason, a word of the parser's
    ("no text", b'{"id": "x", "Text": "a"}', "no field 'text'", ""),
    ("text is a number", b'{"text": 7}', "field 'text' is int, not a string", ""),
    ("text is a list", '{"text": ["江水"]}'.encode(), "field 'text' is list, not a string", ""),
    ("text is null", b'{"text": null}', "field 'text' is null, not a string", ""),
    ("no object", '"江水"'.encode(), "not a JSON object but str", ""),
    ("no JSON", "江水很平。".encode(), "", "unexpected character"),
    ("cut off", '{"text": "江水'.encode(), "", "unexpected end"),
    ("invalid UTF-8", b'{"text": "\xe6\xb1\xff"}', "", "UTF-8"),
    ("GB18030", '{"text": "江水"}'.encode("gb18030"), "", "UTF-8"),
    ("UTF-16", '{"text": "江水"}'.encode("utf-16-le"), "", "unexpected"),
    ("NUL between", b'{"text": "a\0b"}', "", "control character"),
    ("NUL alone", b"\0\0\0\0", "", "unexpected character"),
    ("lone surrogate", b'{"text": "\\ud800"}', "", "surrogate"),
    ("lone surrogate in the id", b'{"id": "\\udc00", "text": "a"}', "", "surrogate"),
    ("endless number", b'{"text": "a", "id": 1e999}', "", "infinity"),
    ("deep list", b'{"text": ' + b"[" * DEEP + b"]" * DEEP + b"}", "", "depth limit"),
    ("deep object", b'{"more": ' + b'{"a":' * DEEP + b"1" + b"}" * DEEP + b', "text": "a"}', "", "depth limit"),
    ("deep and not closed", b'{"text": "a", "more": ' + b"[" * DEEP, "", "depth limit"),
]


@pytest.mark.parametrize(("line", "reason", "word"), [case[1:] for case in LINES], ids=[case[0] for case in LINES])
def test_a_bad_line_is_quarantined(tmp_path: Path, good: Path, line: bytes, reason: str, word: str) -> None:
    source = write(tmp_path / "bad.jsonl", lines([{"id": "above", "text": document(3)}]) + line + b"\n" + CRAWL)
    kept = outcome(tmp_path / "out", recipe(good, source))
    assert set(kept) == {*GOOD, "above", *(f"d{number}" for number in range(200))}
    assert reasons(tmp_path / "out") == [("bad.jsonl", 2, reason or not_json(line, word))]
    (row,) = quarantine(tmp_path / "out")
    assert (row["step"], row["source"], len(row["excerpt"]) <= 200) == ("source", "crawl", True)
    with pytest.raises(RecipeError, match=f"{row['doc_id']} was quarantined") as error:
        explain(tmp_path / "out", row["doc_id"])
    assert error.value.got == f"source: {row['reason']}"


def test_what_looks_bad_and_is_good(tmp_path: Path, good: Path) -> None:
    odd = {
        "nul": "江\0水",
        "pair": "灯\N{BRIDGE AT NIGHT}火",
        "private": "\ue000",
        "empty": "",
        "replaced": "江\ufffd",
        "odd": "\uffff",
    }
    source = write_texts(tmp_path / "odd.jsonl", [{"id": name, "text": text} for name, text in odd.items()])
    assert outcome(tmp_path / "out", recipe(good, source)) == {**GOOD, **odd}
    assert reasons(tmp_path / "out") == []


# ---- length


def story(chars: int) -> str:
    return ("江面很平，船夫收起了桨。" * (chars // 12 + 1))[:chars]


def test_long_documents(tmp_path: Path, good: Path) -> None:
    """One is as long as allowed, one longer in characters, one in bytes before its characters are counted."""
    records = [{"id": f"{chars}", "text": story(chars)} for chars in (50_000, 50_001, 120_000)]
    source = write_texts(tmp_path / "long.jsonl", [*records, {"id": "after", "text": document(3)}])
    kept = outcome(tmp_path / "out", recipe(good, source, max_document_chars=50_000))
    assert set(kept) == {*GOOD, "50000", "after"}
    size = len(lines(records[2:])[:-1]) + 1
    assert reasons(tmp_path / "out") == [
        ("long.jsonl", 2, "document of 50,001 characters is over max_document_chars (50,000)"),
        ("long.jsonl", 3, f"line of {size:,} bytes is over the limit of 300,000"),
    ]


@pytest.mark.slow
def test_five_million_characters(tmp_path: Path, good: Path) -> None:
    source = write_texts(
        tmp_path / "long.jsonl", [{"id": "long", "text": story(5_000_000)}, {"id": "after", "text": document(3)}]
    )
    plan = recipe(good, source, steps=["normalize.width", "normalize.spaces", "normalize.spaced", "dedup.exact", "dedup.near"])
    kept = outcome(tmp_path / "out", plan)
    assert set(kept) == {*GOOD, "long", "after"}
    assert kept["long"] == story(5_000_000)


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["", ".gz", ".zst"])
def test_a_line_of_200_megabytes(tmp_path: Path, good: Path, suffix: str) -> None:
    content = b'{"text":"' + b"x" * 200_000_000 + b'"}\n' + lines([{"id": "after", "text": document(3)}])
    packed = {"": content, ".gz": gzip.compress(content, 1), ".zst": zst(content)}[suffix]
    source = write(tmp_path / f"long.jsonl{suffix}", packed)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert set(outcome(tmp_path / "out", recipe(good, source))) == {*GOOD, "after"}
    assert reasons(tmp_path / "out") == [(source.name, 1, "line of 200,000,012 bytes is over the limit of 60,000,000")]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 1_500_000  # kB


def test_the_memory_for_a_long_line_is_bounded(tmp_path: Path) -> None:
    """The smaller sibling: 20 MB that are no document, with a limit of 600 kB."""
    content = b'{"text":"' + b"x" * 20_000_000 + b'"}\n' + lines(GOOD.values())
    plan = recipe(write(tmp_path / "long.jsonl", content), max_document_chars=100_000)
    tracemalloc.start()
    assert len(texts(built(tmp_path / "out", plan).out)) == 2
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 15_000_000
    assert reasons(tmp_path / "out") == [("long.jsonl", 1, "line of 20,000,012 bytes is over the limit of 600,000")]


# ---- ids and names


HOSTILE = (
    "../../x",
    "/etc/passwd",
    "x" * 100_000,
    "a\nb",
    "<script>alert(1)</script>",
    "a\0b",
    "| a |",
    "`a`",
    " ",
    "--help",
    "${name}",
    "crawl:0:0",
    "a:b:c",
    "\u202egnp.exe",
    "\x1b[31mred",
    "con",
    "..",
    "'; drop table x",
    "{{x}}",
    "%s%n",
)


def test_hostile_ids_are_only_ids(tmp_path: Path, good: Path) -> None:
    fields = [{"id": name, "url": name, "date": name, "text": document(number)} for number, name in enumerate(HOSTILE, 10)]
    source = write_texts(tmp_path / "bad" / "hostile.jsonl", fields)
    out = tmp_path / "outs" / "out"
    assert set(outcome(out, recipe(good, source))) == {*GOOD, *HOSTILE}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad", "good.jsonl", "outs"]
    assert [path.name for path in (tmp_path / "outs").iterdir()] == ["out"]
    known = re.compile(r"[a-z0-9-]+(\.(parquet|jsonl|json|yaml))?|README\.md|\.lock")
    assert [path.name for path in out.rglob("*") if not known.fullmatch(path.name)] == []
    for row, name in enumerate(HOSTILE, 2):
        found = explain(out, name)
        assert f"crawl:0:{row}" in [one.doc_id for one in found]
        assert all(line.isprintable() for one in found for line in explained_lines(one))
        assert all(len(line) < 1_000 for one in found for line in explained_lines(one))
    assert not any(name in (out / "README.md").read_text("utf-8") for name in ("../../x", "alert(1)", "\x1b"))


def test_an_empty_id_is_none(tmp_path: Path, good: Path) -> None:
    source = write_texts(tmp_path / "empty.jsonl", [{"id": "", "text": document(3)}, {"id": None, "text": document(4)}])
    assert set(outcome(tmp_path / "out", recipe(good, source))) == {*GOOD, "crawl:0:0", "crawl:0:1"}


def test_ids_that_repeat_are_kept_and_counted(tmp_path: Path, good: Path) -> None:
    source = write_texts(tmp_path / "same.jsonl", [{"id": "same", "text": text} for text in documents(5, first=10)])
    done = built(tmp_path / "out", recipe(good, source))
    assert (done.numbers["documents"]["repeated_ids"], done.numbers["documents"]["kept"]) == (4, 7)
    assert len(explain(tmp_path / "out", "same")) == 5
    assert "4 have the id of a document before them" in (tmp_path / "out" / "README.md").read_text("utf-8")


NAMES = ["<script>alert(1)</script>", "../x & <img src=x onerror=alert(1)>", "[a](javascript:b) | `c` *d* $x ${name} e\\f"]
SHOWN = re.compile(r"\\([\\`*\[\]|$])")  # how Markdown reads an escape


@pytest.mark.parametrize("name", NAMES)
def test_the_card_shows_names_as_they_are(tmp_path: Path, good: Path, name: str) -> None:
    source = {"name": name, "path": str(good), "license": name}
    plan = recipe(good, name=name, sources=[{"jsonl": source}])
    outcome(tmp_path / "out", plan)
    page = (tmp_path / "out" / "README.md").read_text("utf-8")
    assert not re.search(r"<(script|img)", page)
    _, header, body = page.split("---\n", 2)
    assert yaml.safe_load(header)["pretty_name"].replace("&lt;", "<") == name
    assert yaml.safe_load(header)["license"].replace("&lt;", "<") == name
    (title,) = re.findall(r"^# (.*)$", body, re.MULTILINE)[:1]
    _, _, row = body.split("## Sources\n\n")[1].split("\n\n")[0].splitlines()
    cells = re.split(r"(?<!\\) \| ", row.strip("| "))
    for shown in (title, cells[0], cells[1]):
        assert not re.search(r"(?<!\\)(?:\\\\)*[`*\[\]|$]", shown)
        assert SHOWN.sub(r"\1", shown).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == name
    kept = datasets.load_dataset(str(tmp_path / "out"), split="train", streaming=True)
    assert {row["source"] for row in kept} == {name}
