"""Where the work is done: one method, so that inline, local processes and a cluster are equals.

A task is the name of a function, `package.module:function`, and a payload of JSON: nothing else crosses the seam.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

Payload = dict[str, Any]  # JSON
Result = dict[str, Any]  # JSON


class Executor(Protocol):
    """Runs tasks somewhere."""

    def map(self, task: str, payloads: Iterable[Payload]) -> Iterator[Result]:
        """The result of each payload, in the order of completion. The first error ends the iteration and is raised."""

    def warm(self, task: str, payload: Payload) -> None:
        """Have each worker run a task while there is nothing else to do: what it loads is there when the work begins."""

    def close(self) -> None:
        """Let go of all workers, at once."""


def finish(results: Iterable[Result]) -> None:
    """Wait for tasks that are run for what they write."""
    for _ in results:
        pass


def resolve(task: str) -> Callable[[Payload], Result]:
    """The function behind `package.module:function`; only functions of this package are tasks."""
    module, _, function = task.partition(":")
    if not module.startswith("builder."):
        msg = f"no task outside of builder: {task}"
        raise ValueError(msg)
    found: Callable[[Payload], Result] = getattr(importlib.import_module(module), function)
    return found


def run_task(task: str, payload: str) -> str:
    """Run one task on a JSON payload and give its result as JSON."""
    return json.dumps(resolve(task)(json.loads(payload)), ensure_ascii=False)
