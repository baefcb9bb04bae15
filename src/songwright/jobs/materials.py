"""What a step reads, brought to files: the clips an action is made from, their recordings, sound from outside."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from songwright.delivery.fetch import fetch
from songwright.delivery.guard import Guard
from songwright.domain.action import EditAction, GenerateAction, ToolAction
from songwright.domain.song import Asset
from songwright.errors import BadRequest
from songwright.jobs.ports import BlobStore, MaterialFiles, SourceFiles
from songwright.store import Store
from songwright.store.records import ClipState, Job, StoredClip

GONE = "The song id does not exist or has been taken offline."
MAX_BYTES = 200_000_000
TIMEOUT_S = 120.0
_OWN_MEDIA = re.compile(r"/media/([0-9a-f-]{36})\.(mp3|wav|flac)")


class Materials:
    """Gathers the materials of jobs. One per worker."""

    def __init__(self, store: Store, storage: BlobStore, guard: Guard) -> None:
        self._store = store
        self._storage = storage
        self._guard = guard

    def sources_of(self, job: Job) -> list[StoredClip]:
        """The finished clips of the job's action. Raises BadRequest when one is not there (any more)."""
        found: list[StoredClip] = []
        for clip_id in job.action.sources:
            stored = self._store.clip(clip_id)
            if stored is None or stored.tenant != job.tenant or stored.state is not ClipState.PUBLISHED:
                raise BadRequest(GONE)
            found.append(stored)
        return found

    def gather(
        self, job: Job, folder: Path, *, more_blobs: Sequence[Asset] = (), outside: bool = True
    ) -> MaterialFiles:
        """Write everything below ``folder``. Raises BadRequest for what cannot be had.

        ``more_blobs`` are those of the clips in the making; ``outside`` says whether addresses are fetched too.
        """
        folder.mkdir(parents=True, exist_ok=True)
        stored = self.sources_of(job)
        sources = tuple(self._source(source, folder) for source in stored)
        blobs = {asset.sha256: asset for source in stored for asset in source.clip.assets if asset.kind == "blob"}
        blobs |= {asset.sha256: asset for asset in more_blobs}
        return MaterialFiles(
            sources=sources,
            blobs={sha: str(self._write(asset.key, folder / f"blob-{sha}.flac")) for sha, asset in blobs.items()},
            recordings=self._recordings(job, folder) if outside else (),
        )

    def _source(self, stored: StoredClip, folder: Path) -> SourceFiles:
        clip = stored.clip
        keys = {asset.kind: asset.key for asset in clip.assets}
        if "plan" not in keys or "flac" not in keys:
            raise BadRequest(GONE)
        cover = str(self._write(keys["cover"], folder / f"{clip.id}.jpeg")) if "cover" in keys else ""
        return SourceFiles(
            clip_id=clip.id,
            title=clip.title,
            style=clip.style,
            lyrics=clip.lyrics,
            metadata=dict(clip.metadata),
            plan=str(self._write(keys["plan"], folder / f"{clip.id}.plan")),
            master=str(self._write(keys["flac"], folder / f"{clip.id}.flac")),
            cover=cover,
        )

    def _recordings(self, job: Job, folder: Path) -> tuple[str, ...]:
        action = job.action
        if isinstance(action, GenerateAction):
            return ()
        urls = action.urls if isinstance(action, EditAction) else (action.url,) if action.url else ()
        paths: list[str] = []
        if isinstance(action, ToolAction) and action.incoming:
            paths.append(str(self._write(action.incoming, folder / "incoming")))
        for number, url in enumerate(urls):
            path = folder / f"recording-{number}"
            own = self._own_media(job, url)
            if own is not None:
                self._write(own.key, path)
            else:
                fetch(self._guard, url, path, max_bytes=MAX_BYTES, timeout_s=TIMEOUT_S)
            paths.append(str(path))
        return tuple(paths)

    def _own_media(self, job: Job, url: str) -> Asset | None:
        """The asset behind an address of our own, which need not be asked for over the network."""
        if not job.public_base or not url.startswith(job.public_base + "/"):
            return None
        found = _OWN_MEDIA.fullmatch(url.removeprefix(job.public_base))
        stored = self._store.clip(found[1]) if found else None
        if found is None or stored is None:
            return None
        kind = "mp3" if found[2] == "mp3" else "flac"
        return next((asset for asset in stored.clip.assets if asset.kind == kind), None)

    def _write(self, key: str, path: Path) -> Path:
        try:
            path.write_bytes(self._storage.get(key))
        except FileNotFoundError as error:
            raise BadRequest(GONE) from error
        return path
