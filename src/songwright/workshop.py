"""Where an engine's work becomes files: opened in the compute child, wired from the settings."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from typing import Any

from songwright.assets.cover import cover_of
from songwright.assets.id3 import id3_tag
from songwright.assets.lrc import lrc
from songwright.assets.midi import score_midi
from songwright.assets.mp3 import Mp3Stream, decode_mp3, encode_mp3
from songwright.assets.pcm import encode_flac, encode_wav
from songwright.assets.peaks import peaks_json
from songwright.domain.action import Action
from songwright.domain.audio import F32, I32, SAMPLE_RATE_HZ, from_pcm24, to_pcm24
from songwright.domain.plan import Plan
from songwright.domain.score import VocalRole
from songwright.engines import protocols
from songwright.engines.native.master.master import true_peak_dbtp
from songwright.engines.protocols import EngineSettings, Rendition, SongEngine
from songwright.engines.registry import engine as open_engine
from songwright.jobs.ports import PlanResult, RenderedFile, RenderResult, Stopped
from songwright.settings import Settings

PREVIEW_KBPS, PREVIEW_QUALITY = 128, 7
ENGINE_SHARE = 0.95  # of a take's progress; the rest is encoding


def open_workshop() -> Workshop:
    """The workshop that the settings of this process ask for."""
    settings = Settings()  # pyright: ignore[reportCallIssue]
    return Workshop(open_engine(settings.engine, engine_settings(settings)))


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
    """Plans takes and renders them to files. Satisfies ``jobs.ports.SongWorkshop``."""

    def __init__(self, engine: SongEngine) -> None:
        self.engine = engine

    def load(self) -> None:
        """Load the engine."""
        self.engine.load()

    def plan(self, action: Action, *, take: int, clip_id: str) -> PlanResult:
        """Plan a take and make the files that take no time; its cover is drawn while it sounds, or when asked for."""
        plan = self.engine.plan(action, take=take)
        timed = lrc(plan.performance.words, title=plan.lyrics.title, duration_s=plan.performance.duration_s)
        notes = score_midi(plan.score, title=plan.lyrics.title, lyrics=plan.lyrics)
        data = plan.to_bytes()
        return PlanResult(
            plan=data,
            title=plan.lyrics.title,
            style=plan.brief.style_line,
            lyrics=plan.lyrics.text,
            metadata=plan_metadata(plan),
            files=(
                RenderedFile(kind="plan", mime_type="application/gzip", data=data, extension="plan.json.gz"),
                RenderedFile(kind="midi", mime_type="audio/midi", data=notes, extension="mid"),
                RenderedFile(kind="lrc", mime_type="text/plain", data=timed.encode(), extension="lrc"),
            ),
        )

    def render(
        self,
        plan: bytes,
        *,
        clip_id: str,
        on_progress: Callable[[float, str], None],
        on_audio: Callable[[int, bytes], None],
        should_stop: Callable[[], bool],
    ) -> RenderResult:
        """Render a plan and encode it."""
        paper = Plan.from_bytes(plan)
        pipe = _Pipe(on_audio)
        try:
            sound = self.engine.render(
                paper,
                progress=lambda done, stage: on_progress(done * ENGINE_SHARE, stage),
                preview=pipe.feed,
                should_stop=should_stop,
            )
        except protocols.Stopped as error:
            raise Stopped from error
        pipe.finish()
        on_progress(ENGINE_SHARE, "encode")
        result = encode(paper, sound)
        on_progress(1.0, "encode")
        return result


class _Pipe:
    """Encodes the quick mix for the live pipe. Blocks are cut by the engine, so the bytes repeat exactly."""

    def __init__(self, send: Callable[[int, bytes], None]) -> None:
        self._stream = Mp3Stream(bitrate_kbps=PREVIEW_KBPS, quality=PREVIEW_QUALITY)
        self._send = send
        self._seq = 0

    def feed(self, block: F32) -> None:
        self._push(self._stream.feed(block))

    def finish(self) -> None:
        self._push(self._stream.finish())

    def _push(self, data: bytes) -> None:
        if data:
            self._send(self._seq, data)
            self._seq += 1


def encode(plan: Plan, sound: Rendition) -> RenderResult:
    """The files of a rendition."""
    picture = cover_of(plan)
    tag = id3_tag(
        title=plan.lyrics.title,
        style=plan.brief.style_line,
        bpm=plan.brief.bpm,
        key=plan.score.key,
        language=plan.lyrics.language,
        cover_jpeg=picture.small_jpeg,
        lyrics=plan.lyrics.text,
        words=plan.performance.words,
    )
    mp3 = tag + _mp3_under_ceiling(sound.master, plan.mix.ceiling_dbtp)
    return RenderResult(
        duration_s=len(sound.master) / SAMPLE_RATE_HZ,
        files=(
            RenderedFile(kind="mp3", mime_type="audio/mpeg", data=mp3, extension="mp3"),
            RenderedFile(kind="cover", mime_type="image/jpeg", data=picture.small_jpeg, extension="jpeg"),
            RenderedFile(kind="cover_large", mime_type="image/jpeg", data=picture.large_jpeg, extension="jpeg"),
            RenderedFile(kind="flac", mime_type="audio/flac", data=encode_flac(sound.master), extension="flac"),
            RenderedFile(
                kind="peaks", mime_type="application/json", data=peaks_json(sound.master), extension="peaks.json"
            ),
        ),
        metadata={
            "loudness_lufs": round(sound.loudness_lufs, 2),
            "true_peak_dbtp": round(sound.true_peak_dbtp, 2),
            "pcm_sha256": pcm_sha256(sound.master),
        },
    )


def _mp3_under_ceiling(pcm: I32, ceiling_dbtp: float) -> bytes:
    """MP3 frames whose decoded true peak keeps the ceiling: encoding moves peaks, so they are measured afterwards
    and the level is trimmed where they went over (by tenths of a dB).
    """
    data = encode_mp3(pcm)
    for _ in range(2):
        over_db = true_peak_dbtp(decode_mp3(data)) - ceiling_dbtp
        if over_db <= 0:
            break
        pcm = to_pcm24(from_pcm24(pcm) * 10 ** (-(over_db + 0.05) / 20))
        data = encode_mp3(pcm)
    return data


def pcm_sha256(pcm: I32) -> str:
    """SHA-256 of the 24-bit WAV file of these samples."""
    return hashlib.sha256(encode_wav(pcm)).hexdigest()


def plan_metadata(plan: Plan) -> dict[str, Any]:
    """What a client may want to know of a plan; JSON values, no links, no words of state."""
    lead = next((voice.voice for voice in plan.score.vocals if voice.role is VocalRole.LEAD), "")
    return {
        "seed": plan.seed,
        "take": plan.take,
        "engine": plan.engine,
        "genre": plan.brief.genre,
        "language": plan.lyrics.language,
        "bpm": round(plan.brief.bpm, 3),
        "key": str(plan.score.key),
        "meter": str(plan.score.axis.meter),
        "voice": lead,
        "plan_sha256": hashlib.sha256(gzip.decompress(plan.to_bytes())).hexdigest(),
        "sections": [
            {"name": span.name, "kind": span.kind, "start_s": round(span.start_s, 3), "end_s": round(span.end_s, 3)}
            for span in plan.performance.sections
        ],
        "unused_words": list(plan.brief.unused_words),
    }
