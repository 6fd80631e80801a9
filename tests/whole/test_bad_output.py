"""A build that is stopped, refused or out of room says so, leaves nothing half made, and goes on when it is run again."""

from __future__ import annotations

import contextlib
import json
import os
import re
import resource
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from builder.core.errors import BuildError, OutputError
from builder.core.store import TEMPORARY
from builder.run.output import LOCK, refusals_explained
from builder.run.progress import Silent
from builder.run.recipe import Recipe
from tests.run.building import built, contents, lines, recipe, texts, write, write_texts, zst
from tests.tokenizer.corpus import document, documents

SAME_BYTES = ("data", "removed", "tokenizer", "ledger", "README.md")
SECONDS = 60  # after which a process of a test hangs
STEPS = ["normalize.width", "dedup.exact", "dedup.near", "filter.length"]


def small(tmp_path: Path, **fields: object) -> Recipe:
    """A recipe over 60 documents in several parts, some of them packed."""
    write_texts(tmp_path / "raw" / "a.jsonl", documents(40))
    write(
        tmp_path / "raw" / "b.jsonl.zst", zst(lines([{"id": f"z{number}", "text": document(number)} for number in range(30, 60)]))
    )
    return recipe(tmp_path / "raw", steps=STEPS, **{"part_bytes": 9_000, **fields})


def resumed(out: Path, plan: Recipe, expected: dict[str, bytes]) -> None:
    """What looks whole is whole; the same build goes on, and leaves what it would have made at once."""
    if (out / "README.md").exists():
        assert {name: content for name, content in contents(out, "data", "ledger").items() if expected[name] != content} == {}
    assert not (out / "build.json").exists()
    built(out, plan)
    assert contents(out, *SAME_BYTES) == expected
    assert not list(out.rglob(f"{TEMPORARY}*"))


# ---- what is there already


def listening(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server, contextlib.chdir(path.parent):
        server.bind(path.name)


@pytest.mark.parametrize(
    "make",
    [
        lambda path: path.write_text("mine"),
        os.mkfifo,
        lambda path: path.symlink_to(path),
        listening,
    ],
    ids=["a file", "a pipe", "a link to itself", "a socket"],
)
def test_an_output_that_is_no_folder(tmp_path: Path, make: Callable[[Path], Any]) -> None:
    make(tmp_path / "out")
    with pytest.raises(OutputError) as error:
        built(tmp_path / "out", small(tmp_path))
    assert error.value.what == f"output {tmp_path / 'out'} is a file"
    assert (error.value.allowed, error.value.next) == ("a folder", "choose another folder with -o")
    assert not (tmp_path / "out").is_dir()


@pytest.mark.parametrize("name", ["thesis.doc", "README.md", "data/train.parquet", ".hidden", LOCK])
def test_a_folder_that_no_build_made(tmp_path: Path, name: str) -> None:
    write(tmp_path / "out" / name, b"mine")
    with pytest.raises(OutputError, match="was not made by a build") as error:
        built(tmp_path / "out", small(tmp_path))
    assert error.value.got == name.split("/", maxsplit=1)[0]
    assert error.value.next == "choose another folder with -o; nothing was changed"
    assert {path: path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()} == {
        tmp_path / "out" / name: b"mine"
    }


def test_a_lock_that_could_not_even_be_written(tmp_path: Path) -> None:
    """A disk may be that full, and a kill that early."""
    write(tmp_path / "out" / LOCK, b"")
    assert len(texts(built(tmp_path / "out", small(tmp_path)).out)) > 30


HOLD = """
import sys, time
from pathlib import Path
from builder.run.output import held
with held(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-c", "from builder.cli import main; main()", *map(str, arguments)]


def test_a_second_build_at_the_same_time(tmp_path: Path) -> None:
    out, plan = tmp_path / "out", small(tmp_path)
    arguments = [sys.executable, "-c", HOLD, str(out)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        ran = subprocess.run(
            command("build", "demo", "-o", out, "--executor", "inline"),
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )
        assert (ran.returncode, ran.stdout) == (1, "")
        assert ran.stderr.splitlines() == [
            f"error: output {out} is in use by another build",
            "  next: wait for it to end, or choose another folder with -o",
        ]
        assert [path.name for path in out.iterdir()] == [LOCK]
        holder.kill()
    assert len(texts(built(out, plan).out)) > 30  # its lock holds nothing


# ---- rights

# Who is root may write everywhere, for which it has two rights of its own. A program that is started without them may not.
DROP = """
import ctypes, os, sys
for right in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH of <linux/capability.h>
    ctypes.CDLL(None).prctl(24, right, 0, 0, 0)  # PR_CAPBSET_DROP of <linux/prctl.h>
os.execv(sys.executable, [sys.executable, "-c", *sys.argv[1:]])
"""
TRY = """
import json, sys
from builder.core.errors import BuilderError
from builder.whole import build
for inputs, out in json.loads(sys.argv[1]):
    try:
        build("RECIPE", out, inputs=inputs, executor="inline", tokenizer=False)
    except BuilderError as error:
        print(json.dumps([type(error).__name__, error.what, error.got, error.next]))
    else:
        print(json.dumps(["built"]))
"""


@pytest.fixture
def rights() -> Iterator[Callable[[Path, int], Path]]:
    """Sets the mode of a path for the time of the test."""
    before: dict[Path, int] = {}

    def allow(path: Path, mode: int) -> Path:
        before[path] = path.stat().st_mode
        path.chmod(mode)
        return path

    yield allow
    for path, mode in before.items():
        path.chmod(mode)


def unprivileged(plan: Path, *attempts: tuple[Path, Path]) -> list[list[str]]:
    """What becomes of builds that have no more rights than a user."""
    pairs = json.dumps([([str(given)], str(out)) for given, out in attempts])
    arguments = [sys.executable, "-c", DROP, TRY.replace("RECIPE", str(plan)), pairs]
    ran = subprocess.run(arguments, capture_output=True, text=True, check=True, timeout=SECONDS)
    return [json.loads(line) for line in ran.stdout.splitlines()]


@pytest.mark.skipif(sys.platform != "linux" and os.geteuid() == 0, reason="root cannot give up its rights here")
def test_without_the_right_to(tmp_path: Path, rights: Callable[[Path, int], Path]) -> None:
    plan = write(tmp_path / "plain.yaml", b"name: plain\nsteps: [filter.length]\n")
    raw, file = tmp_path / "raw", tmp_path / "raw" / "secret.jsonl"
    write_texts(raw / "a.jsonl", documents(3))
    write_texts(file, documents(3, first=10))
    write_texts(tmp_path / "deep" / "closed" / "b.jsonl", documents(3))
    write_texts(tmp_path / "deep" / "a.jsonl", documents(3))
    good = tmp_path / "raw" / "a.jsonl"
    for name in ("closed", "shelf", "half", "blind"):
        (tmp_path / name).mkdir()
    shutil.copytree(built(tmp_path / "half" / "out", recipe(good)).out, tmp_path / "earlier")
    rights(file, 0)
    rights(tmp_path / "deep" / "closed", 0)
    for name in ("closed", "earlier", "half/out/data"):
        rights(tmp_path / name, 0o555)
    rights(tmp_path / "earlier" / LOCK, 0o444)
    rights(tmp_path / "blind", 0)
    found = unprivileged(
        plan,
        (raw, tmp_path / "one"),
        (tmp_path / "deep", tmp_path / "two"),
        (good, tmp_path / "closed"),
        (good, tmp_path / "closed" / "new"),
        (good, tmp_path / "earlier"),
        (good, tmp_path / "blind" / "out"),
        (good, tmp_path / "half" / "out"),
        (good, tmp_path / "three"),
    )
    denied, other = "Permission denied", "choose another folder with -o"
    assert found == [
        ["SourceError", "cannot read secret.jsonl", denied, "check the file, or leave it out"],
        ["SourceError", f"cannot read the folder {tmp_path}/deep/closed", denied, "give the right to read it, or leave it out"],
        ["OutputError", f"cannot write to {tmp_path}/closed", f"{denied}: {tmp_path}/closed/{LOCK}", other],
        ["OutputError", f"cannot write to {tmp_path}/closed/new", denied, other],
        ["OutputError", f"cannot write to {tmp_path}/earlier", f"{denied}: {tmp_path}/earlier/{LOCK}", other],
        ["OutputError", f"cannot write to {tmp_path}/blind/out", denied, other],
        [
            "OutputError",
            f"cannot write to {tmp_path}/half/out",
            found[6][2],
            "mend this and run the same command again: finished parts are kept",
        ],
        ["built"],
    ]
    assert found[6][2].startswith(f"{denied}: {tmp_path}/half/out/")
    assert not (tmp_path / "half" / "out" / "README.md").exists()  # what is half in place does not look whole
    rights(tmp_path / "half" / "out" / "data", 0o755)
    assert unprivileged(plan, (good, tmp_path / "half" / "out")) == [["built"]]
    assert contents(tmp_path / "half" / "out", *SAME_BYTES) == contents(tmp_path / "three", *SAME_BYTES)


# ---- room


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """A disk in memory, of a size and with options that may be changed while it is in use."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = False

    def sized(options: str) -> Path:
        nonlocal mounted
        ran = subprocess.run(
            ["/bin/mount", "-t", "tmpfs", "-o", f"{'remount,' * mounted}{options}", "tmpfs", place],
            capture_output=True,
            text=True,
            check=False,
        )
        if ran.returncode and not mounted:
            pytest.skip(f"a disk can be mounted by root alone: {ran.stderr.strip()}")
        assert not ran.returncode, ran.stderr
        mounted = True
        return place

    if sys.platform != "linux" or not Path("/bin/mount").exists():
        pytest.skip("disks in memory are mounted on Linux")
    yield sized
    if mounted:
        subprocess.run(["/bin/umount", "-l", place], check=True)


class Phases(Silent):
    """Does something when a phase begins."""

    def __init__(self, do: Callable[[str], None]) -> None:
        self._do = do

    def phase(self, name: str, total_bytes: int) -> None:
        del total_bytes
        self._do(name.split(":", maxsplit=1)[0])


TOKENIZER = {"vocab_size": 800, "sample_chars": 60_000}
PHASES = ["survey", "stage 1", "dedup.exact", "stage 2", "dedup.near", "stage 3", "publish", "tokenizer"]


def fill(path: Path) -> None:
    """Take all the room that a disk has."""
    with contextlib.suppress(OSError), path.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4_096))


def out_of_room(out: Path, plan: Recipe, **options: Any) -> None:  # noqa: ANN401 - the options of build
    """A build that ends for want of room."""
    with pytest.raises(OutputError) as error:
        built(out, plan, **options)
    assert error.value.what == f"the disk is full: {out}"
    assert re.fullmatch(r"No space left on device; [\d,]+ bytes are free there now", error.value.got)
    assert "several times its bytes" in error.value.allowed
    assert error.value.next == "make room, and run the same command again: finished parts are kept"
    assert error.value.exit_code == 1


def test_a_disk_that_is_full_from_some_phase_on(tmp_path: Path, disk: Callable[[str], Path]) -> None:
    plan = small(tmp_path, tokenizer=TOKENIZER)
    begun: list[str] = []
    expected = contents(built(tmp_path / "expected", plan, progress=Phases(begun.append)).out, *SAME_BYTES)
    assert begun == PHASES
    place = disk("size=20m")
    for full in PHASES:
        begun.clear()

        def filling(name: str, full: str = full) -> None:
            begun.append(name)
            if name == full:
                fill(place / "filler")

        out_of_room(place / "out", plan, progress=Phases(filling))
        assert begun[-1] == full
        (place / "filler").unlink()
        resumed(place / "out", plan, expected)
        shutil.rmtree(place / "out")


@pytest.mark.slow
def test_a_disk_that_grows_until_there_is_room(tmp_path: Path, disk: Callable[[str], Path]) -> None:
    """Each build has a little more room than the one before it, and goes on where that one stopped."""
    plan = small(tmp_path, tokenizer=TOKENIZER)
    expected = contents(built(tmp_path / "expected", plan).out, *SAME_BYTES)
    kilobytes, builds = 12, 0
    while True:
        place = disk(f"size={kilobytes}k")
        try:
            built(place / "out", plan)
            break
        except OutputError:
            builds += 1
            kilobytes += 24
    assert builds > 10
    assert contents(place / "out", *SAME_BYTES) == expected


def test_a_disk_without_room_for_the_lock(tmp_path: Path, disk: Callable[[str], Path]) -> None:
    place, plan = disk("size=64k"), small(tmp_path)
    fill(place / "filler")
    for _ in range(2):
        out_of_room(place / "out", plan)
    disk("size=30m")
    assert len(texts(built(place / "out", plan).out)) > 30


def test_the_command_says_that_the_disk_is_full(tmp_path: Path, disk: Callable[[str], Path]) -> None:
    """The error comes from a worker, in another process."""
    out = disk("size=24k") / "out"
    small(tmp_path)
    arguments = command("build", "zh_web", "-o", out, "--input", tmp_path / "raw", "--workers", 1)
    ran = subprocess.run(arguments, capture_output=True, text=True, check=False, timeout=SECONDS)
    assert ran.returncode == 1
    assert "Traceback" not in ran.stderr
    assert f"error: the disk is full: {out}\n  got: No space left on device; " in ran.stderr


def test_a_disk_that_may_only_be_read(tmp_path: Path, disk: Callable[[str], Path]) -> None:
    place, plan = disk("size=30m"), small(tmp_path)
    disk("ro")
    with pytest.raises(OutputError, match="cannot write to") as error:
        built(place / "out", plan)
    assert (error.value.got, error.value.next) == ("Read-only file system", "choose another folder with -o")
    disk("rw")
    built(place / "out", plan)
    disk("ro")
    with pytest.raises(OutputError, match="cannot write to") as error:
        built(place / "out", plan)
    assert error.value.got.startswith("Read-only file system")


@pytest.fixture
def file_limit() -> Iterator[Callable[[int], None]]:
    """Lets no file of this process become longer; for where no disk can be mounted."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("size", [0, 3_000, 9_000, 13_000])
def test_files_that_may_not_grow(tmp_path: Path, file_limit: Callable[[int], None], size: int) -> None:
    """Also a quota or a file system ends builds like this."""
    plan = small(tmp_path)
    expected = contents(built(tmp_path / "expected", plan).out, *SAME_BYTES)
    file_limit(size)
    with pytest.raises(OutputError) as error:
        built(tmp_path / "out", plan)
    file_limit(resource.RLIM_INFINITY)
    assert error.value.what == f"cannot write to {tmp_path / 'out'}"
    assert error.value.got.startswith("File too large")
    assert error.value.next == "mend this and run the same command again: finished parts are kept"
    resumed(tmp_path / "out", plan, expected)


def test_too_little_memory(tmp_path: Path) -> None:
    with pytest.raises(BuildError) as error, refusals_explained(tmp_path):
        raise MemoryError("malloc of size 1 failed")
    assert (error.value.what, error.value.got) == ("there is not enough memory", "malloc of size 1 failed")
    assert "fewer --workers" in error.value.next
