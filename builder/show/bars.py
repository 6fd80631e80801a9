"""Progress on a terminal as bars, elsewhere as plain lines."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn

PLAIN_SECONDS = 10.0  # between two plain lines of one phase


class _Phase:
    """What one phase has done so far."""

    def __init__(self, name: str, total_bytes: int) -> None:
        self.name, self.total_bytes = name, total_bytes
        self.bytes = self.documents = self.kept = 0
        self.begun = self.shown = time.monotonic()

    def rates(self) -> str:
        """Documents and MB a second, and the share that stays."""
        seconds = max(time.monotonic() - self.begun, 1e-3)
        if not self.bytes:
            return ""
        rate = f"{self.bytes / 1e6 / seconds:.1f} MB/s"
        if not self.documents:
            return rate
        return f"{self.documents / seconds:,.0f} documents/s  {rate}  kept {self.kept / self.documents:.1%}"


class Bars:
    """One bar for each phase, on standard error."""

    def __init__(self) -> None:
        columns = (
            TextColumn("{task.description:<44.44}"),
            BarColumn(),
            TextColumn("{task.fields[rates]}"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
        )
        self._bars = Progress(*columns, console=Console(stderr=True))
        self._phase: _Phase | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is None:
            self._end()
        self._bars.stop()

    def phase(self, name: str, total_bytes: int) -> None:
        """End the bar of the last phase and begin another."""
        self._end()
        self._phase = _Phase(name, total_bytes)
        self._task = self._bars.add_task(name, total=total_bytes or None, rates="")

    def advance(self, size: int, documents: int, kept: int) -> None:
        """Move the bar."""
        if self._phase and self._task is not None:
            self._phase.bytes += size
            self._phase.documents += documents
            self._phase.kept += kept
            self._bars.update(self._task, completed=self._phase.bytes, rates=self._phase.rates())

    def note(self, text: str) -> None:
        """A line above the bars."""
        self._bars.console.print(text, highlight=False, markup=False)

    def _end(self) -> None:
        if self._phase and self._task is not None:
            total = self._phase.total_bytes or 1
            self._bars.update(self._task, total=total, completed=total)


class Lines:
    """A line when a phase begins, and one every few seconds."""

    def __init__(self) -> None:
        self._phase: _Phase | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._end()

    def phase(self, name: str, total_bytes: int) -> None:
        """A line with the name."""
        self._end()
        self._phase = _Phase(name, total_bytes)
        self.note(name)

    def advance(self, size: int, documents: int, kept: int) -> None:
        """A line now and then."""
        phase = self._phase
        if phase is None:
            return
        phase.bytes += size
        phase.documents += documents
        phase.kept += kept
        if time.monotonic() - phase.shown >= PLAIN_SECONDS:
            phase.shown = time.monotonic()
            share = f"{phase.bytes / phase.total_bytes:.0%}  " if phase.total_bytes else ""
            self.note(f"  {share}{phase.rates()}")

    def note(self, text: str) -> None:
        """A line on standard error."""
        print(text, file=sys.stderr, flush=True)  # noqa: T201 - this is the one place that shows progress

    def _end(self) -> None:
        if self._phase and self._phase.documents:
            self.note(f"  {self._phase.rates()}")


def progress_bars() -> Bars | Lines:
    """Bars where standard error is a terminal, plain lines elsewhere."""
    return Bars() if sys.stderr.isatty() else Lines()
