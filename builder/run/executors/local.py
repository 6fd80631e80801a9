"""Run tasks in local processes: spawned, never forked (Arrow and OpenCC hold threads and locks)."""

from __future__ import annotations

import ctypes
import gc
import json
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from multiprocessing.util import Finalize
from types import FrameType
from typing import Any

from builder.core.errors import BuildError
from builder.core.executor import Payload, Result, run_task

PR_SET_PDEATHSIG = 1  # <linux/prctl.h>
GARBAGE = 200_000  # objects before a collection
AHEAD = 3  # tasks submitted for each worker, so that none waits for the driver


class Local:
    """`workers` processes that live as long as the executor. Order of tasks is kept, so large ones may come first."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        context = multiprocessing.get_context("spawn")
        self._running: set[Future[str]] = set()
        self._warming: list[Future[str]] = []
        self._cold: tuple[str, Payload] | None = None
        self._pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_start_worker)

    def warm(self, task: str, payload: Payload) -> None:
        """Give the task to the workers that the next `map` leaves without one; its result and its errors are nobody's."""
        self._cold = (task, payload)

    def _warm_others(self, busy: int) -> None:
        if self._cold:
            self._warming += [self._submit(*self._cold) for _ in range(self.workers - busy)]
            self._cold = None

    def _submit(self, task: str, payload: Payload) -> Future[str]:
        with _main_hidden(), _interrupts_held():  # a submission may start a worker
            return self._pool.submit(run_task, task, json.dumps(payload))

    def map(self, task: str, payloads: Iterable[Payload]) -> Iterator[Result]:
        """Keeps a few tasks ahead of the workers and gives results as they come."""
        waiting = iter(payloads)
        running = self._running
        try:
            while True:
                for payload in islice(waiting, AHEAD * self.workers - len(running)):
                    running.add(self._submit(task, payload))
                self._warm_others(len(running))
                if not running:
                    return
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    running.discard(future)
                    yield json.loads(future.result())
        except BrokenProcessPool as error:
            raise BuildError(
                "a worker process died",
                got=f"{task} on {self.workers} workers",
                next="the machine may be out of memory: run the same command again with fewer --workers; finished parts are kept",
            ) from error

    def close(self) -> None:
        """End the workers, at once where tasks still wait or run: what they were writing has no name yet."""
        if not all(future.done() for future in (*self._running, *self._warming)):
            for process in list((self._pool._processes or {}).values()):  # noqa: SLF001 - there is no public way to stop a task
                process.terminate()
        self._pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _main_hidden() -> Iterator[None]:
    """Spawned processes run the program's main file again; ours have no need of it, and a script without a guard would loop."""
    main = sys.modules["__main__"]
    hidden: dict[str, Any] = {name: vars(main).pop(name) for name in ("__spec__", "__file__") if name in vars(main)}
    main.__spec__ = None
    try:
        yield
    finally:
        vars(main).update(hidden)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Ctrl-C waits: a worker that loses its driver, or is hit itself, while it is still importing would print a traceback.

    Workers that are started meanwhile inherit the mask and never see it. Here another thread may be given the signal, hence
    the handler.
    """
    caught: list[tuple[int, FrameType | None]] = []
    mine = threading.current_thread() is threading.main_thread() and callable(signal.getsignal(signal.SIGINT))
    handler = signal.signal(signal.SIGINT, lambda *what: caught.append(what)) if mine else None
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT,))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        if mine:
            signal.signal(signal.SIGINT, handler)
    if caught and callable(handler):
        handler(*caught[0])


def _start_worker() -> None:
    """Leave Ctrl-C to the driver, use one thread for Arrow, and end when the driver is gone, however it went."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ["OMP_NUM_THREADS"] = "1"  # read by Arrow when it is first imported
    gc.set_threshold(GARBAGE)  # a batch makes many small tuples, and cycles hardly ever
    if sys.platform == "linux":
        # Asked of the kernel, since a library may hold the interpreter, and with it the watch below, for long.
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    threading.Thread(target=_end_with_driver, daemon=True).start()
    # A worker without work ends here, last of all, and does not unload its libraries one by one for half a second.
    Finalize(None, os._exit, args=(0,), exitpriority=-100)


def _end_with_driver() -> None:
    driver = multiprocessing.parent_process()
    if driver is not None:
        driver.join()
        os._exit(1)
