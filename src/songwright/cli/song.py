"""From a request to files in a folder, with a progress bar."""

from __future__ import annotations

import json
import os
import re
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unicodedata
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from songwright.app import read_settings
from songwright.client import Client
from songwright.engines.native.play.soundfont import find_soundfont
from songwright.jobs.supervisor import in_use

from .talk import fail, talking_to

POLL_S = 0.25
START_TIMEOUT_S = 300.0


def make_song(prompt: str, *, out_dir: Path, console: Console) -> int:
    """A whole run: server up, two songs, server down. Exit code."""
    port, token = _free_port(), secrets.token_urlsafe(24)
    url = f"http://127.0.0.1:{port}"
    environment = {**os.environ, **_place(), "SONGWRIGHT_API_TOKEN": token, "SONGWRIGHT_LOG_LEVEL": "warning"}
    command = [sys.executable, "-m", "songwright", "serve", "--host", "127.0.0.1", "--port", str(port)]
    with tempfile.TemporaryFile("w+b") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            with talking_to(url, token) as client:
                _await_ready(client, server, log, console)
                report = request_song(client, {"prompt": prompt, "model": "chirp-v5"}, out_dir=out_dir, console=console)
        finally:
            server.terminate()
            try:
                server.wait(30)
            except subprocess.TimeoutExpired:
                server.kill()
    report["seconds"]["setup"] = _setup_seconds()
    (out_dir / "song.json").write_text(json.dumps(report, indent=2, ensure_ascii=False), encoding="utf-8")
    return 0


def _place() -> dict[str, str]:
    """A data folder of its own while another server holds the usual one; the soundfont is shared."""
    data_dir = read_settings().data_dir
    if not in_use(data_dir):
        return {}
    font = find_soundfont(read_settings().soundfont or None, data_dir.resolve(), Path.cwd())
    return {"SONGWRIGHT_DATA_DIR": str(data_dir / "song"), **({"SONGWRIGHT_SOUNDFONT": str(font)} if font else {})}


def _setup_seconds() -> float:
    """Seconds the set-up before this run took, as it noted them; 0 when there was none."""
    note = Path(sys.prefix) / "setup-seconds"
    try:
        return round(float(note.read_text()), 1)
    except (OSError, ValueError):
        return 0.0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await_ready(client: Client, server: subprocess.Popen[bytes], log: Any, console: Console) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    with console.status("starting the server (the first start compiles the engine, about a minute)"):
        while not client.ready():
            if server.poll() is not None or time.monotonic() > deadline:
                log.seek(0)
                console.print(log.read().decode(errors="replace")[-4000:], highlight=False, markup=False)
                fail("the server did not start; its last words are above")
            time.sleep(POLL_S)


def request_song(client: Client, fields: dict[str, Any], *, out_dir: Path, console: Console) -> dict[str, Any]:
    """Ask for songs, follow them, save their files; writes and returns ``song.json``'s content."""
    out_dir.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    task_id = client.generate(**fields, **{"async": True})["task_id"]
    first_audio_s = _follow(client, task_id, started, console)
    total_s = time.monotonic() - started
    response = client.task(task_id).get("response", {})
    if not response.get("success"):
        error = response.get("error", {})
        fail(f"the song failed: {error.get('message', 'no message')} ({error.get('code', 'unknown')})")
    clips = [_save(client, item, number, out_dir) for number, item in enumerate(response["data"], start=1)]
    report: dict[str, Any] = {
        "request": fields,
        "clips": clips,
        "seconds": {"setup": 0.0, "first_audio": first_audio_s, "total": round(total_s, 2)},
    }
    (out_dir / "song.json").write_text(json.dumps(report, indent=2, ensure_ascii=False), encoding="utf-8")
    for clip in clips:
        console.print(f"{clip['mp3']}  {clip['duration']:.1f} s  {clip['title']}", highlight=False)
    console.print(f"first audio after {first_audio_s} s, everything after {total_s:.1f} s", highlight=False)
    return report


def _follow(client: Client, task_id: str, started: float, console: Console) -> float | None:
    """Show progress until the end; seconds until the first audio could be heard."""
    heard: list[float] = []

    def listen(clip_id: str) -> None:
        if client.first_audio(clip_id):
            heard.append(round(time.monotonic() - started, 2))

    listener: threading.Thread | None = None
    columns = (TextColumn("{task.description:<24}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"))
    with Progress(*columns, TimeElapsedColumn(), console=console) as bars:
        rows: dict[str, Any] = {}
        while True:
            state = client.progress(task_id)
            for take in state["takes"]:
                clip_id = take["clip_id"]
                if clip_id not in rows:
                    rows[clip_id] = bars.add_task(f"take {take.get('take', '')}", total=1.0)
                if listener is None:
                    listener = threading.Thread(target=listen, args=(clip_id,), daemon=True)
                    listener.start()
                done = 1.0 if take.get("last") == "clip.published" else take.get("progress", 0.0)
                label = "done" if done == 1.0 else str(take.get("stage", "waiting"))
                bars.update(rows[clip_id], completed=done, description=f"take {take.get('take', '')}: {label}")
            if state["status"] not in ("queued", "running"):
                break
            time.sleep(POLL_S)
    if listener is not None:
        listener.join(5.0)
    return heard[0] if heard else None


def file_stem(title: str) -> str:
    """A file name of a title: letters and digits of any script, hyphens between.

    >>> file_stem("Ship's Bell, at Dawn!")
    'ships-bell-at-dawn'
    """
    plain = unicodedata.normalize("NFKC", title).casefold().replace("'", "").replace("\u2019", "")
    return re.sub(r"[\W_]+", "-", plain).strip("-")[:60] or "song"


def _save(client: Client, item: dict[str, Any], number: int, out_dir: Path) -> dict[str, Any]:
    metadata = item.get("metadata", {})
    stem = f"{file_stem(item['title'] or 'song')}-{number}"
    kinds = {
        "mp3": (item["audio_url"], ".mp3"),
        "cover": (item["image_large_url"], ".jpg"),
        "lrc": (metadata.get("lrc_url"), ".lrc"),
        "midi": (metadata.get("midi_url"), ".mid"),
    }
    files = {
        kind: str(client.download(url, out_dir / f"{stem}{suffix}")) for kind, (url, suffix) in kinds.items() if url
    }
    return {
        "id": item["id"],
        "title": item["title"],
        **files,
        "duration": item["duration"],
        "lyric": item["lyric"],
        "style": item["style"],
        "metadata": metadata,
    }
