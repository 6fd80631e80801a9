"""How a kernel is compiled: eagerly, without the interpreter lock, without fast-math, kept in the user's cache folder.

The cache sits outside the package, so that a read-only installation starts as fast as any other.
"""

from __future__ import annotations

import os
from pathlib import Path

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "corpus-builder" / "numba"
os.environ.setdefault("NUMBA_CACHE_DIR", str(CACHE))

from collections.abc import Callable  # noqa: E402 - numba reads the folder once, when it is first imported
from types import CodeType, FunctionType  # noqa: E402
from typing import Any  # noqa: E402

import numba  # noqa: E402
from numba.core.dispatcher import Dispatcher  # noqa: E402

FROZEN = (int, float, str, tuple)  # globals that are compiled into a kernel as they are


def kernel(*signatures: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Compile a function for the given numba signatures when its module is imported.

    Numba takes its cache for fresh as long as the function's own file has not changed. Ours also asks for all that is
    compiled in from elsewhere: the kernels that it calls, and constants.
    """

    def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
        dispatcher: Callable[..., Any] = numba.njit(
            cache=True, nogil=True, fastmath=False, boundscheck=False, error_model="numpy"
        )(function)
        if isinstance(dispatcher, Dispatcher):  # a plain function where NUMBA_DISABLE_JIT is set
            dispatcher._cache._cache_file._source_stamp = stamp(function)  # type: ignore[attr-defined]  # noqa: SLF001 - no public way
            for signature in signatures:
                dispatcher.compile(signature)
            dispatcher.disable_compile()
        return dispatcher

    return compiled


def inlined(function: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a function that kernels call: it is compiled into each of them."""
    marked: Callable[..., Any] = numba.njit(nogil=True, fastmath=False, boundscheck=False, error_model="numpy", inline="always")(
        function
    )
    return marked


def stamp(function: Callable[..., Any]) -> tuple[object, ...]:
    """What a compiled function depends on: files, by time and size, and constants, as text; of all that it calls as well."""
    files: dict[str, tuple[int, int]] = {}
    constants: set[str] = set()
    waiting, seen = [function], set()
    while waiting:
        current = waiting.pop()
        if not isinstance(current, FunctionType) or current in seen:
            continue
        seen.add(current)
        about = Path(current.__code__.co_filename).stat()
        files[current.__code__.co_filename] = about.st_mtime_ns, about.st_size
        for name in _names(current.__code__):
            value = current.__globals__.get(name)
            if isinstance(value, Dispatcher):
                waiting.append(value.py_func)
            elif isinstance(value, FROZEN):
                constants.add(f"{name}={value!r}")
    return tuple(sorted(files.items())), tuple(sorted(constants))


def _names(code: CodeType) -> set[str]:
    """The global names in a function, and in the functions inside of it."""
    inner = (constant for constant in code.co_consts if isinstance(constant, CodeType))
    return set(code.co_names).union(*map(_names, inner))
