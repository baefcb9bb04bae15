"""One poller for everybody who waits: requests held open, event streams, listeners of live previews.

It asks the database only while somebody waits, once per interval for all of them, so a hundred waiters cost as much
as one. Nothing is kept here that a restart could lose: a waiter says from which event on it wants to hear.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator

from songwright.store import Store, pipe
from songwright.store.records import Job, JobEvent, PipeChunk

log = logging.getLogger(__name__)


class _Waiter:
    def __init__(self, job_id: str, seq: int) -> None:
        self.job_id = job_id
        self.seq = seq
        self.events: asyncio.Queue[JobEvent] = asyncio.Queue()


class Hub:
    """Waits for jobs on behalf of one event loop."""

    def __init__(self, store: Store, *, poll_s: float) -> None:
        self._store = store
        self._poll_s = poll_s
        self._waiters: set[_Waiter] = set()
        self._poller: asyncio.Task[None] | None = None

    async def follow(self, job_id: str, *, after: int = 0) -> AsyncIterator[JobEvent]:
        """Events of a job above ``after``, as they come, up to and including its last one.

        Ends at once when the job does not exist.
        """
        job = await asyncio.to_thread(self._store.job, job_id)
        if job is None:
            return
        waiter = _Waiter(job_id, after)
        if job.status.final:
            for event in await asyncio.to_thread(self._store.events_after, {job_id: after}):
                yield event
            return
        self._waiters.add(waiter)
        try:
            self._wake()
            while True:
                event = await waiter.events.get()
                yield event
                if event.final:
                    return
        finally:
            self._waiters.discard(waiter)

    async def wait(self, job_id: str, *, timeout_s: float | None) -> Job | None:
        """The job once it has ended, or as it is when the time is over; None when there is no such job."""
        try:
            async with asyncio.timeout(timeout_s):
                async for _ in self.follow(job_id):
                    pass
        except TimeoutError:
            pass  # the job goes on; the caller sees its status
        return await asyncio.to_thread(self._store.job, job_id)

    async def listen(self, clip_id: str, *, after: int = -1) -> AsyncIterator[bytes]:
        """The live preview of a clip from its start (or after a chunk), as it is made; ends with it.

        Ends at once when there is no such clip. A clip that is only planned is waited for.
        """
        looked = 0.0
        while True:
            over = False
            if time.monotonic() - looked > self._poll_s * 4:
                over = await asyncio.to_thread(self._is_over, clip_id)
                looked = time.monotonic()
            chunks: list[PipeChunk] = await asyncio.to_thread(self._store.pipe, clip_id, after=after)
            for chunk in chunks:
                if chunk.data:
                    yield chunk.data
                after = chunk.seq
                if chunk.last:
                    return
            if not chunks:
                if over:
                    return
                await asyncio.sleep(self._poll_s)

    async def close(self) -> None:
        """Stop polling; waiters hear nothing more."""
        poller, self._poller = self._poller, None
        if poller is not None and not poller.done():
            poller.cancel()
            await asyncio.gather(poller, return_exceptions=True)

    def _is_over(self, clip_id: str) -> bool:
        with self._store.reading() as connection:
            return pipe.is_over(connection, clip_id)

    def _wake(self) -> None:
        if self._poller is None or self._poller.done():
            self._poller = asyncio.get_running_loop().create_task(self._poll())

    async def _poll(self) -> None:
        """Until nobody waits any more."""
        while self._waiters:
            waiters = tuple(self._waiters)
            seen: dict[str, int] = {}
            for waiter in waiters:
                seen[waiter.job_id] = min(waiter.seq, seen.get(waiter.job_id, waiter.seq))
            try:
                found = await asyncio.to_thread(self._store.events_after, seen)
            except Exception:  # the database is away: waiters go on waiting, their own timeouts end them
                log.exception("waiting for events failed, trying again")
                await asyncio.sleep(2.0)
                continue
            for waiter in waiters:
                for event in found:
                    if event.job_id == waiter.job_id and event.seq > waiter.seq:
                        waiter.seq = event.seq
                        waiter.events.put_nowait(event)
            await asyncio.sleep(self._poll_s)
