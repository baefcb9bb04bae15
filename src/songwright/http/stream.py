"""NDJSON: a full envelope a line, each time something a client can see has changed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from songwright.store.records import Job

from .envelope import outcome, success
from .services import Services

VISIBLE = ("clip.planned", "clip.rendering", "clip.published")


def line(envelope: dict[str, Any]) -> bytes:
    """One line of the stream."""
    return json.dumps(envelope, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


async def lines(services: Services, job: Job) -> AsyncIterator[bytes]:
    """The lines of a job: ``running`` items as soon as every take is planned, the last line with ``trace_id``."""
    takes, last = job.action.takes, b""
    async for event in services.jobs.follow(job.id):
        if event.final:
            break
        if event.type not in VISIBLE:
            continue
        now = await _snapshot(services, job.id)
        if now is None or len(now["data"]) < takes:
            continue
        text = line(now)
        if text != last:
            last = text
            yield text
    done = await asyncio.to_thread(services.store.job, job.id)
    clips = await asyncio.to_thread(services.store.clips_of, [job.id])
    if done is not None:
        yield line(outcome(done, clips.get(job.id, [])))


async def _snapshot(services: Services, job_id: str) -> dict[str, Any] | None:
    job = await asyncio.to_thread(services.store.job, job_id)
    if job is None or job.status.final:
        return None
    clips = await asyncio.to_thread(services.store.clips_of, [job_id])
    return success(job, clips.get(job_id, []), trace=False)
