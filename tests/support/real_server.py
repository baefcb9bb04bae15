"""The product's own server with its own engine, in processes of its own."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from songwright.client import Client
from songwright.engines.native.play.soundfont import find_soundfont
from songwright.settings import Settings

READY_S = 300.0


@dataclass(kw_only=True)
class RealServer:
    """A running server."""

    url: str
    token: str
    process: subprocess.Popen[bytes]
    client: Client

    def pids(self, words: str) -> list[int]:
        """Process ids below the server whose command line contains ``words`` (Linux)."""
        return [pid for pid in _below(self.process.pid) if words in _command(pid)]

    def kill(self, words: str) -> int:
        """``kill -9`` what matches; how many there were."""
        pids = self.pids(words)
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        return len(pids)

    def await_ready(self) -> None:
        """Until songs can be made. Raises RuntimeError when the server ends instead."""
        deadline = time.monotonic() + READY_S
        while not self.client.ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the server is not ready; exit code {self.process.poll()}")
            time.sleep(0.2)


def _below(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += [int(child), *_below(int(child))]
    return found


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


@contextmanager
def real_server(folder: Path, variables: Mapping[str, str] | None = None) -> Iterator[RealServer]:
    """A server with its data in ``folder`` and the installed soundfont; ``variables`` of its environment on top."""
    settings = Settings()
    font = find_soundfont(settings.soundfont or None, settings.data_dir.resolve(), Path.cwd())
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    token = secrets.token_urlsafe(16)
    environment = {
        **os.environ,
        "SONGWRIGHT_DATA_DIR": str(folder),
        "SONGWRIGHT_API_TOKEN": token,
        "SONGWRIGHT_ALLOW_PRIVATE_ADDRESSES": "127.0.0.0/8",
        "SONGWRIGHT_LOG_LEVEL": "warning",
        **({"SONGWRIGHT_SOUNDFONT": str(font)} if font else {}),
        **(variables or {}),
    }
    command = [sys.executable, "-m", "songwright", "serve", "--port", str(port)]
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryFile() as log, Client(url, token, timeout_s=600.0) as client:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        server = RealServer(url=url, token=token, process=process, client=client)
        try:
            server.await_ready()
            yield server
        finally:
            process.terminate()
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
            log.seek(0)
            print(log.read().decode(errors="replace")[-8000:])  # pytest shows it beside a failure


@dataclass(kw_only=True)
class Receiver:
    """What a callback address got."""

    url: str
    bodies: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    arrived: threading.Event = field(default_factory=threading.Event)


@contextmanager
def receiver() -> Iterator[Receiver]:
    """A callback address on this machine."""
    found = Receiver(url="")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["content-length"])
            found.bodies.append(json.loads(self.rfile.read(length)))
            found.headers.append({k.lower(): v for k, v in self.headers.items()})
            self.send_response(200)
            self.end_headers()
            found.arrived.set()

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.url = f"http://127.0.0.1:{httpd.server_address[1]}/hook"
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    try:
        yield found
    finally:
        httpd.shutdown()
        httpd.server_close()
