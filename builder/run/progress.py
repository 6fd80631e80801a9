"""What a build tells while it runs. The engine calls; the command line shows; a library call stays silent."""

from __future__ import annotations

from types import TracebackType
from typing import Protocol, Self


class Progress(Protocol):
    """Receives the progress of one phase after the other."""

    def phase(self, name: str, total_bytes: int) -> None:
        """A phase begins; `total_bytes` of input lie before it, 0 where that is unknown."""

    def advance(self, size: int, documents: int, kept: int) -> None:
        """`size` bytes and `documents` are done, of which `kept` stay."""

    def note(self, text: str) -> None:
        """Something to tell that is no progress."""

    def __enter__(self) -> Self: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None: ...


class Silent:
    """Tells nothing."""

    def phase(self, name: str, total_bytes: int) -> None:
        """Nothing."""

    def advance(self, size: int, documents: int, kept: int) -> None:
        """Nothing."""

    def note(self, text: str) -> None:
        """Nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Nothing."""
