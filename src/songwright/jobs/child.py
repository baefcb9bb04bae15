"""The worker's side of compute children: start, ask, stop, replace."""

from __future__ import annotations

import base64
import contextlib
import json
import logging
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

from songwright.store.records import JobError

log = logging.getLogger(__name__)

LISTEN_S = 0.2  # how often a caller gets the word while the child is silent
LOAD_S = 900.0  # longest time to load models; the first start on a machine compiles


class ChildDied(Exception):
    """The compute process ended in the middle of a request."""


class ChildStopped(Exception):
    """The request was given up because the caller asked so."""


class ChildFailed(Exception):
    """The engine raised; ``error`` is what to tell the caller."""

    def __init__(self, error: JobError, trace: str) -> None:
        self.error = error
        self.trace = trace
        super().__init__(error.message)


class ComputeChild:
    """One compute process. Used by one thread at a time."""

    def __init__(self, workshop: str, *, stop_grace_s: float) -> None:
        self._workshop = workshop
        self._stop_grace_s = stop_grace_s
        self._process: subprocess.Popen[bytes] | None = None
        self._messages: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._ready = False

    @property
    def pid(self) -> int | None:
        """Process id while it lives."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self) -> None:
        """Start the process if there is none; returns at once, the engine loads in the background."""
        if self.pid is not None:
            return
        self._discard()
        self._messages, self._ready = queue.SimpleQueue(), False
        self._process = subprocess.Popen(
            [sys.executable, "-m", "songwright.jobs.compute", self._workshop],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        reader = threading.Thread(
            target=_read, args=(self._process, self._messages), name="compute-answers", daemon=True
        )
        reader.start()

    def wait_ready(self, timeout_s: float = LOAD_S) -> None:
        """Wait until the engine is loaded. Raises ChildDied, ChildFailed or TimeoutError."""
        self.start()
        deadline = time.monotonic() + timeout_s
        while not self._ready:
            message = self._next()
            if message is None:
                if time.monotonic() > deadline:
                    raise TimeoutError(f"the engine was not loaded within {timeout_s:.0f} s")
            elif "failed" in message:
                raise _failure(message["failed"])
            elif "ready" in message:
                self._ready = True

    def ask(
        self,
        request: dict[str, Any],
        *,
        on_progress: Callable[[float, str], None] = lambda _fraction, _stage: None,
        on_audio: Callable[[int, bytes], None] = lambda _seq, _data: None,
        tick: Callable[[], bool] = lambda: True,
    ) -> dict[str, Any]:
        """Do a request; gives what the child left.

        ``tick`` runs after every message and at least five times a second; when it says False the request is
        given up. Raises ChildFailed, ChildStopped or ChildDied, or what a callback raises (the request is given up).
        """
        self.wait_ready()
        self._send(request)
        try:
            while True:
                message = self._next()
                if message is not None:
                    if "done" in message:
                        return message["done"]
                    if "failed" in message:
                        raise _failure(message["failed"])
                    if "progress" in message:
                        on_progress(message["progress"], message["stage"])
                    elif "audio" in message:
                        on_audio(message["seq"], base64.b64decode(message["audio"]))
                if not tick():
                    raise ChildStopped
        except (ChildFailed, ChildDied):
            raise
        except BaseException:
            self._give_up()
            raise

    def kill(self) -> None:
        """End the process now."""
        if self._process is not None:
            self._process.kill()
            self._discard()

    def close(self) -> None:
        """End the process by closing its stdin; it is killed if that is not enough."""
        if self._process is None or self._process.stdin is None:
            return
        try:
            self._process.stdin.close()
            self._process.wait(timeout=2.0)
        except (OSError, subprocess.TimeoutExpired):
            self.kill()

    def _discard(self) -> None:
        """Wait for a process that has ended or is about to, and close what leads to it."""
        if self._process is None:
            return
        self._process.wait()
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()

    def _give_up(self) -> None:
        """Ask the engine to stop; a process that does not listen is killed (the next request starts another)."""
        deadline = time.monotonic() + self._stop_grace_s
        try:
            self._send({"do": "stop"})
            while time.monotonic() < deadline:
                message = self._next()
                if message is not None and ("stopped" in message or "done" in message or "failed" in message):
                    return
        except ChildDied:
            return
        self.kill()

    def _send(self, message: dict[str, Any]) -> None:
        if self._process is None or self._process.stdin is None:
            raise ChildDied("the compute process was not started")
        try:
            self._process.stdin.write(json.dumps(message).encode() + b"\n")
            self._process.stdin.flush()
        except OSError as error:
            raise ChildDied("the compute process does not read") from error

    def _next(self) -> dict[str, Any] | None:
        """The next message; None when there was none for a moment. Raises ChildDied after the last one."""
        try:
            message = self._messages.get(timeout=LISTEN_S)
        except queue.Empty:
            return None
        if message is None:
            code = self._process.wait() if self._process else None
            raise ChildDied(f"the compute process ended with code {code}")
        return message


class Children:
    """The compute children of a worker, one per slot."""

    def __init__(self, children: list[ComputeChild]) -> None:
        self._all = children
        self._free: queue.SimpleQueue[ComputeChild] = queue.SimpleQueue()
        for child in children:
            self._free.put(child)

    @contextmanager
    def borrow(self) -> Generator[ComputeChild]:
        """A child that nobody else uses; waits for one."""
        child = self._free.get()
        try:
            yield child
        finally:
            self._free.put(child)

    def start(self) -> None:
        """Start all and wait until all are loaded. Raises like :meth:`ComputeChild.wait_ready`."""
        for child in self._all:
            child.start()
        for child in self._all:
            child.wait_ready()

    def close(self) -> None:
        """End all."""
        for child in self._all:
            child.close()


def _read(process: subprocess.Popen[bytes], messages: queue.SimpleQueue[dict[str, Any] | None]) -> None:
    """Hand on what the child says; None at its end."""
    if process.stdout is not None:
        with process.stdout as answers:
            for line in answers:
                messages.put(json.loads(line))
    messages.put(None)


def _failure(raw: dict[str, Any]) -> ChildFailed:
    error = JobError(code=raw["code"], message=raw["message"], status=raw["status"])
    return ChildFailed(error, raw.get("trace", ""))
