"""``songwright bench``: the speed table of the documentation, measured on a real server. JSON.

Ratios and medians count, not single seconds: machines differ and are shared. Each figure is listed with its bar.
"""

from __future__ import annotations

import os
import platform
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from songwright.app import read_settings
from songwright.client import Client
from songwright.engines.native.play.soundfont import find_soundfont

BARS = {
    "first_audio_s": 4.0,
    "one_sung_take_s": 40.0,
    "two_sung_takes_s": 70.0,
    "one_instrumental_take_s": 12.0,
    "cold_start_s": 10.0,
    "worker_peak_mb": 2048.0,
    "submit_p99_ms": 50.0,
    "task_read_p99_ms": 50.0,
    "idle_api_cpu_percent": 1.0,
}
PROMPT = "pop song about the first day of spring, 180 seconds, 110 bpm"
READS = 200
IDLE_S = 10.0


@dataclass(frozen=True, kw_only=True, slots=True)
class _Server:
    client: Client
    process: subprocess.Popen[bytes]
    start_s: float


def run_bench(*, quick: bool) -> dict[str, Any]:
    """Measure; ``quick`` renders fewer songs. Figures beside their bars."""
    figures: dict[str, Any] = {}
    with _server() as server:
        figures["cold_start_s"] = round(server.start_s, 2)
        figures["idle_api_cpu_percent"] = _idle_cpu(server.process.pid)
        figures |= _songs(server.client, quick=quick)
        figures |= _latencies(server.client)
        figures["worker_peak_mb"] = _peak_mb(server.process.pid)
    return {
        "machine": {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.platform()},
        "load_average": round(os.getloadavg()[0], 2),
        "figures": {
            name: {"value": figures.get(name), "bar": bar}
            for name, bar in BARS.items()
            if figures.get(name) is not None
        },
        "details": figures.get("details", {}),
    }


def run_actions(*, source_s: int, tell: Callable[[str], None]) -> dict[str, Any]:
    """Time every action on a source of ``source_s`` seconds."""
    from .bench_actions import time_actions

    with _server() as server:
        return time_actions(server.client, source_s=source_s, tell=tell)


@contextmanager
def _server() -> Iterator[_Server]:
    """A server on a free port with an empty data folder; the installed soundfont is used."""
    settings = read_settings()
    font = find_soundfont(settings.soundfont or None, settings.data_dir.resolve(), Path.cwd())
    with tempfile.TemporaryDirectory(prefix="songwright-bench-") as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
        probe.close()
        token = secrets.token_urlsafe(16)
        own = {"SONGWRIGHT_DATA_DIR": folder, "SONGWRIGHT_API_TOKEN": token, "SONGWRIGHT_LOG_LEVEL": "error"}
        own |= {"SONGWRIGHT_SOUNDFONT": str(font)} if font else {}
        own |= {"SONGWRIGHT_MAX_QUEUED_PER_TOKEN": "100000", "SONGWRIGHT_ALLOW_PRIVATE_ADDRESSES": "127.0.0.0/8"}
        own |= {"SONGWRIGHT_SYNC_TIMEOUT_S": "900"}
        started = time.monotonic()
        command = [sys.executable, "-m", "songwright", "serve", "--port", str(port)]
        process = subprocess.Popen(command, env={**os.environ, **own}, stdout=subprocess.DEVNULL)
        try:
            with Client(f"http://127.0.0.1:{port}", token, timeout_s=900.0) as client:
                while not client.ready():
                    if process.poll() is not None:
                        raise RuntimeError(f"the server ended with code {process.returncode}")
                    time.sleep(0.1)
                yield _Server(client=client, process=process, start_s=time.monotonic() - started)
        finally:
            process.terminate()
            process.wait(60)


def _songs(client: Client, *, quick: bool) -> dict[str, Any]:
    client.generate(prompt="warm up, pop, 60 seconds", model="chirp-v5", takes=1, seed=1)
    runs = 1 if quick else 3
    first: list[float] = []
    one: list[dict[str, float]] = []
    for number in range(runs):
        heard, took = _timed(client, {"prompt": PROMPT, "takes": 1, "seed": 10 + number})
        first.append(heard)
        one.append(took)
    figures: dict[str, Any] = {
        "first_audio_s": round(statistics.median(first), 2),
        "one_sung_take_s": round(statistics.median(run["seconds"] for run in one), 1),
        "details": {"one_sung_take": one, "first_audio": first},
    }
    if not quick:
        _, two = _timed(client, {"prompt": PROMPT, "takes": 2, "seed": 20})
        _, band = _timed(client, {"prompt": PROMPT, "takes": 1, "seed": 30, "instrumental": True})
        figures |= {"two_sung_takes_s": two["seconds"], "one_instrumental_take_s": band["seconds"]}
        figures["details"] |= {"two_sung_takes": two, "one_instrumental_take": band}
    return figures


def _timed(client: Client, fields: dict[str, Any]) -> tuple[float, dict[str, float]]:
    """Seconds to the first audio, and seconds with the length of what was made."""
    started = time.monotonic()
    heard: list[float] = []

    def listen(clip_id: str) -> None:
        client.first_audio(clip_id)
        heard.append(time.monotonic() - started)

    listener: threading.Thread | None = None
    last: dict[str, Any] = {}
    for last in client.stream(model="chirp-v5", **fields):
        if listener is None and last.get("data"):
            listener = threading.Thread(target=listen, args=(last["data"][0]["id"],))
            listener.start()
    took = time.monotonic() - started
    if listener:
        listener.join(10.0)
    length = sum(item.get("duration", 0.0) for item in last.get("data", []))
    return (heard[0] if heard else took), {"seconds": round(took, 1), "sound_seconds": round(length, 1)}


def _latencies(client: Client) -> dict[str, float]:
    """Submit and read times while many jobs wait; the waiting ones are cancelled afterwards."""
    submits: list[float] = []
    ids: list[str] = []
    for number in range(READS):
        started = time.perf_counter()
        fields = {"prompt": f"bench {number}", "async": True, "takes": 1, "model": "chirp-v5"}
        ids.append(client.generate(**fields)["task_id"])
        submits.append(time.perf_counter() - started)
    reads: list[float] = []
    for task_id in ids:
        started = time.perf_counter()
        client.task(task_id)
        reads.append(time.perf_counter() - started)
    for task_id in ids:
        client.cancel(task_id)
    return {"submit_p99_ms": _p99_ms(submits), "task_read_p99_ms": _p99_ms(reads)}


def _p99_ms(values: list[float]) -> float:
    return round(1000 * statistics.quantiles(values, n=100)[98], 1)


def _children(pid: int) -> list[int]:
    """The process and all below it (Linux)."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += _children(int(child))
    return found


def _idle_cpu(pid: int) -> float | None:
    """CPU of the whole server with nothing to do, percent of one core (Linux)."""
    if not Path("/proc").exists():
        return None

    def ticks() -> float:
        total = 0.0
        for child in _children(pid):
            fields = Path(f"/proc/{child}/stat").read_text().rsplit(")", 1)[1].split()
            if "songwright api" in Path(f"/proc/{child}/cmdline").read_text().replace("\0", " "):
                total += int(fields[11]) + int(fields[12])
        return total

    before = ticks()
    time.sleep(IDLE_S)
    return round(100 * (ticks() - before) / os.sysconf("SC_CLK_TCK") / IDLE_S, 2)


def _peak_mb(pid: int) -> float | None:
    """The largest peak memory of any one process of the server (Linux)."""
    if not Path("/proc").exists():
        return None
    peaks: list[float] = []
    for child in _children(pid):
        for line in Path(f"/proc/{child}/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                peaks.append(int(line.split()[1]) / 1024)
    return round(max(peaks), 0)
