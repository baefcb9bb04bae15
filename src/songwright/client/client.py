"""Talks to a Songwright server over its public HTTP API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx


class ApiError(Exception):
    """The server refused or failed: ``status``, ``code``, ``message`` and ``trace_id`` of the error envelope."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        error = body.get("error") or {}
        self.status = status
        self.code = str(error.get("code", "unknown"))
        self.message = str(error.get("message", "no message"))
        self.trace_id = str(body.get("trace_id", ""))
        super().__init__(f"{self.message} ({self.code}, HTTP {status}, trace {self.trace_id})")


class Client:
    """One connection pool to one server. Use as a context manager.

    Raises ApiError for error envelopes and httpx errors when the server cannot be reached.
    """

    def __init__(self, base_url: str, token: str, *, timeout_s: float = 300.0) -> None:
        headers = {"authorization": f"Bearer {token}"}
        self._http = httpx.Client(base_url=base_url, headers=headers, timeout=timeout_s, follow_redirects=True)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """POST JSON, read JSON."""
        return _read(self._http.post(path, json=body))

    def generate(self, **fields: Any) -> dict[str, Any]:
        """``POST /suno/audios``; the answer depends on ``async`` and ``callback_url`` among the fields."""
        return self.post("/suno/audios", fields)

    def stream(self, **fields: Any) -> Iterator[dict[str, Any]]:
        """``POST /suno/audios`` as NDJSON: an envelope each time something changes."""
        with self._http.stream(
            "POST", "/suno/audios", json=fields, headers={"accept": "application/x-ndjson"}
        ) as answer:
            if answer.status_code != 200:
                answer.read()
                _read(answer)
            for text in answer.iter_lines():
                if text.strip():
                    yield json.loads(text)

    def task(self, task_id: str) -> dict[str, Any]:
        """The record of a task; {} when there is none."""
        return self.post("/suno/tasks", {"id": task_id, "action": "retrieve"})

    def cancel(self, task_id: str) -> dict[str, Any]:
        """Ask for the end of a task; its record."""
        return self.post("/suno/tasks", {"id": task_id, "action": "cancel"})

    def tasks(self, *, limit: int = 20) -> dict[str, Any]:
        """The latest tasks of the token."""
        return self.post("/suno/tasks", {"action": "retrieve_batch", "limit": limit})

    def progress(self, task_id: str) -> dict[str, Any]:
        """State and stage of each take (a Songwright extension)."""
        return _read(self._http.get(f"/songwright/jobs/{task_id}"))

    def ready(self) -> bool:
        """Whether the server can make songs now."""
        try:
            return self._http.get("/health/ready", timeout=5.0).status_code == 200
        except httpx.HTTPError:
            return False

    def first_audio(self, clip_id: str) -> int:
        """Wait for the first bytes of a clip's live preview; their number."""
        with self._http.stream("GET", "/audiopipe", params={"item_id": clip_id}) as answer:
            answer.raise_for_status()
            for data in answer.iter_bytes():
                if data:
                    return len(data)
        return 0

    def download(self, url: str, path: Path) -> Path:
        """Save a media address to a file."""
        with self._http.stream("GET", url) as answer:
            answer.raise_for_status()
            with path.open("wb") as file:
                for data in answer.iter_bytes():
                    file.write(data)
        return path


def _read(answer: httpx.Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        body = {}
    if answer.status_code >= 400:
        raise ApiError(answer.status_code, body if isinstance(body, dict) else {})
    return body
