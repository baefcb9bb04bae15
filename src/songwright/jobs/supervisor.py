"""The parent of `serve`: brings the database up to date, starts API and workers, starts again what dies.

A worker that died is replaced under the same executor id, which takes up the dead one's jobs within a second or two.
The children hold an inherited lock on the data folder, so that a new parent waits until the last child of a killed
one is gone.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from songwright.jobs.facade import upgrade_database
from songwright.jobs.lifeline import ENVIRONMENT_NAME as LIFELINE
from songwright.jobs.settings import ENVIRONMENT_NAME, JobSettings

log = logging.getLogger(__name__)

LOOK_S = 0.2
QUICK_S = 5.0  # a child that ends sooner than this after its start is held back a little longer each time
MOST_QUICK_ENDS = 5
LOCK_WAIT_S = 20.0
SOURCES = Path(__file__).parents[1]


class AlreadyRunning(RuntimeError):
    """Another server uses this data folder."""


@dataclass(kw_only=True, slots=True)
class _Child:
    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    start_at: float = 0.0
    quick_ends: int = 0


@dataclass(kw_only=True, slots=True)
class Supervisor:
    """Runs ``api_command`` (none when empty) and ``settings.workers`` workers until told to stop."""

    settings: JobSettings
    api_command: Sequence[str] = ()
    on_started: Callable[[], None] = lambda: None  # after the children were started the first time
    _children: list[_Child] = field(default_factory=list[_Child])
    _stopping: bool = False
    _lock: IO[bytes] | None = None

    def run(self) -> int:
        """Blocks until SIGTERM or SIGINT (0), or until a child cannot be kept running (1).

        Raises AlreadyRunning, DatabaseSetupError.
        """
        before = {number: signal.signal(number, self._on_signal) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            self._lock = _lock_folder(Path(self.settings.data_dir))
            upgrade_database(self.settings)
            self._children = self._plan()
            for child in self._children:
                self._start(child)
            self.on_started()
            while not self._stopping:
                if not self._look():
                    return 1
                time.sleep(LOOK_S)
            return 0
        finally:
            self._end_all()
            for number, handler in before.items():
                signal.signal(number, handler)
            if self._lock is not None:
                self._lock.close()

    def stop(self) -> None:
        """Make :meth:`run` return; callable from another thread or a signal handler."""
        self._stopping = True

    def pids(self) -> dict[str, int]:
        """Process ids of the living children by name: ``api``, ``worker-0``, ..."""
        return {c.name: c.process.pid for c in self._children if c.process and c.process.poll() is None}

    def _on_signal(self, _number: int, _frame: Any) -> None:
        self.stop()

    def _plan(self) -> list[_Child]:
        host = _host_name(Path(self.settings.data_dir))
        children = [_Child(name="api", command=list(self.api_command))] if self.api_command else []
        for number in range(self.settings.workers):
            command = [sys.executable, "-m", "songwright.jobs.worker", f"{host}-{number}"]
            children.append(_Child(name=f"worker-{number}", command=command))
        return children

    def _start(self, child: _Child) -> None:
        environment = {**with_bytecode(os.environ, Path(self.settings.data_dir)), LIFELINE: "1"}
        environment[ENVIRONMENT_NAME] = self.settings.to_json()
        child.process = subprocess.Popen(
            child.command,
            stdin=subprocess.PIPE,
            env=environment,
            start_new_session=True,  # Ctrl-C reaches the parent alone, which stops the others in order
            pass_fds=(self._lock.fileno(),) if self._lock else (),
        )
        child.started = time.monotonic()

    def _look(self) -> bool:
        """Start again what ended; False when something ends again and again right after its start."""
        at = time.monotonic()
        for child in self._children:
            if child.process is None:
                if at >= child.start_at:
                    self._start(child)
            elif child.process.poll() is not None:
                log.warning("%s ended with code %s, starting it again", child.name, child.process.returncode)
                child.quick_ends = child.quick_ends + 1 if at - child.started < QUICK_S else 0
                if child.quick_ends >= MOST_QUICK_ENDS:
                    log.error("%s cannot be kept running; see the messages above", child.name)
                    return False
                _close_stdin(child.process)
                child.process = None
                child.start_at = at + (0.5 * 2**child.quick_ends if child.quick_ends else 0.0)
        return True

    def _end_all(self) -> None:
        """SIGTERM to all, then wait; SIGKILL to what is left after the drain time."""
        alive = [child.process for child in self._children if child.process is not None]
        for process in alive:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
        deadline = time.monotonic() + self.settings.drain_s + 10.0
        for process in alive:
            try:
                process.wait(timeout=max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            _close_stdin(process)


def with_bytecode(environment: Mapping[str, str], data_dir: Path, *, sources: Path = SOURCES) -> dict[str, str]:
    """The environment for children: without bytecode, each start would compile a thousand modules again, for seconds.

    Installed packages bring theirs, so ours is written beside ``sources`` too, even if Python is told not to. Where
    that folder cannot be written to, all bytecode goes into a folder of ours.
    """
    found = dict(environment)
    if found.pop("PYTHONDONTWRITEBYTECODE", "") and not os.access(sources, os.W_OK):
        found.setdefault("PYTHONPYCACHEPREFIX", str(data_dir / "bytecode"))
    return found


def _close_stdin(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.close()


def _host_name(data_dir: Path) -> str:
    """A name for this data folder that stays the same over restarts, so that restarted workers find their jobs."""
    path = data_dir / "host-id"
    if not path.exists():
        path.write_text(uuid.uuid4().hex[:12])
    return path.read_text().strip()


def in_use(data_dir: Path) -> bool:
    """Whether a server holds the data folder now."""
    path = data_dir / "serve.lock"
    if sys.platform == "win32" or not path.exists():
        return False
    import fcntl

    with path.open("wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def _lock_folder(data_dir: Path) -> IO[bytes] | None:
    """Hold the data folder for this server and its children. Raises AlreadyRunning."""
    data_dir.mkdir(parents=True, exist_ok=True)
    if sys.platform == "win32":
        return None
    import fcntl

    lock = (data_dir / "serve.lock").open("wb")
    deadline = time.monotonic() + LOCK_WAIT_S
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return lock
        except OSError as error:
            if time.monotonic() > deadline:
                lock.close()
                raise AlreadyRunning(f"another server uses the data folder {data_dir}; stop it first") from error
            time.sleep(LOOK_S)
