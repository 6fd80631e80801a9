"""Peak memory of this process and all below it: proportional set size, in which shared pages count once."""

from __future__ import annotations

import threading
from pathlib import Path
from types import TracebackType
from typing import Self

PAUSE = 0.25  # seconds between two looks


class Peak:
    """Watches while the block runs; `bytes` is the most that was seen."""

    def __init__(self, root: int) -> None:
        self._root, self._end = root, threading.Event()
        self._watch = threading.Thread(target=self._look, daemon=True)
        self.bytes = 0

    def __enter__(self) -> Self:
        self._watch.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._end.set()
        self._watch.join()

    def _look(self) -> None:
        while not self._end.wait(PAUSE):
            self.bytes = max(self.bytes, sum(_proportional(process) for process in _tree(self._root)))


def _tree(root: int) -> list[int]:
    """The process and its descendants."""
    tree = [root]
    for process in tree:
        for children in Path(f"/proc/{process}/task").glob("*/children"):
            tree += [int(child) for child in _read(children).split()]
    return tree


def _proportional(process: int) -> int:
    for line in _read(Path(f"/proc/{process}/smaps_rollup")).splitlines():
        if line.startswith("Pss:"):
            return 1024 * int(line.split()[1])
    return 0


def _read(path: Path) -> str:
    """Empty where the process is gone."""
    try:
        return path.read_text()
    except OSError:
        return ""
