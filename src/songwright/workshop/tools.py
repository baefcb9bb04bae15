"""Work that is not a song: uploads, videos, cut-out voices, voice recipes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from songwright.assets.pcm import decode_pcm, encode_flac
from songwright.domain.action import ActionKind, ToolAction
from songwright.domain.audio import I32, SAMPLE_RATE_HZ, from_pcm24, sum_stems, to_pcm24
from songwright.domain.plan import Lineage, Plan, Recorded, Sound
from songwright.domain.score import StemName, VocalRole
from songwright.engines.protocols import Materials, Rendition, SongEngine, Source
from songwright.errors import BadRequest
from songwright.jobs.ports import MaterialFiles, NewClip, RenderedFile, WorkResult
from songwright.policy import Policy

from .bringing import materials_of
from .encoding import Encoder

Report = Callable[[float, str], None]
VOICES = (StemName.VOCALS, StemName.BACKING_VOCALS)
VOICE_MIN_S, VOICE_MAX_S = 10.0, 240.0
MOST_HEARD = 8  # plans of recordings that are kept


class Tools:
    """The tools, over an engine."""

    def __init__(self, engine: SongEngine, policy: Policy) -> None:
        self._engine = engine
        self._policy = policy
        self._heard: dict[tuple[str, int], Plan] = {}  # of recordings: every take of a request brings them again

    def work(
        self, action: ToolAction, *, files: MaterialFiles, on_progress: Report, should_stop: Callable[[], bool]
    ) -> WorkResult:
        """Do what ``action`` asks for. Raises BadRequest for sound that cannot be used."""
        if action.kind is ActionKind.UPLOAD:
            return self._upload(action, files, on_progress)
        if action.kind is ActionKind.VIDEO:
            return self._video(files, on_progress)
        if action.kind is ActionKind.VOCAL:
            return self._vocal(action, files, on_progress, should_stop)
        return self._voice(action, files, on_progress, should_stop)

    def with_recordings(self, brought: Materials, recordings: Sequence[str], *, seed: int) -> Materials:
        """The materials with recordings from outside as further sources."""
        more = []
        for path in recordings:
            pcm, blob = _recording(path)
            self._policy.check_audio(from_pcm24(pcm))
            plan = self._listened(pcm, blob, seed)
            more.append(Source(clip_id="", plan=plan, title="", style="", lyrics="", load_master=lambda pcm=pcm: pcm))
        return replace(brought, sources=(*brought.sources, *more))

    def _listened(self, pcm: I32, blob: str, seed: int) -> Plan:
        """What is heard in a recording; the last few are remembered."""
        known = self._heard.pop((blob, seed), None)
        plan = known or self._engine.upload(pcm, blob=blob, title="", seed=seed)
        self._heard[blob, seed] = plan
        while len(self._heard) > MOST_HEARD:
            del self._heard[next(iter(self._heard))]
        return plan

    def _upload(self, action: ToolAction, files: MaterialFiles, on_progress: Report) -> WorkResult:
        from songwright.assets.decode import decode_upload

        from .shop import planned

        on_progress(0.05, "decode")
        pcm = to_pcm24(decode_upload(_bytes(files.recordings[0]), max_duration_s=action.max_duration_s).samples)
        flac = encode_flac(pcm)
        blob = hashlib.sha256(flac).hexdigest()
        self._policy.check_audio(from_pcm24(pcm))
        on_progress(0.2, "analyse")
        plan = self._engine.upload(pcm, blob=blob, title=action.name, seed=action.seed)
        on_progress(0.8, "encode")
        paper = planned(plan)
        stored = RenderedFile(kind="blob", mime_type="audio/flac", data=flac, extension="flac")
        rendered = Encoder().encode(plan, as_rendition(pcm))
        rendered = replace(rendered, files=tuple(file for file in rendered.files if file.kind != "flac"))
        return WorkResult(clip=NewClip(planned=replace(paper, files=(*paper.files, stored)), rendered=rendered))

    def _video(self, files: MaterialFiles, on_progress: Report) -> WorkResult:
        from songwright.assets.cover import cover_of
        from songwright.assets.mp4 import karaoke_mp4

        source = files.sources[0]
        plan = Plan.from_bytes(_bytes(source.plan))
        movie = karaoke_mp4(
            pcm=decode_pcm(_bytes(source.master))[0],
            cover_jpeg=_bytes(source.cover) if source.cover else cover_of(plan).small_jpeg,
            title=source.title,
            words=plan.performance.words,
            colours=plan.cover.colours,
            progress=lambda done: on_progress(done, "video"),
        )
        return WorkResult(files=(RenderedFile(kind="video", mime_type="video/mp4", data=movie, extension="mp4"),))

    def _vocal(
        self, action: ToolAction, files: MaterialFiles, on_progress: Report, should_stop: Callable[[], bool]
    ) -> WorkResult:
        """The voice of a clip between two times, as a clip of its own."""
        from .shop import planned

        source = materials_of(files).sources[0]
        made = self._separated(source.plan, files, on_progress, should_stop)
        vocals = _voices(made)
        start_s = action.start_s or 0.0
        end_s = min(action.end_s or start_s + 30.0, len(vocals) / SAMPLE_RATE_HZ)
        pcm = _cut(vocals, start_s, end_s)
        if not pcm.any():
            raise BadRequest("there is no voice in this range")
        flac = encode_flac(pcm)
        plan = replace(
            source.plan,
            engine_versions=source.plan.engine_versions | ({"separation": made.separation} if made.separation else {}),
            lyrics=replace(source.plan.lyrics, title=f"{source.title} - Vocals"),
            sound=Sound(recorded=Recorded(blob=hashlib.sha256(flac).hexdigest(), n_frames=len(pcm))),
            lineage=Lineage(edit=ActionKind.VOCAL.value, sources=(source.clip_id,), start_s=start_s, end_s=end_s),
        )
        stored = RenderedFile(kind="blob", mime_type="audio/flac", data=flac, extension="flac")
        paper = planned(plan)
        rendered = Encoder().encode(plan, as_rendition(pcm))
        rendered = replace(rendered, files=tuple(file for file in rendered.files if file.kind != "flac"))
        return WorkResult(
            result={"start_s": start_s, "end_s": round(end_s, 3), "aggregates": _aggregates(pcm)},
            clip=NewClip(planned=replace(paper, files=(*paper.files, stored)), rendered=rendered),
        )

    def _voice(
        self, action: ToolAction, files: MaterialFiles, on_progress: Report, should_stop: Callable[[], bool]
    ) -> WorkResult:
        """A voice recipe from a recording or from a clip; becomes a persona."""
        style, clip_id, kind = "", "", "voice"
        if files.sources:
            source = materials_of(files).sources[0]
            style, clip_id, kind = source.style, source.clip_id, "persona"
            voice = lead_voice(source.plan)
            if not voice:
                vocals = _voices(self._separated(source.plan, files, on_progress, should_stop))
                voice = self._engine.voice_of(from_pcm24(_cut(vocals, action.start_s, action.end_s)))
        else:
            from songwright.assets.decode import decode_upload

            audio = decode_upload(_bytes(files.recordings[0]), max_duration_s=VOICE_MAX_S, min_duration_s=VOICE_MIN_S)
            on_progress(0.3, "listen")
            voice = self._engine.voice_of(audio.samples)
        persona: dict[str, Any] = {
            "name": action.name,
            "description": action.description,
            "source_type": kind,
            "voice": voice,
            "style": style,
            "clip_id": clip_id,
        }
        return WorkResult(persona=persona, result={"name": action.name})

    def _separated(
        self, plan: Plan, files: MaterialFiles, on_progress: Report, should_stop: Callable[[], bool]
    ) -> Rendition:
        return self._engine.render(
            plan,
            materials=materials_of(files),
            progress=lambda done, stage: on_progress(0.9 * done, stage),
            preview=None,
            should_stop=should_stop,
        )


def _voices(made: Rendition) -> I32:
    return sum_stems(made.stems[name] for name in VOICES)


def lead_voice(plan: Plan) -> str:
    """Id or recipe of the voice that leads; "" when nobody of ours sings."""
    if plan.sound and plan.sound.recorded:
        return ""
    return next((part.voice for part in plan.score.vocals if part.role is VocalRole.LEAD), "")


def as_rendition(pcm: I32) -> Rendition:
    """A recording as it is."""
    from songwright.engines.native.master.master import true_peak_dbtp
    from songwright.engines.native.mix.dsp.loudness import loudness_lufs

    samples = from_pcm24(pcm)
    return Rendition(
        master=pcm,
        premaster=pcm,
        stems={},
        loudness_lufs=loudness_lufs(samples),
        true_peak_dbtp=true_peak_dbtp(samples),
    )


def _cut(pcm: I32, start_s: float | None, end_s: float | None) -> I32:
    end = len(pcm) if end_s is None else round(end_s * SAMPLE_RATE_HZ)
    return pcm[round((start_s or 0.0) * SAMPLE_RATE_HZ) : end]


def _recording(path: str) -> tuple[I32, str]:
    from songwright.assets.decode import decode_upload

    pcm = to_pcm24(decode_upload(_bytes(path)).samples)
    return pcm, hashlib.sha256(encode_flac(pcm)).hexdigest()


def _bytes(path: str) -> bytes:
    return Path(path).read_bytes()


def _aggregates(pcm: I32) -> list[dict[str, Any]]:
    """Lowest and highest 16-bit value of each stretch of 2^11 and of 2^20 frames, alternating."""
    mono = (pcm.mean(axis=1) / 256).astype(np.int64)
    out: list[dict[str, Any]] = []
    for level in (11, 20):
        size = 1 << level
        ends = [
            value
            for start in range(0, len(mono), size)
            for value in (int(mono[start : start + size].min()), int(mono[start : start + size].max()))
        ]
        out.append({"data": [ends], "mip_map_level": level})
    return out
