"""What the job layer needs from the rest of the product, and hands to it.

Three things are plugged in by import text (``"package.module:name"``) because they are opened in other processes:

* ``JobSettings.workshop``: a function without arguments giving a :class:`SongWorkshop`; opened in the compute child;
* ``JobSettings.storage``: a function of the storage URL giving a :class:`BlobStore`; opened in the worker;
* ``JobSettings.payload``: a :class:`PayloadRenderer`, the body of a webhook; called in the worker and in the API.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from songwright.domain.action import Action, ToolAction

if TYPE_CHECKING:  # the compute child imports this module, and starts faster without the database
    from songwright.store.records import Job, StoredClip


@dataclass(frozen=True, kw_only=True, slots=True)
class RenderedFile:
    """A finished file of a clip: bytes, or the path of a file the caller may move away."""

    kind: str  # domain.song.Asset.kind: "mp3", "flac", "cover", "cover_large", "midi", "lrc", "peaks", "plan", ...
    mime_type: str
    data: bytes | Path
    extension: str  # without the dot: "mp3", "jpeg"


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanResult:
    """What is known of a take before any sound exists."""

    plan: bytes  # opaque here; given back to render(), maybe in another process on another machine
    title: str
    style: str
    lyrics: str
    metadata: dict[str, Any] = field(default_factory=dict)  # JSON values
    files: tuple[RenderedFile, ...] = ()  # cover, cover_large, midi, lrc... whatever is known already
    blobs: tuple[str, ...] = ()  # recordings the plan needs, by SHA-256: kept as long as the clip


@dataclass(frozen=True, kw_only=True, slots=True)
class RenderResult:
    """A finished take."""

    duration_s: float
    files: tuple[RenderedFile, ...]  # at least the "mp3"; replaces planned files of the same kind
    metadata: dict[str, Any] = field(default_factory=dict)  # added to the plan's; JSON values


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceFiles:
    """A finished clip that an action is made from, as files."""

    clip_id: str
    title: str
    style: str
    lyrics: str
    metadata: dict[str, Any]
    plan: str  # paths
    master: str  # FLAC
    cover: str = ""  # JPEG; "" when it was never drawn


@dataclass(frozen=True, kw_only=True, slots=True)
class MaterialFiles:
    """Everything a step may read, as files that live as long as the step."""

    sources: tuple[SourceFiles, ...] = ()  # in the order of the action's
    blobs: dict[str, str] = field(default_factory=dict)  # SHA-256 -> path of a FLAC recording
    recordings: tuple[str, ...] = ()  # fetched from the action's addresses, or sent with the request

    def to_json(self) -> dict[str, Any]:
        """As plain JSON data."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> MaterialFiles:
        """The inverse of :meth:`to_json`."""
        sources = tuple(SourceFiles(**source) for source in raw["sources"])
        return cls(sources=sources, blobs=raw["blobs"], recordings=tuple(raw["recordings"]))


@dataclass(frozen=True, kw_only=True, slots=True)
class NewClip:
    """A clip that a tool made: planned and finished at once."""

    planned: PlanResult
    rendered: RenderResult


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkResult:
    """What a tool leaves."""

    result: dict[str, Any] = field(default_factory=dict)  # JSON; kept with the job
    clip: NewClip | None = None  # becomes a clip of the caller's
    files: tuple[RenderedFile, ...] = ()  # added to the source clip
    persona: dict[str, Any] | None = None  # name, description, voice, style: becomes a persona of the caller's


class SongWorkshop(Protocol):
    """The engine as the compute child sees it. One instance per child, used by one thread at a time.

    Any exception fails the job. If it has a ``str`` attribute ``code`` (and optionally ``int`` ``status``), these
    and its text become the job's error, e.g. ``forbidden`` 403; else the error is ``api_error`` 500.
    What it prints goes to the worker's log, never to the protocol.
    """

    def load(self) -> None:
        """Load models and compile. Called once, before the first plan, when the worker starts."""
        ...

    def plan(
        self, action: Action, *, take: int, clip_ids: Sequence[str], materials: MaterialFiles
    ) -> Sequence[PlanResult]:
        """Everything about take ``take`` (from 1) but the sound, one result per clip. Same arguments, same result."""
        ...

    def render(
        self,
        plans: Sequence[bytes],
        *,
        clip_ids: Sequence[str],
        materials: MaterialFiles,
        on_progress: Callable[[float, str], None],  # fraction 0..1 of this take, name of the stage
        on_audio: Callable[[int, bytes], None],  # seq from 0, MP3 bytes of the live preview; same cuts on every run
        should_stop: Callable[[], bool],  # True: raise Stopped soon; nobody wants the result any more
    ) -> Iterator[RenderResult]:
        """Sing, play, mix, master and encode the plans of a take, in order. Raises Stopped when asked to stop."""
        ...

    def work(
        self,
        action: ToolAction,
        *,
        clip_id: str,
        materials: MaterialFiles,
        on_progress: Callable[[float, str], None],
        should_stop: Callable[[], bool],
    ) -> WorkResult:
        """Do what is not a song. ``clip_id`` is the id of the clip it may make."""
        ...


class Stopped(Exception):
    """Raised by a workshop that honoured ``should_stop``."""


class BlobStore(Protocol):
    """The part of the storage that the job layer writes with. Keys are relative paths with ``/``."""

    def put(self, key: str, data: bytes, *, mime_type: str = "") -> None:
        """Store under ``key``, whole or not at all; an existing key is replaced."""
        ...

    def get(self, key: str) -> bytes:
        """All bytes of ``key``. Raises FileNotFoundError."""
        ...

    def delete(self, key: str) -> None:
        """Remove ``key``; nothing happens when it does not exist."""
        ...


class PayloadRenderer(Protocol):
    """Makes the body of the webhook of a job in its final state (succeeded, failed or cancelled)."""

    def __call__(self, job: Job, clips: Sequence[StoredClip]) -> bytes:
        """The JSON body, called once per job; what it returns is stored and sent unchanged by every attempt."""
        ...
