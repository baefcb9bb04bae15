"""A workshop that makes "songs" of a few bytes in a few milliseconds, and misbehaves when the prompt says so.

Words of the prompt: ``slow=<s>`` seconds per take, ``hold=<path>`` (until that file exists), ``refuse`` (a forbidden
error), ``break`` (an exception), ``die`` (the compute process ends), ``deaf`` (never looks at should_stop),
``fall=<path>`` (kills the worker while the file does not exist yet or holds fewer letters than ``falls=<n>``).
"""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from songwright.domain.action import Action, ActionKind, ToolAction, wishes_of
from songwright.jobs.ports import MaterialFiles, NewClip, PlanResult, RenderedFile, RenderResult, Stopped, WorkResult
from songwright.store.records import Job, StoredClip

CHUNKS = 10


class RefusedError(Exception):
    code = "forbidden"
    status = 403


class FakeWorkshop:
    def load(self) -> None:
        print("loaded", flush=True)  # noise on stdout must not hurt the protocol

    def plan(self, action: Action, *, take: int, clip_ids: Sequence[str], materials: MaterialFiles) -> list[PlanResult]:
        return [self._plan(action, take, materials) for _ in clip_ids]

    def _plan(self, action: Action, take: int, materials: MaterialFiles) -> PlanResult:
        words = dict(part.partition("=")[::2] for part in wishes_of(action).prompt.split())
        if "refuse" in words:
            raise RefusedError("Prompt likely malformed")
        plan = json.dumps(
            {"words": words, "take": take, "seed": action.seed, "sources": [s.title for s in materials.sources]}
        ).encode()
        cover = RenderedFile(kind="cover", mime_type="image/jpeg", data=b"cover", extension="jpeg")
        return PlanResult(
            plan=plan, title=f"Song {take}", style="pop", lyrics="la la", metadata={"bpm": 120}, files=(cover,)
        )

    def render(
        self,
        plans: Sequence[bytes],
        *,
        clip_ids: Sequence[str],
        materials: MaterialFiles,
        on_progress: Callable[[float, str], None],
        on_audio: Callable[[int, bytes], None],
        should_stop: Callable[[], bool],
    ) -> Iterator[RenderResult]:
        for plan, clip_id in zip(plans, clip_ids, strict=True):
            yield self._render(
                plan, clip_id=clip_id, on_progress=on_progress, on_audio=on_audio, should_stop=should_stop
            )

    def work(
        self,
        action: ToolAction,
        *,
        clip_id: str,
        materials: MaterialFiles,
        on_progress: Callable[[float, str], None],
        should_stop: Callable[[], bool],
    ) -> WorkResult:
        if action.name == "refuse":
            raise RefusedError("Uploaded audio matches existing work of art.")
        on_progress(0.5, "listen")
        if action.kind is ActionKind.VIDEO:
            movie = RenderedFile(kind="video", mime_type="video/mp4", data=b"movie", extension="mp4")
            return WorkResult(files=(movie,))
        if action.kind is ActionKind.VOICE:
            return WorkResult(persona={"name": action.name, "voice": "recipe:x"}, result={"name": action.name})
        recording = RenderedFile(kind="blob", mime_type="audio/flac", data=b"pcm", extension="flac")
        mp3 = RenderedFile(kind="mp3", mime_type="audio/mpeg", data=b"mp3", extension="mp3")
        paper = PlanResult(plan=b"{}", title=action.name, style="pop", lyrics="", files=(recording,))
        return WorkResult(clip=NewClip(planned=paper, rendered=RenderResult(duration_s=7.5, files=(mp3,))))

    def _render(
        self,
        plan: bytes,
        *,
        clip_id: str,
        on_progress: Callable[[float, str], None],
        on_audio: Callable[[int, bytes], None],
        should_stop: Callable[[], bool],
    ) -> RenderResult:
        raw = json.loads(plan)
        words = raw["words"]
        if "break" in words:
            raise RuntimeError("the piano is out of tune")
        if "die" in words:
            os._exit(3)
        if "runs" in words:
            with Path(words["runs"]).open("a") as runs:
                runs.write(f"{clip_id}\n")
        for seq in range(CHUNKS):
            if should_stop() and "deaf" not in words:
                raise Stopped
            on_audio(seq, f"{clip_id} {seq};".encode())
            on_progress(seq / CHUNKS, "sing")
            time.sleep(float(words.get("slow", "0.02")) / CHUNKS)
            while "hold" in words and not Path(words["hold"]).exists() and not should_stop():
                time.sleep(0.02)
            if seq == CHUNKS // 2 and "fall" in words:
                fallen = Path(words["fall"])
                if not fallen.exists() or len(fallen.read_text()) < int(words.get("falls", "1")):
                    with fallen.open("a") as mark:
                        mark.write("x")
                    os.kill(os.getppid(), signal.SIGKILL)
                    time.sleep(30)
        mp3 = RenderedFile(kind="mp3", mime_type="audio/mpeg", data=f"mp3 of {clip_id}".encode(), extension="mp3")
        flac = RenderedFile(kind="flac", mime_type="audio/flac", data=b"flac", extension="flac")
        return RenderResult(duration_s=12.5, files=(mp3, flac), metadata={"loudness_lufs": -14.0})


class FolderStore:
    """The five verbs of the storage that jobs need, on a folder."""

    def __init__(self, url: str) -> None:
        self._root = Path(url)

    def put(self, key: str, data: bytes, *, mime_type: str = "") -> None:
        path = self._root / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def get(self, key: str) -> bytes:
        return (self._root / key).read_bytes()

    def delete(self, key: str) -> None:
        (self._root / key).unlink(missing_ok=True)


def payload(job: Job, clips: Sequence[StoredClip]) -> bytes:
    body = {
        "id": job.id,
        "status": job.status.value,
        "clips": [stored.clip.id for stored in clips if stored.published_at],
        "error": job.error.message if job.error else None,
    }
    return json.dumps(body).encode()
