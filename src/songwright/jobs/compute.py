"""The compute child: holds the loaded engine, makes one take at a time, talks JSON lines with its worker.

Started as ``python -m songwright.jobs.compute module:function``. Requests come on stdin, answers go to what was
stdout; anything the engine prints goes to stderr. It ends when stdin does, so it never outlives its worker.

    -> {"do": "plan", "action": {...}, "take": 1, "clip_ids": [...], "materials": {...}, "folder": "..."}
    -> {"do": "render", "plans": ["<path>"], "clip_ids": [...], "materials": {...}, "folder": "..."}
    -> {"do": "work", "action": {...}, "clip_id": "...", "materials": {...}, "folder": "..."}   -> {"do": "stop"}
    <- {"ready": true}       <- {"progress": 0.4, "stage": "sing"}       <- {"audio": "<base64>", "seq": 3}
    <- {"done": {...}}       <- {"failed": {"code", "message", "status", "trace"}}    <- {"stopped": true}
"""

from __future__ import annotations

import base64
import json
import os
import queue
import shutil
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from songwright.domain.action import ToolAction, action_from_data
from songwright.jobs.errors import UNKNOWN_FAILURE
from songwright.jobs.imports import load_object
from songwright.jobs.ports import MaterialFiles, PlanResult, RenderedFile, RenderResult, SongWorkshop, Stopped


class Compute:
    """Serves requests with a workshop. ``send`` takes one message; it may be called from any thread."""

    def __init__(self, workshop: SongWorkshop, send: Callable[[dict[str, Any]], None]) -> None:
        self._workshop = workshop
        self._send = send
        self.stop = threading.Event()

    def serve(self, request: dict[str, Any]) -> None:
        """Do one request; always ends with exactly one of done, failed, stopped."""
        work = {"plan": self._plan, "render": self._render, "work": self._work}
        try:
            self._send({"done": work[request["do"]](request)})
        except Stopped:
            self._send({"stopped": True})
        except Exception as error:
            self._send({"failed": failure_of(error)})

    def _plan(self, request: dict[str, Any]) -> dict[str, Any]:
        clip_ids: list[str] = request["clip_ids"]
        results = self._workshop.plan(
            action_from_data(request["action"]),
            take=request["take"],
            clip_ids=clip_ids,
            materials=MaterialFiles.from_json(request["materials"]),
        )
        folder = Path(request["folder"])
        clips = [_left_plan(result, folder / clip_id) for clip_id, result in zip(clip_ids, results, strict=True)]
        return {"clips": clips}

    def _render(self, request: dict[str, Any]) -> dict[str, Any]:
        clip_ids: list[str] = request["clip_ids"]
        results = self._workshop.render(
            [Path(path).read_bytes() for path in request["plans"]],
            clip_ids=clip_ids,
            materials=MaterialFiles.from_json(request["materials"]),
            on_progress=self._progress,
            on_audio=self._audio,
            should_stop=self.stop.is_set,
        )
        folder = Path(request["folder"])
        clips = [_left_sound(result, folder / clip_id) for clip_id, result in zip(clip_ids, results, strict=True)]
        return {"clips": clips}

    def _work(self, request: dict[str, Any]) -> dict[str, Any]:
        action = action_from_data(request["action"])
        if not isinstance(action, ToolAction):
            raise TypeError(f"{action.kind.value} is not a tool")
        made = self._workshop.work(
            action,
            clip_id=request["clip_id"],
            materials=MaterialFiles.from_json(request["materials"]),
            on_progress=self._progress,
            should_stop=self.stop.is_set,
        )
        folder = Path(request["folder"])
        clip = None
        if made.clip:
            planned, rendered = (
                _left_plan(made.clip.planned, folder / "plan"),
                _left_sound(made.clip.rendered, folder / "clip"),
            )
            clip = {**planned, **rendered, "metadata": {**planned["metadata"], **rendered["metadata"]}}
            clip["files"] = [*planned["files"], *rendered["files"]]
        return {
            "result": made.result,
            "clip": clip,
            "files": _leave(made.files, folder / "more"),
            "persona": made.persona,
        }

    def _progress(self, fraction: float, stage: str) -> None:
        self._send({"progress": round(min(max(float(fraction), 0.0), 1.0), 4), "stage": str(stage)})

    def _audio(self, seq: int, data: bytes) -> None:
        self._send({"audio": base64.b64encode(data).decode(), "seq": int(seq)})


def failure_of(error: Exception) -> dict[str, Any]:
    """An exception as the fields of a job's error: its own code, text and status if it is one of ours.

    What an unforeseen exception says is for the log, which gets the trace, not for callers.
    """
    code, status = getattr(error, "code", None), getattr(error, "status", None)
    known = isinstance(code, str)
    return {
        "code": code if known else "api_error",
        "message": str(error) if known else UNKNOWN_FAILURE.message,
        "status": status if known and isinstance(status, int) else 500,
        "trace": "".join(traceback.format_exception(error)),
    }


def _left_plan(result: PlanResult, folder: Path) -> dict[str, Any]:
    plan = RenderedFile(kind="plan", mime_type="application/gzip", data=result.plan, extension="json.gz")
    return {
        "title": result.title,
        "style": result.style,
        "lyrics": result.lyrics,
        "metadata": result.metadata,
        "files": _leave((*result.files, plan), folder),
        "blobs": list(result.blobs),
    }


def _left_sound(result: RenderResult, folder: Path) -> dict[str, Any]:
    files = _leave(result.files, folder)
    return {"duration_s": result.duration_s, "metadata": result.metadata, "files": files}


def _leave(files: tuple[RenderedFile, ...], folder: Path) -> list[dict[str, str]]:
    """Put files where the worker finds them."""
    folder.mkdir(parents=True, exist_ok=True)
    left: list[dict[str, str]] = []
    for file in files:
        path = folder / f"{file.kind}.{file.extension}"
        if isinstance(file.data, Path):
            shutil.move(file.data, path)
        else:
            path.write_bytes(file.data)
        left.append({"kind": file.kind, "mime_type": file.mime_type, "path": str(path), "extension": file.extension})
    return left


def _listen(requests: queue.SimpleQueue[dict[str, Any]], stop: threading.Event) -> None:
    """Read requests until stdin ends, then end the process at once, whatever it is doing."""
    waiting = b""
    while piece := os.read(0, 1 << 16):
        *lines, waiting = (waiting + piece).split(b"\n")
        for line in lines:
            request = json.loads(line)
            if request["do"] == "stop":
                stop.set()
            else:
                stop.clear()
                requests.put(request)
    os._exit(0)


def main(arguments: list[str]) -> None:
    """Load the workshop named by the argument and serve until stdin ends."""
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    sys.stdout = sys.stderr

    turn = threading.Lock()  # an engine may report from several threads

    def send(message: dict[str, Any]) -> None:
        left = memoryview(json.dumps(message).encode() + b"\n")
        with turn:
            while left:
                left = left[answers.write(left) :]

    requests: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    compute_stop = threading.Event()
    threading.Thread(target=_listen, args=(requests, compute_stop), name="requests", daemon=True).start()
    try:
        workshop: SongWorkshop = load_object(arguments[0])()
        workshop.load()
    except Exception as error:
        send({"failed": {**failure_of(error), "message": f"{type(error).__name__}: {error}"}})  # for the operator
        raise SystemExit(1) from error
    compute = Compute(workshop, send)
    compute.stop = compute_stop
    send({"ready": True})
    while True:
        compute.serve(requests.get())


if __name__ == "__main__":
    main(sys.argv[1:])
