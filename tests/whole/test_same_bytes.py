"""The same bytes however a build ran, and however often it was stopped."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # ships no types
import pytest
import yaml

from builder.core.store import TEMPORARY
from builder.run.job import STAGES
from builder.run.recipe import Recipe, load_recipe
from builder.whole import build
from tests.run.building import built, parts, recipe, write_texts
from tests.run.building import contents as files
from tests.tokenizer.corpus import document

SAME_BYTES = ("data", "removed", "tokenizer", "ledger", "README.md")
PUBLISHED = (*SAME_BYTES, "index", "samples", "quarantine", "recipe.yaml", "parts.jsonl")
DOCUMENTS, FRESH = 400, 300  # of the corpus; the rest are copies
SECONDS = 60  # after which a process of a test hangs


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
    return {path: path.stat().st_mtime_ns for path in out.glob(f"{STAGES}/*/docs/*.arrow")}


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
