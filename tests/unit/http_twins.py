"""In-memory twins of store and jobs, with the same faces, for tests of the wire."""

from __future__ import annotations

import dataclasses
import functools
import uuid
from collections.abc import AsyncIterator
from contextlib import contextmanager
from typing import Any

from fastapi.testclient import TestClient

from songwright.assets.storage import Storage
from songwright.domain.action import ActionKind, EditAction, GenerateAction, ToolAction
from songwright.domain.lyrics import WrittenLyrics
from songwright.domain.song import Asset, Clip
from songwright.engines.native.planning import plan_take
from songwright.errors import TooManyRequests
from songwright.http.app import create_app
from songwright.http.services import Services
from songwright.jobs.facade import Health, Stats
from songwright.policy import Policy
from songwright.settings import Settings
from songwright.store.records import ClipState, Job, JobError, JobEvent, JobStatus, Persona, StoredClip, Token, Worker

TOKEN, OTHER_TOKEN, REVOKED, EXPIRED = "right", "other", "revoked", "expired"
AUDIO = bytes(range(256)) * 40


TOOL_RESULTS = {
    "persona": {"persona_id": "33333333-3333-4333-8333-333333333333"},
    "voices": {"persona_id": "33333333-3333-4333-8333-333333333333", "name": "Nell"},
    "vox": {"start_s": 2.0, "end_s": 9.0, "aggregates": [{"data": [[-4, 4]], "mip_map_level": 11}]},
}


@functools.cache
def small_plan() -> bytes:
    """A short plan, as a clip's file."""
    words = GenerateAction(custom=True, lyrics="[Verse]\nPaper boats are drifting by", duration_s=15.0, seed=1)
    return plan_take(words, take=1, versions={}).to_bytes()


def _edit_of(job: Job) -> dict[str, Any]:
    action = job.action
    if not isinstance(action, EditAction):
        return {}
    edit = {"kind": action.kind.value, "sources": list(action.sources), "start_s": action.start_s}
    return {"edit": {**edit, "end_s": action.end_s, "words": action.wishes.prompt}}


class WordsTwin:
    def write_words(self, prompt: str, *, seed: int, n: int = 2) -> tuple[WrittenLyrics, ...]:
        return tuple(
            WrittenLyrics(text=f"[Verse]\n{prompt} {i}", title=f"Song {i}", tags="pop, calm") for i in range(n)
        )

    def blend_words(self, lyrics_a: str, lyrics_b: str, *, seed: int) -> WrittenLyrics:
        return WrittenLyrics(text=f"{lyrics_a}\n{lyrics_b}", title="Both")

    def enrich_style(self, prompt: str, *, seed: int) -> str:
        return f"{prompt}, with warm guitars"


class StoreTwin:
    def __init__(self) -> None:
        self.known = {
            TOKEN: Token(id="tenant-1", name="a", created_at=1.0),
            OTHER_TOKEN: Token(id="tenant-2", name="b", created_at=1.0),
            REVOKED: Token(id="tenant-3", name="c", created_at=1.0, revoked_at=2.0),
            EXPIRED: Token(id="tenant-4", name="d", created_at=1.0, expires_at=2.0),
        }
        self.rows: dict[str, Job] = {}
        self.songs: dict[str, StoredClip] = {}
        self.events: list[JobEvent] = []
        self.personas: dict[str, Persona] = {}

    def find_token(self, secret: str) -> Token | None:
        return self.known.get(secret)

    def job(self, job_id: str) -> Job | None:
        return self.rows.get(job_id)

    def jobs(self, ids: list[str]) -> list[Job]:
        return [self.rows[i] for i in ids if i in self.rows]

    def clip(self, clip_id: str) -> StoredClip | None:
        return self.songs.get(clip_id)

    def clips_of(self, ids: list[str]) -> dict[str, list[StoredClip]]:
        return {i: [s for s in self.songs.values() if s.clip.job_id == i] for i in ids}

    def clip_page(self, *, tenant: str, limit: int, offset: int) -> tuple[list[StoredClip], int]:
        mine = [s for s in self.songs.values() if s.tenant == tenant and s.state is ClipState.PUBLISHED]
        return mine[offset : offset + limit], len(mine)

    def delete_clip(self, clip_id: str, *, tenant: str) -> StoredClip | None:
        stored = self.songs.get(clip_id)
        if stored is None or stored.tenant != tenant:
            return None
        return self.songs.pop(clip_id)

    def add_persona(self, *, tenant: str, job_id: str, name: str, voice: str, **more: str) -> Persona:
        fields = {"description": "", "source_type": "persona", "style": "", "clip_id": "", **more}
        made = Persona(id=job_id, tenant=tenant, job_id=job_id, name=name, voice=voice, created_at=5.0, **fields)
        self.personas[made.id] = made
        return made

    def persona(self, persona_id: str) -> Persona | None:
        return self.personas.get(persona_id)

    def persona_page(self, *, tenant: str, limit: int, offset: int) -> tuple[list[Persona], int]:
        mine = [p for p in self.personas.values() if p.tenant == tenant]
        return mine[offset : offset + limit], len(mine)

    def delete_persona(self, persona_id: str, *, tenant: str) -> bool:
        return self.personas.pop(persona_id, None) is not None

    def events_after(self, seen: dict[str, int]) -> list[JobEvent]:
        return [e for e in self.events if e.job_id in seen and e.seq > seen[e.job_id]]


class JobsTwin:
    """Finishes a job at once, unless told otherwise by ``fate``: "done", "never", "failed", "busy"."""

    def __init__(self, store: StoreTwin, storage: Storage) -> None:
        self.store, self.storage = store, storage
        self.fate = "done"
        self.alive = True
        self.cancelled: list[str] = []

    def submit(self, action: Any, request: dict[str, Any], *, job_id: str, tenant: str, **rest: Any) -> Job:
        if self.fate == "busy":
            raise TooManyRequests(retry_after_s=7)
        job = Job(
            id=job_id,
            trace_id=rest["trace_id"],
            tenant=tenant,
            kind=rest["kind"],
            action=action,
            request=request,
            public_base=rest["public_base"],
            status=JobStatus.RUNNING,
            created_at=1_750_000_000.25,
            started_at=1_750_000_001.0,
            callback_url=rest["callback_url"],
        )
        self.store.rows[job.id] = job
        for number in range(1, action.takes * action.clips_per_take + 1):
            self._announce(job, number)
        if action.kind in (ActionKind.UPLOAD, ActionKind.VOCAL):
            self._announce(job, 1)
        return job

    def note(self, kind: str, request: dict[str, Any], data: Any, **rest: Any) -> Job:
        done = Job(
            id=str(uuid.uuid4()),
            trace_id=rest["trace_id"],
            tenant=rest["tenant"],
            kind=kind,
            action=ToolAction(kind=ActionKind.NOTE),
            request=request,
            public_base=rest["public_base"],
            status=JobStatus.SUCCEEDED,
            created_at=rest["started_at"],
            started_at=rest["started_at"],
            finished_at=rest["started_at"] + 0.5,
            result={"data": data},
            callback_url=rest["callback_url"],
        )
        self.store.rows[done.id] = done
        return done

    def _announce(self, job: Job, take: int) -> None:
        clip = Clip(
            id=f"{take:08d}-0000-4000-8000-{job.id[-12:]}",
            job_id=job.id,
            take=take,
            title="Paper Boats",
            style="pop, gentle",
            lyrics="[Verse]\nPaper boats",
            model=job.action.model,
            duration_s=0.0,
            created_at_s=job.created_at,
            assets=(),
            metadata={"seed": job.action.seed, "voice": "lyra", **_edit_of(job)},
        )
        self.store.songs[clip.id] = StoredClip(clip=clip, tenant=job.tenant, state=ClipState.RENDERING)

    def finish(self, job_id: str) -> Job:
        job = self.store.rows[job_id]
        if self.fate == "failed":
            done = dataclasses.replace(
                job,
                status=JobStatus.FAILED,
                finished_at=job.created_at + 9,
                error=JobError(code="api_error", message="job failed with unknown error", status=500),
            )
        else:
            for stored in self.store.clips_of([job_id])[job_id]:
                self._publish(stored)
            result = TOOL_RESULTS.get(job.kind, {})
            if persona := result.get("persona_id"):
                self.store.add_persona(tenant=job.tenant, job_id=persona, name="Nell", voice="lyra")
            done = dataclasses.replace(job, status=JobStatus.SUCCEEDED, finished_at=job.created_at + 9, result=result)
        self.store.rows[job_id] = done
        return done

    def _publish(self, stored: StoredClip) -> None:
        key = f"clips/{stored.clip.id}/audio.mp3"
        self.storage.put(key, AUDIO)
        asset = Asset(kind="mp3", key=key, mime_type="audio/mpeg", size_bytes=len(AUDIO), sha256="ab" * 32)
        plan_key = "plans/small"
        self.storage.put(plan_key, small_plan())
        self.storage.put("peaks/small", b'{"data": [0, 3, -9, 4]}')
        plan = Asset(kind="plan", key=plan_key, mime_type="application/gzip", size_bytes=1, sha256="cd" * 32)
        peaks = Asset(kind="peaks", key="peaks/small", mime_type="application/json", size_bytes=1, sha256="ef" * 32)
        self.storage.put("lrc/small", b"[00:01.00]Paper boats")
        lrc = Asset(kind="lrc", key="lrc/small", mime_type="text/plain", size_bytes=1, sha256="01" * 32)
        clip = dataclasses.replace(stored.clip, duration_s=61.5, assets=(asset, plan, peaks, lrc))
        self.store.songs[clip.id] = dataclasses.replace(stored, clip=clip, state=ClipState.PUBLISHED, published_at=2.0)

    async def wait(self, job_id: str, timeout_s: float | None = None) -> Job | None:
        return self.store.rows[job_id] if self.fate == "never" else self.finish(job_id)

    async def follow(self, job_id: str, after: int = 0) -> AsyncIterator[JobEvent]:
        clips = self.store.clips_of([job_id])[job_id]
        for seq, stored in enumerate(clips, start=1):
            yield JobEvent(job_id=job_id, seq=seq, type="clip.rendering", data={"clip_id": stored.clip.id}, at=1.0)
        self._publish(clips[0])
        yield JobEvent(job_id=job_id, seq=8, type="clip.published", data={"clip_id": clips[0].clip.id}, at=2.0)
        self.finish(job_id)
        yield JobEvent(job_id=job_id, seq=9, type="job.succeeded", data={}, at=3.0)

    async def listen(self, clip_id: str, after: int = -1) -> AsyncIterator[bytes]:
        yield b"live "
        yield b"mp3"

    def list(self, *, tenant: str, limit: int, **_: Any) -> tuple[list[Job], int]:
        mine = [job for job in self.store.rows.values() if job.tenant == tenant]
        return mine[:limit], len(mine)

    def cancel(self, job_id: str) -> Job | None:
        self.cancelled.append(job_id)
        return self.store.job(job_id)

    def health(self) -> Health:
        worker = Worker(executor_id="w", host="h", version="0", slots=1, started_at=0.0, last_seen=0.0)
        return Health(database=True, workers=(worker,) if self.alive else ())

    def stats(self) -> Stats:
        return Stats(jobs={"queued": 3}, workers_alive=1)

    async def close(self) -> None:
        return None


@contextmanager
def server(**settings: Any) -> Any:
    """A client of an application over twins, and the jobs twin."""
    from songwright.http import auth

    auth._known.clear()
    store, storage = StoreTwin(), Storage.open("memory://")
    jobs = JobsTwin(store, storage)
    services = Services(
        settings=Settings(**settings),
        store=store,  # type: ignore[arg-type]
        jobs=jobs,  # type: ignore[arg-type]
        storage=storage,
        check=lambda action: None,
        policy=Policy.load(None),
        words=WordsTwin(),
    )
    with TestClient(create_app(services), raise_server_exceptions=False) as client:
        client.headers["authorization"] = f"Bearer {TOKEN}"
        yield client, jobs
