"""Plans takes and renders them to files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from songwright.assets.lrc import lrc
from songwright.assets.midi import score_midi
from songwright.assets.mp3 import Mp3Stream
from songwright.domain.action import Action, EditAction, ToolAction
from songwright.domain.audio import F32
from songwright.domain.plan import Plan
from songwright.engines import protocols
from songwright.engines.protocols import EngineSettings, SongEngine
from songwright.engines.registry import engine as open_engine
from songwright.jobs.ports import MaterialFiles, PlanResult, RenderedFile, RenderResult, Stopped, WorkResult
from songwright.policy import Policy
from songwright.settings import Settings

from .bringing import materials_of
from .encoding import Encoder, plan_metadata
from .proof import kept_facts
from .tools import Tools

PREVIEW_KBPS, PREVIEW_QUALITY = 128, 7
ENGINE_SHARE = 0.95  # of a take's progress; the rest is encoding


def open_workshop() -> Workshop:
    """The workshop that the settings of this process ask for."""
    settings = Settings()  # pyright: ignore[reportCallIssue]
    engine = open_engine(settings.engine, engine_settings(settings))
    return Workshop(engine, policy=Policy.from_settings(settings))


def open_toolshop() -> Workshop:
    """A workshop for light tools: the engine loads only what a tool needs of it."""
    settings = Settings()  # pyright: ignore[reportCallIssue]
    engine = open_engine(settings.engine, engine_settings(settings))
    return Workshop(engine, eager=False, policy=Policy.from_settings(settings))


def engine_settings(settings: Settings) -> EngineSettings:
    """What the engine may know of the settings."""
    return EngineSettings(
        data_dir=settings.data_dir.resolve(),
        soundfont=settings.soundfont,
        threads=settings.threads,
        lyrics_llm_url=settings.lyrics_llm_url,
        lyrics_llm_model=settings.lyrics_llm_model,
        lyrics_llm_key=settings.lyrics_llm_key,
        lyrics_llm_timeout_s=settings.lyrics_llm_timeout_s,
    )


class Workshop:
    """Satisfies ``jobs.ports.SongWorkshop``."""

    def __init__(self, engine: SongEngine, *, eager: bool = True, policy: Policy | None = None) -> None:
        self.engine = engine
        self._policy = policy or Policy.load(None)
        self._eager = eager
        self._tools = Tools(engine, self._policy)

    def load(self) -> None:
        """Load the engine."""
        if self._eager:
            self.engine.load()

    def plan(
        self, action: Action, *, take: int, clip_ids: Sequence[str], materials: MaterialFiles
    ) -> Sequence[PlanResult]:
        """Plan a take and make the files that take no time; a cover is drawn while it sounds, or when asked for."""
        brought = materials_of(materials)
        if isinstance(action, EditAction) and materials.recordings:
            brought = self._tools.with_recordings(brought, materials.recordings, seed=action.seed)
        return [planned(plan) for plan in self.engine.plan(action, take=take, materials=brought)]

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
        """Render the plans of a take and encode them, one after another."""
        brought, encoder = materials_of(materials), Encoder()
        covers = {source.clip_id: source.cover for source in materials.sources}
        pipe = _Pipe(on_audio) if len(plans) == 1 else None
        try:
            for number, raw in enumerate(plans):
                paper = Plan.from_bytes(raw)
                done, share = number / len(plans), 1 / len(plans)
                sound = self.engine.render(
                    paper,
                    materials=brought,
                    progress=lambda part, stage, done=done, share=share: on_progress(
                        done + share * part * ENGINE_SHARE, stage
                    ),
                    preview=pipe.feed if pipe else None,
                    should_stop=should_stop,
                    stems=False,
                )
                if pipe:
                    pipe.finish()
                on_progress(done + share * ENGINE_SHARE, "encode")
                made = encoder.encode(paper, sound, cover=_borrowed_cover(paper, covers))
                facts = kept_facts(paper, sound.master, brought)
                del sound  # a long one is large, and the next is rendered beside it
                yield RenderResult(duration_s=made.duration_s, files=made.files, metadata={**made.metadata, **facts})
                on_progress(done + share, "encode")
        except protocols.Stopped as error:
            raise Stopped from error
        finally:
            self.engine.let_go()

    def work(
        self,
        action: ToolAction,
        *,
        clip_id: str,
        materials: MaterialFiles,
        on_progress: Callable[[float, str], None],
        should_stop: Callable[[], bool],
    ) -> WorkResult:
        """Do what is not a song."""
        try:
            return self._tools.work(action, files=materials, on_progress=on_progress, should_stop=should_stop)
        except protocols.Stopped as error:
            raise Stopped from error
        finally:
            self.engine.let_go()


def planned(plan: Plan) -> PlanResult:
    """A plan and the files that are read out of it."""
    show = plan.performance
    timed = lrc(show.words, title=plan.lyrics.title, duration_s=show.duration_s)
    notes = score_midi(plan.score, title=plan.lyrics.title, lyrics=plan.lyrics)
    return PlanResult(
        plan=plan.to_bytes(),
        title=plan.lyrics.title,
        style=plan.brief.style_line,
        lyrics=plan.lyrics.text,
        metadata=plan_metadata(plan),
        files=(
            RenderedFile(kind="midi", mime_type="audio/midi", data=notes, extension="mid"),
            RenderedFile(kind="lrc", mime_type="text/plain", data=timed.encode(), extension="lrc"),
        ),
        blobs=plan.blobs,
    )


def _borrowed_cover(plan: Plan, covers: dict[str, str]) -> bytes:
    """Stems show the picture of their song."""
    if plan.sound is None or plan.sound.chosen is None or not plan.lineage.sources:
        return b""
    path = covers.get(plan.lineage.sources[0], "")
    return Path(path).read_bytes() if path else b""


class _Pipe:
    """Encodes the quick mix for the live pipe. Blocks are cut by the engine, so the bytes repeat exactly."""

    def __init__(self, send: Callable[[int, bytes], None]) -> None:
        self._stream = Mp3Stream(bitrate_kbps=PREVIEW_KBPS, quality=PREVIEW_QUALITY)
        self._send = send
        self._seq = 0
        self._fed = False

    def feed(self, block: F32) -> None:
        self._fed = True
        self._push(self._stream.feed(block))

    def finish(self) -> None:
        if self._fed:
            self._push(self._stream.finish())

    def _push(self, data: bytes) -> None:
        if data:
            self._send(self._seq, data)
            self._seq += 1
