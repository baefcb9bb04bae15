"""What is written while a take is made: progress, preview audio, and the look whether anybody still wants it."""

from __future__ import annotations

import time

from songwright.jobs.settings import JobSettings
from songwright.store import Store, clips, events, jobs, pipe
from songwright.store.database import now, patiently
from songwright.store.records import Job, PipeChunk

FLUSH_S = 0.25  # preview audio reaches listeners in pieces of this age
PROGRESS_S = 0.5  # at most two progress events a second
LOOK_S = 0.5  # how soon a cancellation is noticed


class Lost(Exception):
    """The job is no longer ours: cancelled, ended, or taken over by another worker."""


class TookTooLong(Exception):
    """The job has run for longer than it may."""


class LiveReport:
    """Reports of one take in progress. Every write is refused once another runner has the job (raises Lost)."""

    def __init__(self, store: Store, job: Job, *, clip_id: str, take: int, runner: str, settings: JobSettings) -> None:
        self._store = store
        self._job = job
        self._clip_id = clip_id
        self._take = take
        self._runner = runner
        self._ends_at = (job.started_at or now()) + settings.max_wall_s
        self._chunks: list[PipeChunk] = []
        self._progress: tuple[float, str] | None = None
        self._told: tuple[float, str] = (-1.0, "")
        self._sounding = False
        self._flushed = self._progressed = self._looked = time.monotonic()

    def progress(self, fraction: float, stage: str) -> None:
        """Note how far the take is."""
        self._progress = (fraction, stage)

    def audio(self, seq: int, data: bytes) -> None:
        """Note a piece of preview audio."""
        self._chunks.append(PipeChunk(clip_id=self._clip_id, seq=seq, data=data))

    def tick(self) -> bool:
        """Write what is due. False when the job is no longer ours; raises TookTooLong, Lost."""
        at = time.monotonic()
        if now() > self._ends_at:
            raise TookTooLong
        first_sound = bool(self._chunks) and not self._sounding
        new_stage = self._progress is not None and self._progress[1] != self._told[1]
        told = self._progress is not None and self._progress != self._told
        if (
            first_sound
            or (self._chunks and at - self._flushed >= FLUSH_S)
            or (told and (new_stage or at - self._progressed >= PROGRESS_S))
        ):
            self.flush()
            return True
        if at - self._looked < LOOK_S:
            return True
        self._looked = at

        def look() -> bool:
            with self._store.reading() as connection:
                return jobs.is_held(connection, self._job.id, runner=self._runner)

        return patiently(look)

    def flush(self) -> None:
        """Write everything noted so far. Raises Lost."""
        if not patiently(self._write):
            raise Lost
        if self._chunks:
            self._sounding = True
        if self._progress is not None:
            self._told = self._progress
        self._chunks = []
        self._flushed = self._progressed = self._looked = time.monotonic()

    def _write(self) -> bool:
        data = {"clip_id": self._clip_id, "take": self._take}
        with self._store.begin() as connection:
            if not jobs.hold(connection, self._job.id, runner=self._runner):
                return False
            pipe.write(connection, self._chunks)
            if self._chunks and not self._sounding and clips.start_rendering(connection, self._clip_id):
                events.append(connection, self._job.id, "clip.rendering", data)
            if self._progress is not None and self._progress != self._told:
                fraction, stage = self._progress
                told = {**data, "progress": fraction, "stage": stage}
                events.append(connection, self._job.id, "clip.progress", told)
            return True
