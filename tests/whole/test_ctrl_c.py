"""Ctrl-C ends a build soon, whatever it is doing, says how to go on, and leaves no process and nothing half made."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # ships no types
import pytest
import yaml

from builder.core.store import TEMPORARY
from builder.run.job import STAGES
from builder.run.output import LOCK
from builder.whole import build
from tests.run.building import contents, write, write_texts
from tests.tokenizer.corpus import document

SAME_BYTES = ("data", "removed", "tokenizer", "ledger", "README.md")
SECONDS = 60  # after which a process of a test hangs
STEPS = ["normalize.width", "dedup.exact", "dedup.near", "filter.length"]


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-c", "from builder.cli import main; main()", *map(str, arguments)]


def slow_recipe(tmp_path: Path, count: int) -> Path:
    """A recipe whose every phase takes a while, the training some seconds."""
    for file in range(3):
        write_texts(
            tmp_path / "raw" / f"{file}.jsonl",
            [{"id": str(number), "text": document(number)} for number in range(file, count, 3)],
        )
    plain = {
        "name": "slow",
        "sources": [{"jsonl": {"name": "crawl", "path": "raw"}}],
        "steps": STEPS,
        "part_bytes": 60_000,
        "publish": {"shard_bytes": 200_000},
        "tokenizer": {"model": "unigram", "vocab_size": 3_000, "sample_chars": "1M"},
    }
    return write(tmp_path / "slow.yaml", yaml.safe_dump(plain).encode())


def waited(process: subprocess.Popen[str], ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not ready() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    assert ready(), "it was over before it could be stopped"


def stopped(plan: Path, out: Path, ready: Callable[[], bool], *, group: bool, times: int = 1) -> None:
    """Press Ctrl-C when it is time to; see that all ends soon, and what is said."""
    arguments = command("build", plan, "-o", out, "--workers", 2)
    with subprocess.Popen(
        arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        waited(process, ready)
        workers = psutil.Process(process.pid).children(recursive=True)
        begun = time.monotonic()
        for _ in range(times):
            with contextlib.suppress(ProcessLookupError):
                (os.killpg if group else os.kill)(process.pid, signal.SIGINT)
            time.sleep(0.05)
        output, messages = process.communicate(timeout=SECONDS)
    assert time.monotonic() - begun < 8
    assert "Traceback" not in messages, messages
    assert messages.splitlines()[-1] == f"stopped. Finished parts are kept in {out}: run the same command again to go on."
    assert (output, process.returncode) == ("", 1)
    assert not [worker for worker in psutil.wait_procs(workers, timeout=5)[1] if worker.status() != psutil.STATUS_ZOMBIE]
    assert not (out / "build.json").exists()
    assert not (out / "tokenizer").exists()
    assert not list(out.glob(f"{TEMPORARY}*"))


def training(out: Path) -> Callable[[], bool]:
    """Whether the sample has been handed to the trainer for a while."""
    sample = out / STAGES / "tokenizer-sample.jsonl"
    return lambda: sample.exists() and time.time() - sample.stat().st_mtime > 0.5


def test_ctrl_c_while_the_tokenizer_is_trained(tmp_path: Path) -> None:
    plan, out = slow_recipe(tmp_path, 1_000), tmp_path / "out"
    stopped(plan, out, training(out), group=True)
    before = contents(out, "data", "README.md", "ledger")
    assert before  # the dataset was whole
    quick = {"tokenizer.model": "bpe", "tokenizer.sample_chars": 50_000, "tokenizer.vocab_size": 800}
    assert build(plan, out, executor="inline", settings=quick).numbers["documents"]["kept"] > 300
    assert {name: before[name] for name in before if name.startswith("data")} == contents(out, "data")


@pytest.mark.slow
@pytest.mark.parametrize(("group", "times"), [(True, 1), (False, 3)], ids=["once, to all", "three times, to the driver"])
def test_ctrl_c_at_every_phase(tmp_path: Path, group: bool, times: int) -> None:  # noqa: FBT001 - of a parametrized test
    plan, out = slow_recipe(tmp_path, 900), tmp_path / "out"
    stages = out / STAGES
    moments: dict[str, Callable[[], bool]] = {
        "the lock is taken": (out / LOCK).exists,
        "the first part is being read": lambda: any(stages.glob("*/ledger/*")),
        "some parts are done": lambda: len(list(stages.glob("*/docs/*.arrow"))) > 3,
        "sketches are matched": lambda: any(stages.glob("*/matched-0")),
        "the last stage has begun": lambda: len(list(stages.glob("*/docs"))) > 2,
        "rows are scattered": lambda: any(stages.glob("*/rows/*")),
        "shards are written": lambda: any(stages.glob("*/out/data/*")),
        "the tokenizer is trained": training(out),
    }
    for ready in moments.values():
        stopped(plan, out, ready, group=group, times=times)
    ran = subprocess.run(command("build", plan, "-o", out), capture_output=True, text=True, check=False, timeout=3 * SECONDS)
    assert ran.returncode == 0, ran.stderr
    ran = subprocess.run(command("build", plan, "-o", tmp_path / "once"), capture_output=True, text=True, check=True)
    assert contents(out, *SAME_BYTES) == contents(tmp_path / "once", *SAME_BYTES)
    assert not list(out.rglob(f"{TEMPORARY}*"))
