"""The sound of any plan: performed, recorded, spliced, cut out or stretched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from songwright.domain.audio import F32, FULL_SCALE_24, I32, SAMPLE_RATE_HZ, from_pcm24, sum_stems, to_pcm24
from songwright.domain.plan import Chosen, Kept, Plan, Recorded, Remastered, Sound, Spliced, Stretched
from songwright.domain.score import StemName

from ..protocols import Materials, Preview, Progress, Rendition, ShouldStop, Stopped
from .choosing import ChosenStems
from .keeping import KeptSound, laid_slices
from .master.master import master, true_peak_dbtp
from .mix.dsp.loudness import SILENCE_LUFS, loudness_lufs
from .mix.mixer import Track
from .play.player import Player
from .rendering import raw_stems, render_plan
from .splicing import joined, levels, stem_levels
from .stretching import stretch_all
from .voice.singer import NeuralSinger

Stems = dict[StemName, I32]


def _ignore(_fraction: float, _stage: str) -> None:
    """Progress of a part of the work."""


@dataclass(kw_only=True, slots=True)
class Renderer:
    """Renders plans and the plans inside them. One per request."""

    player: Player
    singer: NeuralSinger
    threads: int
    materials: Materials
    should_stop: ShouldStop
    _memo: tuple[str, Rendition] | None = None  # the last inner plan, for clips that share it
    _dry: tuple[str, Mapping[StemName, I32]] | None = None  # and its dry stems

    def render(
        self, plan: Plan, *, stems: bool, progress: Progress = _ignore, preview: Preview | None = None
    ) -> Rendition:
        """The sound of a plan. Raises Stopped."""
        if self.should_stop():
            raise Stopped
        sound = plan.sound or Sound()
        if sound.recorded:
            return self._recorded(sound.recorded, stems)
        if sound.spliced:
            return self._spliced(sound.spliced, stems, progress)
        if sound.chosen:
            return self._chosen(sound.chosen, progress)
        if sound.stretched:
            return self._stretched(sound.stretched, stems, progress)
        if sound.remastered:
            return self._remastered(plan, sound.remastered, stems, progress)
        return self._performed(plan, sound, stems, progress, preview)

    def _performed(
        self, plan: Plan, sound: Sound, stems: bool, progress: Progress, preview: Preview | None
    ) -> Rendition:
        made = render_plan(
            _without(plan, sound.held),
            player=self.player,
            singer=self.singer,
            threads=self.threads,
            progress=progress,
            preview=preview if not sound.kept and not sound.trim_frames else None,
            should_stop=self.should_stop,
            stems=stems or bool(sound.trim_frames),
            kept=[part for kept in sound.kept if not kept.slices for part in self._kept(kept)],
            laid=[self._laid(kept, plan) for kept in sound.kept if kept.slices],
        )
        return _trimmed(made, sound.trim_frames) if sound.trim_frames else made

    def _kept(self, kept: Kept) -> list[KeptSound]:
        """The stems that stay. A whole recording that becomes one stem is not taken apart first."""
        whole = kept.plan.sound and kept.plan.sound.recorded
        if whole and kept.into and set(kept.stems) == set(StemName):
            return [KeptSound(stem=kept.into, pcm24=self.materials.blob(whole.blob))]
        stems = self._shared(kept.plan).stems
        sounding = [name for name in kept.stems if stems[name].any()]
        if kept.into:
            pcm = sum_stems(stems[name] for name in sounding or kept.stems[:1])
            return [KeptSound(stem=kept.into, pcm24=pcm)]
        return [KeptSound(stem=name, pcm24=stems[name]) for name in sounding]

    def _laid(self, kept: Kept, plan: Plan) -> Track:
        """Slices of the other plan's finished sound, as a track of this one's mix."""
        show = plan.performance
        return laid_slices(
            self._finished(kept.plan),
            kept.slices,
            stem=kept.into or StemName.FX,
            n_frames=round(show.duration_s * SAMPLE_RATE_HZ),
            sung=[
                (round(phrase.start_s * SAMPLE_RATE_HZ), round(phrase.end_s * SAMPLE_RATE_HZ))
                for part in show.vocals
                if part.stem is StemName.VOCALS
                for phrase in part.phrases
            ],
        )

    def _finished(self, plan: Plan) -> I32:
        known = self.materials.master_of(plan.key)
        return self.render(plan, stems=False).master if known is None else known

    def _remastered(self, plan: Plan, again: Remastered, stems: bool, progress: Progress) -> Rendition:
        """The finished sound through the master once more. The stems stay what they were."""
        made = self.render(again.plan, stems=True) if stems else None
        before = self._finished(again.plan) if made is None else made.master
        progress(0.5, "render")
        after = master(before, again.mix, sections=plan.performance.sections)
        progress(1.0, "master")
        return Rendition(
            master=after.pcm24,
            premaster=made.premaster if made else before,
            stems=made.stems if made else {},
            loudness_lufs=after.loudness_lufs,
            true_peak_dbtp=after.true_peak_dbtp,
            separation=made.separation if made else "",
        )

    def _shared(self, plan: Plan) -> Rendition:
        """A rendition with stems that several clips of one request use."""
        if self._memo is None or self._memo[0] != plan.key:
            self._memo = None
            self._memo = (plan.key, self.render(plan, stems=True))
        return self._memo[1]

    def _recorded(self, recorded: Recorded, stems: bool) -> Rendition:
        pcm = self.materials.blob(recorded.blob)
        if not stems:
            return _as_rendition(pcm, premaster=pcm, stems={})
        from .separate import split_stems

        parts = split_stems(pcm)
        return _as_rendition(pcm, premaster=pcm, stems=parts, separation=parts.how)

    def _spliced(self, spliced: Spliced, stems: bool, progress: Progress) -> Rendition:
        spans, fade = spliced.spans, spliced.fade_frames
        masters: list[I32] = []
        parts: list[Mapping[StemName, I32]] = []
        apart: list[str] = []
        for number, span in enumerate(spans):
            known = self.materials.master_of(span.plan.key)
            if stems or known is None:
                made = self.render(span.plan, stems=stems)
                parts.append(made.stems)
                apart += [made.separation] * bool(made.separation)
                known = made.master if known is None else known
            masters.append(known)
            progress((number + 1) / len(spans), "splice")
        master = joined(masters, spans, fade, levels(masters, spans))
        if not stems:
            return _as_rendition(master, premaster=master, stems={})
        gains = stem_levels([sum_stems(part.values()) for part in parts], masters, spans)
        whole = {name: joined([part[name] for part in parts], spans, fade, gains) for name in StemName}
        how = ", ".join(dict.fromkeys(apart))
        return _as_rendition(master, premaster=sum_stems(whole.values()), stems=whole, separation=how)

    def _spliced_dry(self, spliced: Spliced) -> Mapping[StemName, I32]:
        """The dry stems of each span's plan, joined as the mixed ones are."""
        spans, wet, dry = spliced.spans, dict[str, I32](), dict[str, Mapping[StemName, I32]]()
        mastered: dict[str, I32] = {}
        for span in spans:
            if (key := span.plan.key) not in dry:
                made = self.render(span.plan, stems=True)
                mastered[key] = made.master
                wet[key], dry[key] = sum_stems(made.stems.values()), self.dry(span.plan, made)
        gains = stem_levels([wet[s.plan.key] for s in spans], [mastered[s.plan.key] for s in spans], spans)
        parts = [dry[span.plan.key] for span in spans]
        return {name: joined([part[name] for part in parts], spans, spliced.fade_frames, gains) for name in StemName}

    def _chosen(self, chosen: Chosen, progress: Progress) -> Rendition:
        made = self._shared(chosen.plan)
        stems = self._shared_dry(chosen.plan, made) if chosen.dry else made.stems
        total = sum_stems(stems[name] for name in StemName if name in chosen.stems)
        progress(1.0, "stems")
        mine = ChosenStems(stems, chosen.stems, n_frames=len(total))
        return _as_rendition(total, premaster=total, stems=mine, separation=made.separation)

    def _shared_dry(self, plan: Plan, made: Rendition) -> Mapping[StemName, I32]:
        if self._dry is None or self._dry[0] != plan.key:
            self._dry = None
            self._dry = (plan.key, self.dry(plan, made))
        return self._dry[1]

    def dry(self, plan: Plan, made: Rendition) -> Mapping[StemName, I32]:
        """The stems of a performance before the mix: no effects, no rides, each as loud as its mixed twin.

        Of sound that was not performed here there is nothing drier than its stems.
        """
        sound = plan.sound or Sound()
        if sound.spliced:
            return self._spliced_dry(sound.spliced)
        if sound.recorded or sound.chosen or sound.stretched or sound.remastered:
            return made.stems
        raw = raw_stems(
            _without(plan, sound.held),
            player=self.player,
            singer=self.singer,
            threads=self.threads,
            should_stop=self.should_stop,
        )
        out = dict(made.stems)
        laid = {kept.into for kept in sound.kept if kept.slices}
        for name, samples in raw.items():
            if name in laid:
                continue
            out[name] = _like(samples[sound.trim_frames :], made.stems[name])
        return out

    def _stretched(self, stretched: Stretched, stems: bool, progress: Progress) -> Rendition:
        factor, keep_pitch = stretched.factor, stretched.keep_pitch
        known = None if stems else self.materials.master_of(stretched.plan.key)
        if known is not None:
            (master,) = stretch_all([known], factor, keep_pitch=keep_pitch, guide=known)
            progress(1.0, "stretch")
            return _as_rendition(master, premaster=master, stems={})
        made = self.render(stretched.plan, stems=True, progress=progress)
        sounds = [made.master, *(made.stems[name] for name in StemName)]
        master, *rest = stretch_all(sounds, factor, keep_pitch=keep_pitch, guide=made.master)
        parts = dict(zip(StemName, rest, strict=True))
        total = sum_stems(parts.values())
        return _as_rendition(master, premaster=total, stems=parts, separation=made.separation)


def _like(samples: F32, mixed: I32) -> I32:
    """``samples`` at the loudness of ``mixed``, within full scale and as long."""
    n_frames = len(mixed)
    stereo = np.zeros((n_frames, 2), np.float32)
    stereo[: min(n_frames, len(samples))] = samples[:n_frames]
    before, wanted = loudness_lufs(stereo), loudness_lufs(from_pcm24(mixed))
    if before <= SILENCE_LUFS or wanted <= SILENCE_LUFS:
        return to_pcm24(stereo * 0.25)
    peak = float(np.abs(stereo).max(initial=0.0))
    gain = min(10 ** ((wanted - before) / 20), 0.98 / peak if peak else 1.0)
    return to_pcm24(stereo * np.float32(gain))


def _without(plan: Plan, held: tuple[str, ...]) -> Plan:
    """The plan with what its kept sound holds left out of the performance."""
    if not held:
        return plan
    show = plan.performance
    parts = tuple(part for part in show.parts if part.name not in held)
    vocals = tuple(part for part in show.vocals if part.name not in held)
    return replace(plan, performance=replace(show, parts=parts, vocals=vocals))


def _trimmed(made: Rendition, n_frames: int) -> Rendition:
    """Without its first ``n_frames``; what follows begins with a short fade, so that nothing clicks."""
    ramp = np.linspace(0.0, 1.0, 48, endpoint=False)[:, None]

    def cut(pcm: I32) -> I32:
        rest = pcm[n_frames:].copy()
        rest[: len(ramp)] = np.rint(rest[: len(ramp)] * ramp[: len(rest)]).astype(np.int32)
        return rest

    stems = {name: cut(stem) for name, stem in made.stems.items()}
    return replace(made, master=cut(made.master), premaster=sum_stems(stems.values()), stems=stems)


def _as_rendition(sound: I32, *, premaster: I32, stems: Mapping[StemName, I32], separation: str = "") -> Rendition:
    """``sound`` as the master, held within full scale."""
    beyond = sound.size and (sound.max() >= FULL_SCALE_24 or sound.min() < -FULL_SCALE_24)
    master = np.clip(sound, -FULL_SCALE_24, FULL_SCALE_24 - 1) if beyond else sound
    samples = from_pcm24(master)
    return Rendition(
        master=master,
        premaster=premaster,
        stems=stems,
        loudness_lufs=loudness_lufs(samples),
        true_peak_dbtp=true_peak_dbtp(samples),
        separation=separation,
    )
