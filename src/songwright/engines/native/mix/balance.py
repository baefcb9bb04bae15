"""The decisions of a mix: faders, phrases, rides and section gains, from K-weighted energies every 100 ms."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from songwright.domain.performance import SectionSpan
from songwright.domain.score import StemName

from .dsp.loudness import SILENCE_LUFS, integrated_lufs, lufs
from .sections import gain_at, gains_of
from .settings import Phrase, SectionGain, StripSettings

F64 = npt.NDArray[np.float64]
HOP_S = 0.1
LEAD_LUFS = -22.5
"""Loudness of the lead at its fader; everything else is placed from here."""
INSTRUMENTAL_LEAD_LU = -2.0
"""How far a lead instrument stands over (under) everything else in a song without words."""
YIELD_DB = 0.8
"""How far the whole band steps back while the lead sings."""
LONGEST_S = 4.0
"""Longest stretch of singing that one ride gain covers."""


def is_lead(strip: StripSettings) -> bool:
    """Whether the strip carries the song's words."""
    return strip.stem is StemName.VOCALS


def set_faders(strips: Sequence[StripSettings], levels_db: Sequence[float], hops: Sequence[F64]) -> list[StripSettings]:
    """Faders that put each track's gated loudness at ``level_db`` relative to the lead's."""
    return [
        replace(strip, fader_db=float(np.clip(LEAD_LUFS + level - integrated_lufs(energy), -40, 24)))
        for strip, level, energy in zip(strips, levels_db, hops, strict=True)
    ]


def set_instrumental_faders(strips: Sequence[StripSettings], hops: Sequence[F64]) -> list[StripSettings]:
    """Without a voice the lead instrument takes its place: the others move by at most 4 dB to let it."""
    lead = summed(strips, hops, lambda s: s.role == "lead_inst")
    rest = summed(strips, hops, lambda s: s.role != "lead_inst")
    where = find_active(lead)
    if not where.any() or rest[where].mean() <= 0:
        return list(strips)
    ratio_db = 10 * math.log10(lead[where].mean() / rest[where].mean())
    shift = float(np.clip(ratio_db - INSTRUMENTAL_LEAD_LU, -4, 4))
    return [s if s.role == "lead_inst" else replace(s, fader_db=s.fader_db + shift) for s in strips]


def summed(strips: Sequence[StripSettings], hops: Sequence[F64], wanted) -> F64:  # noqa: ANN001
    """Energy after the faders of all strips that ``wanted`` says yes to, as if they were uncorrelated."""
    total = np.zeros(max((len(h) for h in hops), default=0))
    for strip, energy in zip(strips, hops, strict=True):
        if wanted(strip):
            total += energy * 10 ** (strip.fader_db / 10)
    return total


def find_active(energy: F64) -> npt.NDArray[np.bool_]:
    """Which 100 ms sound: within 18 LU of the gated loudness."""
    gate = integrated_lufs(energy)
    if gate <= SILENCE_LUFS:
        return np.zeros(len(energy), dtype=bool)
    return energy > 10 ** ((max(gate - 18, -62.0) + 0.691) / 10)


def find_phrases(energy: F64, sections: Sequence[SectionSpan] = ()) -> list[Phrase]:
    """Stretches of sound with rests of at most 0.3 s inside, at least 0.2 s long.

    Cut where sections begin (a second from its ends or more), and in even parts when longer than
    :data:`LONGEST_S`, so that rides can follow.
    """
    active = find_active(energy)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], active, [False]]).astype(np.int8)))
    spans: list[list[int]] = []
    for first, last in edges.reshape(-1, 2).tolist():
        if spans and first - spans[-1][1] <= 3:
            spans[-1][1] = last
        else:
            spans.append([first, last])
    cuts = sorted({round(s.start_s / HOP_S) for s in sections})
    pieces: list[tuple[int, int]] = []
    for first, last in spans:
        inner = [c for c in cuts if first + 10 <= c <= last - 10]
        for a, b in itertools.pairwise([first, *inner, last]):
            n = max(1, math.ceil((b - a) * HOP_S / LONGEST_S - 1e-9))
            edges_in = [a + round(k * (b - a) / n) for k in range(n + 1)]
            pieces += list(itertools.pairwise(edges_in))
    return [Phrase(start_s=round(a * HOP_S, 3), end_s=round(b * HOP_S, 3)) for a, b in pieces if b - a >= 2]


def _mean_between(energy: F64, start_s: float, end_s: float) -> float:
    part = energy[int(start_s / HOP_S) : max(int(start_s / HOP_S) + 1, math.ceil(end_s / HOP_S - 1e-9))]
    return float(part.mean()) if len(part) else 0.0


def ride(
    phrases: Sequence[Phrase], voice: F64, band: F64, sections: Sequence[SectionGain], *, over_band_lu: float
) -> list[Phrase]:
    """Phrase gains: the voice levelled, lifted where the band is thick; the band yields what the voice cannot reach.

    ``voice`` and ``band`` are energies after the faders. Section gains act on the band in full, on the voice at 0.7.
    """
    if not phrases:
        return []
    v = np.array([lufs(_mean_between(voice, p.start_s, p.end_s)) for p in phrases])
    b = np.array([lufs(_mean_between(band, p.start_s, p.end_s)) for p in phrases])
    section = np.array([gain_at(sections, (p.start_s + p.end_s) / 2) for p in phrases])
    weight = np.array([p.end_s - p.start_s for p in phrases])
    weight /= weight.sum()
    b += section
    mean_v = 10 * math.log10((weight * 10 ** (v / 10)).sum())
    mean_b = 10 * math.log10((weight * 10 ** (b / 10)).sum())
    vocal = np.clip(-0.65 * (v - mean_v), -3.5, 3.5) + 0.7 * section
    short = over_band_lu - ((v + vocal - mean_v) - (b - mean_b) + over_band_lu)
    lift = np.where(short > 0, np.minimum(0.5 * short, 2.0), np.maximum(0.3 * short, -1.0))
    yielding = np.clip(short - lift - 0.6, 0, 3.5) * (b > SILENCE_LUFS)
    return [
        replace(p, vocal_db=round(float(up), 3), band_db=round(-float(down), 3) + 0.0)
        for p, up, down in zip(phrases, vocal + lift, yielding, strict=True)
    ]


def foreseen(
    phrases: Sequence[Phrase], voice: F64, band: F64, sections: Sequence[SectionGain], *, over_band_lu: float
) -> F64:
    """Energies of the mix that section gains would give, rides and band gain included; voice and band uncorrelated."""
    ridden = ride(phrases, voice, band, sections, over_band_lu=over_band_lu)
    of_band = gains_of(sections, len(band))
    of_voice = np.zeros(len(voice))
    for p in ridden:
        span = slice(round(p.start_s / HOP_S), round(p.end_s / HOP_S))
        of_voice[span] = p.vocal_db
        of_band[span] += p.band_db - YIELD_DB
    sung, played = voice * 10 ** (of_voice / 10), band * 10 ** (of_band / 10)
    return sung + played * 10 ** (band_gain(sung, played, over_band_lu=over_band_lu) / 10)


def band_gain(voice: F64, stems: Mapping[StemName, F64] | F64, *, over_band_lu: float) -> float:
    """Gain in dB for the band that puts ``voice`` (energies) ``over_band_lu`` over it while it sings; +-15 dB."""
    band = stems if isinstance(stems, np.ndarray) else np.sum(list(stems.values()), axis=0)
    where = find_active(voice)
    if not where.any() or band[where].mean() <= 0:
        return 0.0
    ratio_db = 10 * math.log10(voice[where].mean() / band[where].mean())
    return float(np.clip(ratio_db - over_band_lu, -15, 15))
