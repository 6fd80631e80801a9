"""Run tasks here, one after the other."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from builder.core.executor import Payload, Result, run_task


class Inline:
    """The executor without workers: for tests, for debugging, and for one small build."""

    def map(self, task: str, payloads: Iterable[Payload]) -> Iterator[Result]:
        """Through JSON like every other executor, so that what works here works there."""
        for payload in payloads:
            yield json.loads(run_task(task, json.dumps(payload)))

    def warm(self, task: str, payload: Payload) -> None:
        """Nothing: the work begins at once."""

    def close(self) -> None:
        """Nothing to let go of."""
