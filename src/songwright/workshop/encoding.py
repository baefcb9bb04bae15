"""A rendition as files, and what a client may know of a plan."""

from __future__ import annotations

import gzip
import hashlib
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from songwright.assets.cover import cover_of
from songwright.assets.id3 import id3_tag
from songwright.assets.mp3 import decode_mp3, encode_mp3
from songwright.assets.pcm import encode_flac, wav_sha256
from songwright.assets.peaks import peaks_json
from songwright.domain.audio import FULL_SCALE_24, I32, SAMPLE_RATE_HZ, from_pcm24, to_pcm24
from songwright.domain.plan import Plan
from songwright.domain.score import VocalRole
from songwright.engines.native.master.master import limited, true_peak_dbtp
from songwright.engines.protocols import Rendition
from songwright.jobs.ports import RenderedFile, RenderResult

SAFE_PEAK = 0.5 * FULL_SCALE_24
"""Below half of full scale no encoder lifts a peak over the ceiling."""
GAIN_FRAMES = 1 << 18  # turned down at once


@dataclass(frozen=True, slots=True)
class Encoder:
    """Encodes the clips of a request; equal sounds (silent stems) are encoded once."""

    _known: dict[str, tuple[bytes, bytes, bytes]] = field(default_factory=dict[str, tuple[bytes, bytes, bytes]])

    def encode(self, plan: Plan, sound: Rendition, *, cover: bytes = b"", large_cover: bool = True) -> RenderResult:
        """The files of a rendition. ``cover``: a JPEG to use in place of one drawn from the plan.

        The MP3 takes longest, so everything else is made beside it.
        """
        with ThreadPoolExecutor(1, thread_name_prefix="encoder") as aside:
            sounds = aside.submit(self._sound, sound.master, plan.mix.ceiling_dbtp)
            return self._files(plan, sound, sounds, cover, large_cover)

    def _files(
        self, plan: Plan, sound: Rendition, sounds: Future[tuple[bytes, bytes, bytes]], cover: bytes, large_cover: bool
    ) -> RenderResult:
        pictures = [("cover", cover)] if cover else []
        if not cover:
            drawn = cover_of(plan)
            cover = drawn.small_jpeg
            pictures = [("cover", drawn.small_jpeg), ("cover_large", drawn.large_jpeg)][: 2 if large_cover else 1]
        tag = id3_tag(
            title=plan.lyrics.title,
            style=plan.brief.style_line,
            bpm=plan.brief.bpm,
            key=plan.score.key,
            language=plan.lyrics.language,
            cover_jpeg=cover,
            lyrics=plan.lyrics.text,
            words=plan.performance.words,
        )
        sha256 = wav_sha256(sound.master)
        mp3, flac, peaks = sounds.result()
        return RenderResult(
            duration_s=len(sound.master) / SAMPLE_RATE_HZ,
            files=(
                RenderedFile(kind="mp3", mime_type="audio/mpeg", data=tag + mp3, extension="mp3"),
                *(
                    RenderedFile(kind=kind, mime_type="image/jpeg", data=jpeg, extension="jpeg")
                    for kind, jpeg in pictures
                ),
                RenderedFile(kind="flac", mime_type="audio/flac", data=flac, extension="flac"),
                RenderedFile(kind="peaks", mime_type="application/json", data=peaks, extension="peaks.json"),
            ),
            metadata={
                "loudness_lufs": round(sound.loudness_lufs, 2),
                "true_peak_dbtp": round(sound.true_peak_dbtp, 2),
                "pcm_sha256": sha256,
                **({"separation": sound.separation} if sound.separation else {}),
            },
        )

    def _sound(self, pcm: I32, ceiling_dbtp: float) -> tuple[bytes, bytes, bytes]:
        """MP3 frames, FLAC and peaks."""
        digest = hashlib.sha256(np.ascontiguousarray(pcm).tobytes()).hexdigest()
        if digest not in self._known:
            with ThreadPoolExecutor(1, thread_name_prefix="mp3") as aside:
                mp3 = aside.submit(_mp3_under_ceiling, pcm, ceiling_dbtp)
                flac, peaks = encode_flac(pcm), peaks_json(pcm)
                self._known[digest] = (mp3.result(), flac, peaks)
        found = self._known[digest]
        if pcm.any():
            del self._known[digest]  # only silence returns; songs are large
        return found


def encode(plan: Plan, sound: Rendition) -> RenderResult:
    """The files of a rendition."""
    return Encoder().encode(plan, sound)


def _mp3_under_ceiling(pcm: I32, ceiling_dbtp: float) -> bytes:
    """MP3 frames whose decoded true peak keeps the ceiling: encoding moves peaks, so they are measured afterwards.
    A master that went over is limited and keeps its loudness; a recording that was over before is turned down and keeps
    its dynamics.
    """
    data = encode_mp3(pcm)
    if np.abs(pcm).max(initial=0) < SAFE_PEAK:
        return data
    mastered = true_peak_dbtp(from_pcm24(pcm)) <= ceiling_dbtp
    for lower in (limited, limited, _turned_down, _turned_down) if mastered else (_turned_down, _turned_down):
        over_db = true_peak_dbtp(decode_mp3(data)) - ceiling_dbtp
        if over_db <= 0:
            break
        pcm = lower(pcm, over_db + 0.05)
        data = encode_mp3(pcm)
    return data


def _turned_down(pcm: I32, by_db: float) -> I32:
    out, gain = np.empty_like(pcm), 10 ** (-by_db / 20)
    for start in range(0, len(pcm), GAIN_FRAMES):
        out[start : start + GAIN_FRAMES] = to_pcm24(from_pcm24(pcm[start : start + GAIN_FRAMES]) * gain)
    return out


def plan_metadata(plan: Plan) -> dict[str, Any]:
    """What a client may want to know of a plan; JSON values, no links, no words of state."""
    lead = next((voice.voice for voice in plan.score.vocals if voice.role is VocalRole.LEAD), "")
    edit = {"edit": _edit_facts(plan)} if plan.lineage.edit else {}
    recorded = plan.sound is not None and plan.sound.recorded is not None
    how = plan.engine_versions.get("separation", "") if recorded else ""
    other = plan.brief.language not in ("", plan.lyrics.language) and not plan.brief.instrumental
    asked = {"language_asked": plan.brief.language} if other else {}  # no writer for it: English
    return {
        **edit,
        **({"separation": how} if how else {}),
        **asked,
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
        "also_genres": list(plan.brief.also_genres),
        "nearest_words": dict(plan.brief.nearest_words),
        "unused_words": list(plan.brief.unused_words),
    }


def _edit_facts(plan: Plan) -> dict[str, Any]:
    """What was edited: kind, clips it was made from, span in seconds."""
    lineage = plan.lineage
    facts: dict[str, Any] = {"kind": lineage.edit, "sources": list(lineage.sources)}
    for name in ("start_s", "end_s"):
        if getattr(lineage, name) is not None:
            facts[name] = round(getattr(lineage, name), 6)
    if lineage.words:
        facts["words"] = lineage.words
    if plan.sound and plan.sound.chosen:
        facts["stems"] = [name.value for name in plan.sound.chosen.stems]
        facts["dry"] = plan.sound.chosen.dry
    return facts
