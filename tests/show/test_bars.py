"""Progress: bars on a terminal, plain lines elsewhere, and nothing on standard output."""

from __future__ import annotations

import io
import sys

import pytest
from rich.console import Console

from builder.show.bars import PLAIN_SECONDS, Bars, Lines, progress_bars


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("builder.show.bars.time", clock)
    return clock


def test_plain_lines(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    with Lines() as lines:
        lines.advance(1, 1, 1)  # before any phase: nothing to tell
        lines.phase("stage 1", 10_000_000)
        clock.now += 1
        lines.advance(1_000_000, 10, 9)
        clock.now += PLAIN_SECONDS
        lines.advance(4_000_000, 90, 41)
        lines.note("something to know")
        lines.phase("dedup.exact", 0)
        lines.phase("publish", 0)
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.splitlines() == [
        "stage 1",
        "  50%  9 documents/s  0.5 MB/s  kept 50.0%",
        "something to know",
        "  9 documents/s  0.5 MB/s  kept 50.0%",
        "dedup.exact",
        "publish",
    ]


def test_a_phase_without_a_size_has_no_share(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    with Lines() as lines:
        lines.phase("survey", 0)
        clock.now += PLAIN_SECONDS
        lines.advance(20_000_000, 0, 0)
    assert capsys.readouterr().err.splitlines() == ["survey", "  2.0 MB/s"]


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    screen = io.StringIO()
    monkeypatch.setattr("builder.show.bars.Console", lambda **_: Console(file=screen, force_terminal=True, width=160))
    return screen


def test_bars(terminal: io.StringIO) -> None:
    with Bars() as bars:
        bars.phase("stage 1", 2_000_000)
        bars.advance(1_000_000, 10, 9)
        bars.note("[something] to know")
        bars.phase("publish", 0)
    shown = terminal.getvalue()
    assert "stage 1" in shown
    assert "kept 90.0%" in shown
    assert "[something] to know" in shown
    assert "publish" in shown


def test_bars_stay_where_they_were_when_a_build_fails(terminal: io.StringIO) -> None:
    def failing() -> None:
        with Bars() as bars:
            bars.phase("stage 1", 2_000_000)
            bars.advance(1_000_000, 10, 9)
            raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        failing()
    assert "100%" not in terminal.getvalue()


@pytest.mark.parametrize(("terminal_there", "kind"), [(True, Bars), (False, Lines)])
def test_bars_are_for_terminals(monkeypatch: pytest.MonkeyPatch, *, terminal_there: bool, kind: type) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal_there)
    assert type(progress_bars()) is kind
