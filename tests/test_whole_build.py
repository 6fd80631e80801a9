"""A build as a user sees it: its result, the same bytes however it ran, and that it can be asked why."""

from __future__ import annotations

import ast
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self

import psutil  # type: ignore[import-untyped]  # ships no types
import pytest
import yaml

from builder.core.errors import BuilderError, OutputError, QuarantineError, RecipeError
from builder.core.store import TEMPORARY
from builder.run.catalog import find_step
from builder.run.explain import Explained, explain
from builder.run.job import STAGES
from builder.run.output import LOCK, held
from builder.run.recipe import Recipe, load_recipe
from builder.show.explained import explained_lines
from builder.whole import build
from tests.core import toy
from tests.golden.contents import GOLDEN, contents, demo
from tests.run.building import built, parts, quarantine, recipe, removed, table, texts, write_texts
from tests.run.building import contents as files
from tests.tokenizer.corpus import document

TOP = Path(__file__).parents[1]
DEMO = TOP / "builder" / "recipes" / "demo"
SAME_BYTES = ("data", "removed", "tokenizer", "ledger", "README.md")
PUBLISHED = (*SAME_BYTES, "index", "samples", "quarantine", "recipe.yaml", "parts.jsonl")
DOCUMENTS, FRESH = 400, 300  # of the corpus; the rest are copies
SECONDS = 60  # after which a process of a test hangs


# ---- Golden


@pytest.fixture(scope="module")
def golden(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo, built inline from a copy of its recipe and documents."""
    folder = tmp_path_factory.mktemp("golden")
    shutil.copytree(DEMO, folder / "demo")
    shutil.copy(DEMO.with_suffix(".yaml"), folder)
    return demo(folder / "out", executor="inline")


def test_the_demo_is_as_ever(golden: Path) -> None:
    expected = json.loads(GOLDEN.read_text("utf-8"))
    libraries = expected.pop("versions")
    found = contents(golden)
    found.pop("versions")
    assert found == expected, (
        f"The demo gives something else than tests/golden/demo.json, which was written with {libraries}"
        f" (here: { {name: version(name) for name in libraries} }). If that is meant: python -m tests.golden.contents"
    )


def test_the_demo_shows_every_outcome(golden: Path) -> None:
    """Somebody's first look: documents kept, repaired, dropped for four reasons, and one that could not be read."""
    assert {code for code, _ in removed(golden).values()} == {"exact_duplicate", "near_duplicate", "too_short", "low_han_ratio"}
    assert len(quarantine(golden)) == 1
    ledger = table(golden, "ledger").to_pylist()
    steps = {step.name() for step in load_recipe("demo").steps}
    assert {entry["step"] for entry in ledger} >= steps - {"normalize.unicode_form"}
    assert sum(bool(row["repairs"]) for row in table(golden, "data").to_pylist()) >= 3
    assert all((golden / "tokenizer" / name).is_file() for name in ("tokenizer.model", "tokenizer.json", "tokenizer_config.json"))


# ---- The same bytes


def dirty(number: int) -> str:
    """Documents of all sorts: clean, spaced, wide, near to another, equal to another, short, not Chinese."""
    text = document(number % FRESH)[:320]
    match number % 9:
        case 0:
            return " ".join(text)
        case 1:
            return f"２０２４年　{text}\r\n\r\n\r\n"
        case 2:
            return f"{document((number - 1) % FRESH)[:320]}又及"
        case 3 if number % 4 == 0:
            return "How to keep a sourdough starter alive, in a jar. " * 3
        case 4 if number % 5 == 0:
            return text[:9]
    return text


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recipe over some hundred documents in four files; parts of 20 kB."""
    folder = tmp_path_factory.mktemp("corpus")
    for file in range(4):
        records = [{"id": f"story {number}", "text": dirty(number)} for number in range(file, DOCUMENTS, 4)]
        write_texts(folder / "raw" / f"{file}.jsonl", records)
    with (folder / "raw" / "0.jsonl").open("ab") as stream:
        stream.write(b'{"text": "cut off')
    plain = load_recipe("zh_web").plain()
    plain.pop("folder")
    plain["sources"] = [{"jsonl": {"name": "crawl", "path": "raw"}}]
    plain["tokenizer"] = {"vocab_size": 800, "sample_chars": 30_000}
    plain["publish"] = {**plain["publish"], "shard_bytes": 60_000, "splits": {"train": 0.8, "validation": 0.1, "test": 0.1}}
    plain["part_bytes"] = 20_000
    (folder / "corpus.yaml").write_text(yaml.safe_dump(plain, sort_keys=False), encoding="utf-8")
    return folder / "corpus.yaml"


@pytest.fixture(scope="module")
def expected(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Every byte of an inline build."""
    out = tmp_path_factory.mktemp("inline") / "out"
    done = build(corpus, out, executor="inline")
    numbers = done.numbers["documents"]
    assert len(parts(out)) > 12
    assert (numbers["read"], numbers["malformed"]) == (DOCUMENTS + 1, 1)
    assert numbers["read"] == numbers["kept"] + numbers["dropped"] + numbers["malformed"]
    assert numbers["dropped"] > 50
    assert len(set(numbers["drops"])) >= 4
    found = files(out, *SAME_BYTES)
    assert {name.split("/")[0] for name in found} == {*SAME_BYTES}
    return found


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-c", "from builder.cli import main; main()", *map(str, arguments)]


def started(corpus: Path, out: Path, *, workers: int = 2) -> subprocess.Popen[str]:
    """A build in a process group of its own."""
    arguments = command("build", corpus, "-o", out, "--workers", workers, "--keep-stages")
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)


def finished(corpus: Path, out: Path, *, workers: int) -> dict[str, bytes]:
    """Every byte of a build that is run until it is done."""
    with started(corpus, out, workers=workers) as process:
        output, messages = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, messages
    assert f"read {DOCUMENTS + 1} documents" in output
    return files(out, *SAME_BYTES)


def differing(found: dict[str, bytes], expected: dict[str, bytes]) -> list[str]:
    """The names of files that only one of the two has, or that hold something else."""
    return sorted(name for name in found.keys() | expected.keys() if found.get(name) != expected.get(name))


def waited(process: subprocess.Popen[str], out: Path, count: int) -> None:
    """Wait until there are so many files and folders in `out`, or the build ends by itself."""
    deadline = time.monotonic() + SECONDS
    while len(list(out.rglob("*"))) < count and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)


def done_parts(out: Path) -> dict[Path, int]:
    """When each finished part of each stage was written."""
    return {path: path.stat().st_mtime_ns for path in out.glob(f"{STAGES}/*/docs/*.parquet")}


def gone(processes: list[psutil.Process], seconds: float = 10) -> list[psutil.Process]:
    """Those of the processes that still run after a while."""
    _, alive = psutil.wait_procs(processes, timeout=seconds)
    return [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]


def children(process: subprocess.Popen[str]) -> list[psutil.Process]:
    try:
        return psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def killed(corpus: Path, out: Path, more_files: int) -> None:
    """Kill the driver when it has written so many files more, and see that its workers end."""
    count = len(list(out.rglob("*"))) + more_files
    with started(corpus, out) as process:
        waited(process, out, count)
        workers = children(process)
        process.kill()
        process.wait()
    assert not gone(workers)


def interrupted(corpus: Path, out: Path) -> None:
    """Press Ctrl-C when a few parts are done."""
    with started(corpus, out) as process:
        waited(process, out, 40)
        workers = children(process)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all of them
        output, messages = process.communicate(timeout=SECONDS)
    assert process.returncode == 1
    assert output == ""
    assert messages.splitlines()[-1] == f"stopped. Finished parts are kept in {out}: run the same command again to go on."
    assert "Traceback" not in messages
    assert len(workers) >= 2
    assert not gone(workers)
    assert not (out / "build.json").exists()


def test_ctrl_c_and_a_kill_change_no_byte(corpus: Path, expected: dict[str, bytes], tmp_path: Path) -> None:
    out = tmp_path / "out"
    interrupted(corpus, out)
    before = done_parts(out)
    assert before
    killed(corpus, out, random.randint(1, 150))  # noqa: S311 - no secret
    assert differing(finished(corpus, out, workers=2), expected) == []
    assert done_parts(out).items() >= before.items()
    build(corpus, out, executor="inline")  # has nothing to do, and does not keep the stages
    assert not list(out.rglob(f"{TEMPORARY}*"))


@pytest.mark.slow
def test_many_kills_and_one_worker_change_no_byte(corpus: Path, expected: dict[str, bytes], tmp_path: Path) -> None:
    for workers in (1, 2, 2):
        out = Path(tempfile.mkdtemp(dir=tmp_path))
        for _ in range(6):
            killed(corpus, out, random.randint(0, 150))  # noqa: S311 - no secret
        assert differing(finished(corpus, out, workers=workers), expected) == []
    assert differing(finished(corpus, tmp_path / "one", workers=1), expected) == []


def small_parts(tmp_path: Path) -> Recipe:
    """A recipe over 40 documents in some parts, for two splits in several shards."""
    source = write_texts(tmp_path / "a.jsonl", [dirty(number) for number in range(40)])
    steps = ["normalize.width", "dedup.exact", "dedup.near", "filter.length"]
    return recipe(source, steps=steps, part_bytes=9_000, publish={"shard_bytes": 9_000, "splits": {"train": 0.7, "test": 0.3}})


def test_one_worker_gives_the_same_bytes(tmp_path: Path) -> None:
    plan = small_parts(tmp_path)
    built(tmp_path / "inline", plan)
    built(tmp_path / "one", plan, executor="local", workers=1)
    assert files(tmp_path / "one", *PUBLISHED) == files(tmp_path / "inline", *PUBLISHED)


class KilledError(BaseException):
    """What no handler of errors catches, like the end of the process."""


class Kill:
    """Ends the process, as it were, before a file gets its name; what was written under another name stays."""

    def __init__(self, patch: pytest.MonkeyPatch, files_before: int) -> None:
        self._left, self._dead = files_before, False
        replace, unlink = Path.replace, Path.unlink

        def dying_replace(path: Path, target: Path) -> Path:
            self._left -= 1
            if self._left < 0:
                self._dead = True
                raise KilledError
            return replace(path, target)

        def no_unlink(path: Path, missing_ok: bool = False) -> None:  # noqa: FBT001, FBT002 - as pathlib has it
            if not self._dead:
                unlink(path, missing_ok)

        patch.setattr(Path, "replace", dying_replace)
        patch.setattr(Path, "unlink", no_unlink)


def test_a_kill_before_any_file_changes_no_byte(tmp_path: Path) -> None:
    """Each run writes up to eleven files more and dies before the next has its name, through all stages, shards and renames."""
    plan = small_parts(tmp_path)
    built(tmp_path / "expected", plan)
    kills = 0
    while True:
        with pytest.MonkeyPatch.context() as patch:
            Kill(patch, files_before=kills % 12)
            try:
                built(tmp_path / "out", plan)
            except KilledError:
                kills += 1
                assert kills < 200
                continue
        break
    assert kills > 20
    assert files(tmp_path / "out", *PUBLISHED) == files(tmp_path / "expected", *PUBLISHED)
    assert not list((tmp_path / "out").rglob(f"{TEMPORARY}*"))


def test_going_to_and_fro_between_recipes_changes_no_byte(tmp_path: Path) -> None:
    """Two recipes share their stages and take turns in one folder; the second one dies on its way, earlier or later."""
    source = write_texts(tmp_path / "a.jsonl", [dirty(number) for number in range(20)])
    steps = ["normalize.width", "dedup.exact", "filter.length"]
    one = recipe(source, steps=steps, publish={"splits": {"train": 0.5, "test": 0.5}}, part_bytes=9_000)
    two = recipe(source, steps=steps, publish={"splits": {"train": 1.0}, "shard_bytes": 5_000}, part_bytes=9_000)
    built(tmp_path / "expected", one)
    expected = files(tmp_path / "expected", *PUBLISHED)
    built(tmp_path / "out", one, keep_stages=True)
    deaths = 0
    for files_before in range(0, 40, 2):
        with pytest.MonkeyPatch.context() as patch:
            Kill(patch, files_before)
            try:
                built(tmp_path / "out", two, keep_stages=True)
            except KilledError:
                deaths += 1
        built(tmp_path / "out", one, keep_stages=True)
        assert files(tmp_path / "out", *PUBLISHED) == expected, files_before
    assert 5 < deaths < 20


# ---- Explanation


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
    assert len(kept) + len(dropped) == 20


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


# ---- What raises, and what is too much


@pytest.fixture
def toy_step(monkeypatch: pytest.MonkeyPatch) -> str:
    """The steps of the engine's tests, under a name that a recipe can use."""
    step: Any = type("Toy", (toy.Toy,), {"__module__": "builder.steps.filter.toy"})
    monkeypatch.setattr("builder.run.recipe.find_step", lambda name: step if name == "filter.toy" else find_step(name))
    return "filter.toy"


def test_a_step_that_raises_costs_one_document(tmp_path: Path, toy_step: str) -> None:
    records = [document(1), f"毒{document(2)}", f"錯{document(3)}", f"坏{document(4)}", f"改{document(5)}"]
    source = write_texts(tmp_path / "a.jsonl", records)
    done = built(tmp_path / "out", recipe(source, steps=["normalize.width", toy_step, "dedup.exact", "filter.length"]))
    numbers = done.numbers["documents"]
    assert (numbers["read"], numbers["kept"], numbers["dropped"], numbers["failed"]) == (5, 2, 1, 2)
    assert sorted((row["doc_id"], row["step"], row["reason"]) for row in quarantine(tmp_path / "out")) == [
        ("crawl:0:1", "filter.toy", "ValueError: poison in the batch"),
        ("crawl:0:2", "filter.toy", "LookupError: wrong in the document"),
    ]
    assert sorted(texts(tmp_path / "out")) == ["d0", "d4"]
    assert one(explain(tmp_path / "out", "d4")).matches
    with pytest.raises(RecipeError, match="no document 'd1'") as error:
        explain(tmp_path / "out", "d1")
    assert "quarantine/" in error.value.next


def test_too_many_failures_end_the_build(tmp_path: Path, toy_step: str) -> None:
    source = write_texts(tmp_path / "a.jsonl", [f"毒{number}" for number in range(101)] + ["好"] * 50)
    with pytest.raises(QuarantineError, match="steps failed on too many documents") as error:
        built(tmp_path / "out", recipe(source, steps=[toy_step]))
    assert (error.value.got, error.value.allowed, error.value.exit_code) == ("101 of 151", "100", 1)
    assert not (tmp_path / "out" / "build.json").exists()
    built(
        tmp_path / "fewer",
        recipe(write_texts(tmp_path / "b.jsonl", [f"毒{number}" for number in range(100)] + ["好"]), steps=[toy_step]),
    )


def test_too_many_malformed_lines_end_the_build(tmp_path: Path) -> None:
    source = write_texts(tmp_path / "a.jsonl", [document(1)])
    source.write_bytes(source.read_bytes() + b"x\ny\n")
    with pytest.raises(QuarantineError, match="too many malformed") as error:
        built(tmp_path / "out", recipe(source, max_malformed=1))
    assert (error.value.got, error.value.allowed) == ("2", "max_malformed: 1")
    assert built(tmp_path / "out", recipe(source, max_malformed=2)).numbers["documents"]["malformed"] == 2


# ---- The output folder


def small(tmp_path: Path) -> Recipe:
    return recipe(write_texts(tmp_path / "a.jsonl", [document(1), "短"]), steps=["filter.length"])


def test_a_second_call_has_nothing_to_do(tmp_path: Path) -> None:
    first, second = built(tmp_path / "out", small(tmp_path)), built(tmp_path / "out", small(tmp_path))
    assert (first.again, second.again) == (False, True)
    assert second.numbers == first.numbers
    assert not (tmp_path / "out" / STAGES).exists()


@pytest.mark.parametrize("harm", ["removed", "cut"])
@pytest.mark.parametrize("name", ["data", "removed", "ledger", "index", "tokenizer", "README.md"])
def test_a_build_that_was_tampered_with_is_built_again(golden: Path, tmp_path: Path, name: str, harm: str) -> None:
    out = tmp_path / "out"
    plan = (
        small(tmp_path)
        if name != "tokenizer"
        else load_recipe(golden / "recipe.yaml").model_copy(update={"folder": str(golden.parent)})
    )
    if name == "tokenizer":
        shutil.copytree(golden, out)
    else:
        built(out, plan)
    before = files(out, *SAME_BYTES)
    path = out / name if (out / name).is_file() else min(file for file in (out / name).rglob("*") if file.is_file())
    if harm == "removed":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-1])
    assert not built(out, plan).again
    assert files(out, *SAME_BYTES) == before
    assert built(out, plan).again


def test_a_folder_that_no_build_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.doc").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="was not made by a build") as error:
        built(tmp_path / "out", small(tmp_path))
    assert error.value.got == "thesis.doc"
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["thesis.doc"]


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert built(tmp_path / "out", small(tmp_path)).numbers["documents"]["kept"] == 1


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="is a file"):
        built(tmp_path / "out", small(tmp_path))
    with pytest.raises(OutputError, match="cannot write to"):
        built(tmp_path / "out" / "below", small(tmp_path))
    assert (tmp_path / "out").read_text("utf-8") == "mine"


def test_one_build_at_a_time(tmp_path: Path) -> None:
    with held(tmp_path / "out"), pytest.raises(OutputError, match="in use by another build"):
        built(tmp_path / "out", small(tmp_path))
    assert (tmp_path / "out" / LOCK).exists()
    assert built(tmp_path / "out", small(tmp_path)).numbers["documents"]["kept"] == 1  # a lock that is left holds nothing


@pytest.mark.parametrize(("executor", "workers"), [("ray", 2), ("local", 0)])
def test_wrong_executors(tmp_path: Path, executor: str, workers: int) -> None:
    with pytest.raises(BuilderError):
        built(tmp_path / "out", small(tmp_path), executor=executor, workers=workers)
    assert not (tmp_path / "out").exists()


# ---- The default recipe uses what it says

TRACED = """
import json, os, sys, threading
from builder.whole import build

LIBRARIES = ("datasets", "sentencepiece", "datasketch", "opencc")
calls = set()

def trace(frame, event, argument):
    caller = frame.f_back
    called = str(frame.f_globals.get("__name__")).partition(".")[0]
    if called in LIBRARIES and caller is not None and frame.f_code.co_name != "<module>":
        file = caller.f_code.co_filename
        if f"{os.sep}builder{os.sep}" in file and "site-packages" not in file:
            calls.add((caller.f_globals["__name__"], called))
    return None

threading.settrace(trace)
sys.settrace(trace)
build("zh_web", sys.argv[1], inputs=[sys.argv[2]], executor="inline")
sys.settrace(None)
print(json.dumps(sorted(calls)))
"""


def importers(library: str) -> set[str]:
    """The modules of the package that import a library."""
    found = set()
    for path in (TOP / "builder").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if any(name.partition(".")[0] == library for name in names):
                found.add(".".join(path.relative_to(TOP).with_suffix("").parts))
    return found


def test_the_default_recipe_calls_the_libraries_that_it_is_built_on(tmp_path: Path) -> None:
    """Each of the four is called from the files that import it, in a build of the demo's documents with `zh_web`."""
    ran = subprocess.run(
        [sys.executable, "-c", TRACED, str(tmp_path / "out"), str(DEMO)], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    calls = {tuple(pair) for pair in json.loads(ran.stdout.splitlines()[-1])}
    for library in ("datasets", "sentencepiece", "datasketch", "opencc"):
        users = importers(library)
        assert users, library
        assert {user for user, called in calls if called == library} & users, f"{library} was not called from {users}"
    assert (tmp_path / "out" / "tokenizer" / "tokenizer.model").stat().st_size > 10_000
    assert re.search(r"config_name: default", (tmp_path / "out" / "README.md").read_text("utf-8"))
