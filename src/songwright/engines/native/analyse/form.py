"""Sections out of what bars sound like."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from songwright.domain.audio import F32
from songwright.domain.performance import SectionSpan

RATE_HZ = 22_050
N_BANDS = 16
LENGTH_PRIOR = {8: 0.0, 4: 0.35, 16: 0.3, 12: 0.5, 6: 0.8, 2: 1.2, 1: 3.0}
OTHER_LENGTH = 1.5
SECTION_COST = 0.8
LONGEST_BARS = 20
SAME = 0.8  # likeness from which two sections are the same music
FINEST_BARS = 4
SILENT_DB = 30.0  # below the loudest bar
LEAST_SPREAD_DB, FARTHEST = 1.0, 2.5

F64 = npt.NDArray[np.float64]


def sections_of(mono: F32, downbeats_s: Sequence[float], duration_s: float) -> tuple[SectionSpan, ...]:
    """Contiguous sections from 0 to the end; the loudest repeated music is the chorus, other music verses.

    ``mono`` is sampled at 22,050 Hz.
    """
    edges = [0.0, *[d for d in downbeats_s if 0.3 < d < duration_s - 0.5], duration_s]
    edges = _sounding(mono, edges)
    if len(edges) < 2 * FINEST_BARS:
        return (SectionSpan(name="Verse 1", kind="verse", start_s=0.0, end_s=duration_s, energy=0.5),)
    features, level_db = _bars(mono, edges)
    cuts = _cuts(features)
    means = np.array([features[a:b].mean(axis=0) for a, b in itertools.pairwise(cuts)])
    levels = np.array([level_db[a:b].mean() for a, b in itertools.pairwise(cuts)])
    kinds = _kinds(_groups(means), levels)
    energies = np.clip(0.8 + (levels - levels.max()) / 24.0, 0.05, 1.0)
    counts: Counter[str] = Counter()
    spans: list[SectionSpan] = []
    for i, kind in enumerate(kinds):
        counts[kind] += 1
        name = kind.title() if kind in ("intro", "outro") else f"{kind.title()} {counts[kind]}"
        start_s, end_s = edges[cuts[i]], edges[cuts[i + 1]]
        energy = round(float(energies[i]), 3)
        spans.append(SectionSpan(name=name, kind=kind, start_s=start_s, end_s=end_s, energy=energy))
    return tuple(spans)


def _sounding(mono: F32, edges: Sequence[float]) -> list[float]:
    """The edges without those inside the silence before and after the music, which belongs to the bars beside it."""
    power = [
        float(np.mean(np.square(mono[int(a * RATE_HZ) : int(b * RATE_HZ) + 1], dtype=np.float64)))
        for a, b in itertools.pairwise(edges)
    ]
    loud = np.flatnonzero(np.array(power) >= max(power) * 10 ** (-SILENT_DB / 10))
    return [edges[0], *edges[loud[0] + 1 : loud[-1] + 1], edges[-1]] if len(loud) else list(edges)


def _bars(mono: F32, edges: Sequence[float]) -> tuple[F64, F64]:
    """Band levels per bar, in spreads from the median; and the level in dB."""
    bands = np.geomspace(40.0, 10_000.0, N_BANDS + 1)
    rows: list[F64] = []
    for a, b in itertools.pairwise(edges):
        piece = mono[int(a * RATE_HZ) : max(int(b * RATE_HZ), int(a * RATE_HZ) + 64)]
        power = np.abs(np.fft.rfft(piece)).astype(np.float64) ** 2 / max(1, piece.shape[0]) ** 2
        places = np.searchsorted(np.fft.rfftfreq(piece.shape[0], 1.0 / RATE_HZ), bands)
        sums = np.concatenate([[0.0], np.cumsum(power)])
        rows.append(np.append(sums[places[1:]] - sums[places[:-1]], power.sum()))
    level = 10.0 * np.log10(np.array(rows) + 1e-10)
    low, middle, high = np.percentile(level, [10, 50, 90], axis=0)
    spread = np.maximum((high - low) / 2.56, LEAST_SPREAD_DB)
    return np.clip((level - middle) / spread, -FARTHEST, FARTHEST), level[:, -1]


def _cuts(features: F64) -> list[int]:
    """Bar indices where sections begin, and the end: least inner spread plus a price on odd lengths."""
    n = features.shape[0]
    sums = np.concatenate([np.zeros((1, features.shape[1])), np.cumsum(features, axis=0)])
    squares = np.concatenate([[0.0], np.cumsum((features**2).sum(axis=1))])
    price = 2.2 * np.sqrt(features.shape[1])
    best, back = np.full(n + 1, np.inf), np.zeros(n + 1, dtype=np.int64)
    best[0] = 0.0
    for end in range(1, n + 1):
        for start in range(max(0, end - LONGEST_BARS), end):
            inner = squares[end] - squares[start] - ((sums[end] - sums[start]) ** 2).sum() / (end - start)
            odd = LENGTH_PRIOR.get(end - start, OTHER_LENGTH)
            if (start == 0 or end == n) and end - start > 1:
                odd *= 0.3
            cost = best[start] + inner / features.shape[1] * 4.0 + price * (SECTION_COST + odd) / 4.0
            if cost < best[end]:
                best[end], back[end] = cost, start
    cuts, place = [n], n
    while place > 0:
        place = int(back[place])
        cuts.append(place)
    return cuts[::-1]


def _groups(means: F64) -> list[int]:
    """Number of the first section that sounds alike, for each."""
    groups: list[int] = []
    for i, row in enumerate(means):
        distances = [float(np.sqrt(np.mean((row - means[g]) ** 2))) for g in range(i)]
        alike = [g for g in range(i) if distances[g] < 1.0 - SAME + 0.3]
        groups.append(groups[min(alike, key=lambda g: distances[g])] if alike else i)
    return groups


def _kinds(groups: list[int], levels: F64) -> list[str]:
    """Verse, chorus, intro, outro by repetition and loudness."""
    heard = Counter(groups)
    loud = {g: float(np.mean([levels[i] for i, other in enumerate(groups) if other == g])) for g in heard}
    several = [g for g in heard if heard[g] > 1] or list(heard)
    chorus = max(several, key=lambda g: loud[g]) if len(heard) > 1 else -1
    kinds = ["chorus" if g == chorus else "verse" for g in groups]
    once = [heard[g] == 1 for g in groups]
    if len(groups) > 2 and once[0] and kinds[0] == "verse" and levels[0] < levels.max() - 2.0:
        kinds[0] = "intro"
    if len(groups) > 2 and once[-1] and kinds[-1] == "verse" and levels[-1] < levels.max() - 2.0:
        kinds[-1] = "outro"
    for i in range(2, len(groups) - 1):
        if once[i] and kinds[i] == "verse" and kinds[i - 1] == "chorus" and "verse" in kinds[:i]:
            kinds[i] = "bridge"
    return kinds
