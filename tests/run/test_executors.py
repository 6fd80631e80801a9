"""Inline and local are equals: the same results, the same errors, and tasks of this package alone."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # ships no types
import pytest

from builder.core.errors import BuildError, SourceError
from builder.core.executor import Executor, resolve, run_task
from builder.run.executors.inline import Inline
from builder.run.executors.local import Local
from builder.run.survey import survey_payload
from builder.sources.jsonl import Jsonl
from tests.run.building import write_texts
from tests.tokenizer.corpus import documents

TASK = "builder.run.survey:survey_files"


def payloads(tmp_path: Path, count: int) -> list[dict[str, object]]:
    paths = [write_texts(tmp_path / f"{number}.jsonl", documents(2, first=number)) for number in range(count)]
    fields = survey_payload(Jsonl(name="crawl", path=""), 1_000, 60_000, tmp_path / "stages")
    return [{**fields, "order": number, "files": [[path.name, str(path)]]} for number, path in enumerate(paths)]


@pytest.fixture(params=[Inline, lambda: Local(2)], ids=["inline", "local"])
def executor(request: pytest.FixtureRequest) -> Iterator[Executor]:
    make: Callable[[], Executor] = request.param
    with closing(make()) as made:
        yield made


def test_every_task_has_its_result(tmp_path: Path, executor: Executor) -> None:
    tasks = payloads(tmp_path, 12)
    expected = [json.loads(run_task(TASK, json.dumps(task))) for task in tasks]
    assert sorted(executor.map(TASK, tasks), key=lambda result: result["order"]) == expected
    assert list(executor.map(TASK, [])) == []
    assert len(list(executor.map(TASK, iter(tasks[:1])))) == 1


def test_the_first_error_is_raised_as_it_was(tmp_path: Path, executor: Executor) -> None:
    tasks = payloads(tmp_path, 3)
    tasks[1]["files"] = [["missing.jsonl", str(tmp_path / "missing.jsonl")]]
    with pytest.raises(SourceError, match=r"cannot read missing\.jsonl") as error:
        list(executor.map(TASK, tasks))
    assert (error.value.got, error.value.exit_code) == ("No such file or directory", 2)


def test_tasks_are_taken_as_there_is_room(tmp_path: Path) -> None:
    """A build of many parts does not lie in the queue of its workers."""
    taken = []
    tasks = payloads(tmp_path, 30)

    def given() -> Iterator[dict[str, object]]:
        for task in tasks:
            taken.append(task["order"])
            yield task

    with closing(Local(1)) as executor:
        results = executor.map(TASK, given())
        next(results)
        assert len(taken) <= 7
        assert len(list(results)) == 29


def test_a_worker_that_dies_is_an_error(tmp_path: Path) -> None:
    before = set(psutil.Process().children(recursive=True))
    with closing(Local(2)) as executor:
        results = executor.map(TASK, payloads(tmp_path, 40))
        next(results)
        for worker in set(psutil.Process().children(recursive=True)) - before:
            if "spawn_main" in " ".join(worker.cmdline()):
                worker.kill()
        with pytest.raises(BuildError, match="a worker process died") as error:
            list(results)
    assert (error.value.got, error.value.exit_code) == (f"{TASK} on 2 workers", 1)
    assert "fewer --workers" in error.value.next


def test_closing_ends_the_workers(tmp_path: Path) -> None:
    before = set(psutil.Process().children(recursive=True))
    executor = Local(2)
    results = executor.map(TASK, payloads(tmp_path, 8))
    next(results)
    workers = [
        process
        for process in psutil.Process().children(recursive=True)
        if process not in before and "spawn_main" in " ".join(process.cmdline())
    ]
    assert workers
    executor.close()
    assert not psutil.wait_procs(workers, timeout=5)[1]
    executor.close()


UNGUARDED = """
print("main", flush=True)
import json, sys
from builder.run.executors.local import Local
executor = Local(2)
print(len(list(executor.map(sys.argv[1], json.loads(sys.argv[2])))), __spec__ is None, __file__.endswith("script.py"))
executor.close()
"""


def test_a_script_needs_no_guard(tmp_path: Path) -> None:
    """Its main file is not run again in the workers, which would start workers of their own."""
    script = tmp_path / "script.py"
    script.write_text(UNGUARDED, encoding="utf-8")
    arguments = [sys.executable, str(script), TASK, json.dumps(payloads(tmp_path, 12))]
    ran = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert (ran.stdout, ran.returncode) == ("main\n12 True True\n", 0), ran.stderr


@pytest.mark.parametrize("task", ["os:getcwd", "tests.run.building:parts", "builder"])
def test_only_functions_of_this_package_are_tasks(task: str) -> None:
    with pytest.raises(ValueError, match="no task outside of builder"):
        resolve(task)


def test_a_task_is_found_by_its_name() -> None:
    assert resolve(TASK).__name__ == "survey_files"
