"""Tracks to twelve stems and their exact sum.

:func:`decide` measures the tracks and writes every gain, filter and threshold into :class:`MixSettings`;
:func:`apply` does what they say; :func:`mix` is both without processing twice. Side chains are part of the settings
(kick frames, sung phrases), so with given settings each stem depends on its own tracks alone.

Spaces: each stem has a reverb of its own (plate for voices and far sounds, room for the band) and, where asked for,
an echo; the returns are part of the stem. Linear reverbs add up, so this sounds like shared buses, and the stems sum
to the pre-master exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from songwright.domain.audio import F32, I32, peak_of
from songwright.domain.performance import SectionSpan
from songwright.domain.plan import MixPlan
from songwright.domain.score import MixHint, StemName

from . import balance
from .bus import Lanes, accumulate, render_stem, to_stem
from .dsp.loudness import SILENCE_LUFS, hop_energies, integrated_lufs
from .presets import INPUT_LUFS, space_of, start_strip
from .sections import section_gains
from .settings import MixSettings, StripSettings
from .strip import process_track

PREMASTER_LUFS = -20.0
_PEAK_ROOM = 10 ** (-0.5 / 20)

A = TypeVar("A")
B = TypeVar("B")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Track:
    """One voice or instrument before the mix, 48 kHz, from the start of the song."""

    name: str  # unique
    stem: StemName
    role: str  # lead, double, harmony, pad; drums, percussion, bass, comp, arp, lead_inst, fx
    samples: F32  # (n,) or (n, 2), at most as long as the song
    hint: MixHint
    pulses: npt.NDArray[np.int64] | None = None  # frames of kick onsets


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Mixed:
    """A finished mix in 24-bit integers, each (n_frames, 2)."""

    stems: dict[StemName, I32]  # the twelve in StemName order; the silent ones share one array
    premaster: I32  # their exact sum
    settings: MixSettings


def mix(
    tracks: Sequence[Track],
    plan: MixPlan,
    *,
    n_frames: int,
    sections: Sequence[SectionSpan],
    threads: int = 2,
    consume: bool = False,
) -> Mixed:
    """Decide and apply. The result does not depend on ``threads``.

    ``consume`` lets the mix work in the memory of the tracks' samples, which then hold rubbish; a list of tracks is
    emptied, and what its samples took is free again as soon as they are in their stem.
    """
    settings, stems = _decide(tracks, plan, n_frames, sections, threads, consume=consume)
    return _finish(settings, stems, threads)


def decide(
    tracks: Sequence[Track],
    plan: MixPlan,
    *,
    n_frames: int,
    sections: Sequence[SectionSpan],
    threads: int = 2,
) -> MixSettings:
    """Every number of the mix."""
    return _decide(tracks, plan, n_frames, sections, threads)[0]


def apply(tracks: Sequence[Track], settings: MixSettings, *, threads: int = 2) -> Mixed:
    """The mix that ``settings`` describe. Tracks may be missing (muted); a track without a strip is silent."""
    by_name = {t.name: t for t in tracks}
    strips = [s for s in settings.strips if s.name in by_name]
    processed = _each(threads, lambda s: process_track(by_name[s.name].samples, s), strips)
    return _finish(settings, _stems(settings, strips, processed, threads), threads)


def _each(threads: int, work: Callable[[A], B], items: Iterable[A]) -> list[B]:
    if threads <= 1:
        return [work(item) for item in items]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, items))


def _measure(samples: F32, n_frames: int) -> npt.NDArray[np.float64]:
    planar = samples[:n_frames, None] if samples.ndim == 1 else samples[:n_frames]
    return hop_energies(planar)


def _decide(
    tracks: Sequence[Track],
    plan: MixPlan,
    n_frames: int,
    sections: Sequence[SectionSpan],
    threads: int,
    *,
    consume: bool = False,
) -> tuple[MixSettings, dict[StemName, F32]]:
    _check(tracks, n_frames)
    raw = _each(threads, lambda t: integrated_lufs(_measure(t.samples, n_frames)), tracks)
    sounding = [(t, level) for t, level in zip(tracks, raw, strict=True) if level > SILENCE_LUFS]
    strips = [
        replace(
            start_strip(t.name, t.stem, t.role, t.hint, plan),
            input_db=round(float(np.clip(INPUT_LUFS - level, -40, 40)), 3),
        )
        for t, level in sounding
    ]
    jobs = [(t.samples, s) for (t, _), s in zip(sounding, strips, strict=True)]
    processed = _each(threads, lambda job: process_track(*job, consume=consume), jobs)
    hops = _each(threads, lambda x: _padded(hop_energies(x), n_frames), processed)
    settings = _balance(strips, hops, [t for t, _ in sounding], plan, n_frames, sections)
    jobs.clear()
    sounding.clear()
    if consume and isinstance(tracks, list):
        tracks.clear()
    stems = _stems(settings, settings.strips, processed, threads)
    return _level(settings, stems, plan, threads), stems


def _check(tracks: Sequence[Track], n_frames: int) -> None:
    names = [t.name for t in tracks]
    if len(set(names)) != len(names):
        raise ValueError("two tracks of a mix have one name")
    for t in tracks:
        if len(t.samples) > n_frames:
            raise ValueError(f"track {t.name!r} has {len(t.samples)} frames, more than the mix's {n_frames}")


def _padded(hops: npt.NDArray[np.float64], n_frames: int) -> npt.NDArray[np.float64]:
    whole = np.zeros(-(-n_frames // 4800))
    whole[: len(hops)] = hops
    return whole


def _balance(
    strips: Sequence[StripSettings],
    hops: Sequence[npt.NDArray[np.float64]],
    tracks: Sequence[Track],
    plan: MixPlan,
    n_frames: int,
    sections: Sequence[SectionSpan],
) -> MixSettings:
    strips = balance.set_faders(strips, [t.hint.level_db for t in tracks], hops)
    sung = any(balance.is_lead(s) for s in strips)
    if not sung:
        strips = balance.set_instrumental_faders(strips, hops)
    voice = balance.summed(strips, hops, balance.is_lead)
    band = balance.summed(strips, hops, lambda s: not balance.is_lead(s))
    phrases = balance.find_phrases(voice, sections) if sung else []
    over_band_lu = plan.vocal_over_band_lu
    gains = section_gains(
        sections,
        lambda found: balance.foreseen(phrases, voice, band, found, over_band_lu=over_band_lu),
        keep_range=any(s.stem is StemName.DRUMS for s in strips),
    )
    kicks = {int(k) for t in tracks if t.pulses is not None for k in t.pulses}
    names = [name for name in StemName if any(s.stem is name for s in strips)]
    return MixSettings(
        n_frames=n_frames,
        strips=tuple(strips),
        spaces=tuple(space_of(name, plan) for name in names),
        phrases=tuple(balance.ride(phrases, voice, band, gains, over_band_lu=over_band_lu)),
        sections=tuple(gains),
        kicks=tuple(sorted(kicks)),
        carve_db=plan.duck_band_db,
        echo_s=plan.delay_s,
        echo_feedback=min(0.8, plan.delay_feedback),
    )


def _stems(
    settings: MixSettings, strips: Sequence[StripSettings], processed: list[F32], threads: int
) -> dict[StemName, F32]:
    """Float stems; ``processed`` is emptied stem by stem, so that both are never in memory as a whole."""
    lanes = Lanes(settings)
    waiting = {s.name: x for s, x in zip(strips, processed, strict=True)}
    processed.clear()

    def render(name: StemName) -> F32:
        chosen = [s for s in strips if s.stem is name]
        return render_stem(name, settings, chosen, [waiting.pop(s.name) for s in chosen], lanes)

    names = [name for name in StemName if any(s.stem is name for s in strips)]
    return dict(zip(names, _each(threads, render, names), strict=True))


def _level(settings: MixSettings, stems: dict[StemName, F32], plan: MixPlan, threads: int) -> MixSettings:
    """Band gain from what the stems really sum to, then the trim to the pre-master's level."""
    if not stems:
        return settings
    total = np.zeros((settings.n_frames, 2), dtype=np.float32)
    for name, stem in stems.items():
        if name is not StemName.VOCALS:
            total += stem
    band_db = 0.0
    if StemName.VOCALS in stems:
        voice, band = _each(threads, hop_energies, [stems[StemName.VOCALS], total])
        band_db = balance.band_gain(voice, band, over_band_lu=plan.vocal_over_band_lu)
        total *= np.float32(10 ** (band_db / 20))
        total += stems[StemName.VOCALS]
    level = integrated_lufs(hop_energies(total))
    peak = max(peak_of(total), *(_peak(n, s, band_db) for n, s in stems.items()))
    if level <= SILENCE_LUFS or peak <= 0:
        return settings
    trim_db = min(PREMASTER_LUFS - level, 20 * float(np.log10(_PEAK_ROOM / peak)))
    return replace(settings, band_db=round(band_db, 4), trim_db=round(trim_db, 4))


def _peak(name: StemName, stem: F32, band_db: float) -> float:
    gain = 1.0 if name is StemName.VOCALS else 10 ** (band_db / 20)
    return gain * peak_of(stem)


def _finish(settings: MixSettings, stems: dict[StemName, F32], threads: int) -> Mixed:
    def quantise(name: StemName) -> I32:
        band_db = 0.0 if name is StemName.VOCALS else settings.band_db
        return to_stem(stems.pop(name), settings.trim_db + band_db)

    names = list(stems)
    done = dict(zip(names, _each(threads, quantise, names), strict=True))
    premaster = np.zeros((settings.n_frames, 2), dtype=np.int32)
    for stem in done.values():
        accumulate(premaster, stem)
    silence = np.zeros((settings.n_frames, 2), dtype=np.int32) if len(done) < len(StemName) else None
    whole = {name: done.get(name, silence) for name in StemName}
    return Mixed(stems={k: v for k, v in whole.items() if v is not None}, premaster=premaster, settings=settings)
