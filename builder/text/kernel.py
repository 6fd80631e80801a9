"""How a kernel is compiled: eagerly, without the interpreter lock, without fast-math, kept in the user's cache folder.

The cache sits outside the package, so that a read-only installation starts as fast as any other.
"""

from __future__ import annotations

import os
from pathlib import Path

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "corpus-builder" / "numba"
os.environ.setdefault("NUMBA_CACHE_DIR", str(CACHE))

from collections.abc import Callable  # noqa: E402 - numba reads the folder once, when it is first imported
from typing import Any  # noqa: E402

import numba  # noqa: E402


def kernel(*signatures: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Compile a function for the given numba signatures when its module is imported."""
    compiled: Callable[[Callable[..., Any]], Callable[..., Any]] = numba.njit(
        list(signatures), cache=True, nogil=True, fastmath=False, boundscheck=False, error_model="numpy"
    )
    return compiled


def inlined(function: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a function that kernels call: it is compiled into each of them."""
    marked: Callable[..., Any] = numba.njit(nogil=True, fastmath=False, boundscheck=False, error_model="numpy", inline="always")(
        function
    )
    return marked
