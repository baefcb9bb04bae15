"""Where every symbol sounds: vowels begin on the beat, consonants take their time from the vowel before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from songwright.domain.audio import F32
from songwright.domain.performance import PerformedSyllable

from .alphabet import MARKS
from .model import DURATION_FPS, FRAME_FPS
from .text import REST_S, Kind, Symbols

LAG_S = 0.026  # the model's symbols come this much later than their sounds (voiceless onsets measured)
LEAD_IN_S = 0.25  # silence the model is given before the first consonant
TAIL_S = 0.35  # and after the last symbol
_MIN_CONSONANT_S, _MAX_CONSONANT_S = 0.0375, 0.1125
_MARK_S = 0.0125  # a stress mark is no sound: given more, it tears the vowel from the consonant before it
_MIN_GLIDE_S, _MAX_GLIDE_S = 0.0125, 0.12  # of what follows the held part of a vowel
_MAX_ECHO_S = 0.06  # of the second of two equal halves
_MIN_SPACE_S, _MAX_SPACE_S, _PAUSE_S = 0.025, 0.0625, 0.0625
_SHARE = 0.45  # of the time between two vowels that consonants may take
# The release of these comes so much before their symbol ends: it is the release that belongs on the beat.
_EARLY_S = {"b": 0.032, "d": 0.032, "ɡ": 0.022, "ʤ": 0.022}
_EARLY_AFTER_S_S = 0.022  # p, t and k without breath, as in "stay"
_MOST_EARLY = 0.15  # of the syllable
_GRAIN_S = 0.002


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Timing:
    """Times in seconds from the first vowel of the phrase."""

    bounds_s: np.ndarray  # (n_symbols + 1,), strictly increasing; symbol j sounds from [j] to [j + 1]
    begins_s: np.ndarray  # (n_syllables,) first consonant
    stops_s: np.ndarray  # (n_syllables,) end of the sound
    n_frames: int  # of the model, at 40 frames/s of its own time, from bounds_s[0]
    pace: float = 1.0  # seconds of the model's time per second of the song

    @property
    def origin_s(self) -> float:
        """Time of frame 0."""
        return float(self.bounds_s[0])

    def frame_times_s(self) -> np.ndarray:
        """Middles of the 80 frames/s, (2 n_frames,), in the song's time."""
        return self.origin_s + (np.arange(2 * self.n_frames) + 0.5) / (FRAME_FPS * self.pace)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Parts:
    """Indices of a syllable's symbols."""

    lead: tuple[int, ...]
    nucleus: tuple[int, ...]
    tail: tuple[int, ...]
    gap: tuple[int, ...]  # spaces and punctuation
    held: int  # which of the nucleus is held


def _parts(symbols: Symbols, i: int) -> _Parts:
    mine = [int(j) for j in np.flatnonzero(symbols.owners == i)]
    gap = [j for j in mine if symbols.kinds[j] in (Kind.SPACE, Kind.PAUSE)]
    sounds = [j for j in mine if j not in gap]
    core = [j for j in sounds if symbols.kinds[j] == Kind.VOWEL]
    for kind in (Kind.SONORANT, Kind.VOICED):
        core = core or [j for j in sounds if symbols.kinds[j] == kind][:1]
    if not core:
        core = [j for j in sounds if symbols.text[j] not in "ptkʔ"][-1:] or sounds[-1:]
    held = 1 if symbols.text[core[0]] in MARKS and core[-1] > core[0] else 0
    return _Parts(
        lead=tuple(j for j in sounds if j < core[0]),
        nucleus=tuple(j for j in sounds if core[0] <= j <= core[-1]),
        tail=tuple(j for j in sounds if j > core[-1]),
        gap=tuple(gap),
        held=held,
    )


def place(syllables: Sequence[PerformedSyllable], symbols: Symbols, spoken: F32, pace: float = 1.0) -> Timing:
    """Give every symbol its time. ``spoken`` (n_symbols,) are speaking durations in 1/40 s.

    pace: seconds of the model's time per second of the song; what is sung is resampled by it in the end.
    """
    natural = _natural(symbols, spoken)
    parts = [_parts(symbols, i) for i in range(len(syllables))]
    starts = [s.start_s + _early_s(symbols, p, s.end_s - s.start_s) for s, p in zip(syllables, parts, strict=True)]
    lead_s = _leads(syllables, starts, parts, natural)
    bounds = np.zeros(len(symbols.ids) + 1)
    stops = np.zeros(len(syllables))
    for i, (syllable, part) in enumerate(zip(syllables, parts, strict=True)):
        _spread(bounds, part.lead, natural, starts[i] - lead_s[i], lead_s[i])
        last = i + 1 == len(syllables)
        limit = np.inf if last else starts[i + 1] - lead_s[i + 1]
        stop = max(min(syllable.end_s, limit), starts[i] + _GRAIN_S)
        rest = last or limit - stop > REST_S
        stop = stop if rest else max(limit, starts[i] + _GRAIN_S)
        stops[i] = _fill(bounds, symbols, part, natural, spoken, (starts[i], stop), rest)
    bounds[0] = starts[0] - lead_s[0] - LEAD_IN_S
    bounds[-2] = stops[-1] + _PAUSE_S
    bounds[-1] = bounds[-2] + TAIL_S
    for j in range(1, len(bounds)):
        bounds[j] = max(bounds[j], bounds[j - 1] + _GRAIN_S)
    n_frames = int(np.ceil((bounds[-1] - bounds[0]) * DURATION_FPS * pace - 1e-6))
    bounds[-1] = bounds[0] + n_frames / (DURATION_FPS * pace)
    begins = np.array(starts) - lead_s
    return Timing(bounds_s=bounds, begins_s=begins, stops_s=stops, n_frames=n_frames, pace=pace)


def _early_s(symbols: Symbols, part: _Parts, seconds: float) -> float:
    """How much later than written the vowel's symbol has to begin for the vowel to sound in time."""
    if not part.lead:
        return 0.0
    last, before = symbols.text[part.lead[-1]], symbols.text[part.lead[-2]] if len(part.lead) > 1 else ""
    early = _EARLY_AFTER_S_S if before == "s" and last in "ptk" else _EARLY_S.get(last, 0.0)
    return min(early, _MOST_EARLY * seconds)


def _natural(symbols: Symbols, spoken: F32) -> np.ndarray:
    seconds = np.clip(spoken / DURATION_FPS, _MIN_CONSONANT_S, _MAX_CONSONANT_S)
    space = symbols.kinds == Kind.SPACE
    seconds[space] = np.clip(spoken[space] / DURATION_FPS, _MIN_SPACE_S, _MAX_SPACE_S)
    seconds[symbols.kinds == Kind.PAUSE] = _PAUSE_S
    return seconds.astype(np.float64)


def _leads(
    syllables: Sequence[PerformedSyllable], starts: Sequence[float], parts: Sequence[_Parts], natural: np.ndarray
) -> np.ndarray:
    """Seconds the consonants take before each vowel."""
    out = np.zeros(len(syllables))
    for i, part in enumerate(parts):
        wanted = float(natural[list(part.lead)].sum()) if part.lead else 0.0
        if i:
            room = max(_SHARE * (starts[i] - starts[i - 1]), starts[i] - syllables[i - 1].end_s)
            wanted = min(wanted, room)
        out[i] = wanted
    return out


def _spread(bounds: np.ndarray, indices: Sequence[int], natural: np.ndarray, start_s: float, seconds: float) -> None:
    total = float(natural[list(indices)].sum()) if indices else 0.0
    for j in indices:
        bounds[j] = start_s
        start_s += natural[j] * seconds / total


def _fill(
    bounds: np.ndarray,
    symbols: Symbols,
    part: _Parts,
    natural: np.ndarray,
    spoken: F32,
    span_s: tuple[float, float],
    rest: bool,
) -> float:
    """Place nucleus, closing consonants and gap between ``span_s``; returns where the sound stops."""
    start, stop = span_s
    tail = float(natural[list(part.tail)].sum()) if part.tail else 0.0
    gap = float(natural[list(part.gap)].sum()) if part.gap and not rest else 0.0
    squeeze = min(1.0, _SHARE * (stop - start) / max(tail + gap, 1e-9))
    tail, gap = tail * squeeze, gap * squeeze
    hold = stop - tail - gap - start
    longest = [_MAX_ECHO_S if symbols.text[j] == symbols.text[j - 1] else _MAX_GLIDE_S for j in part.nucleus]
    brief = np.clip(spoken[list(part.nucleus)] / DURATION_FPS, _MIN_GLIDE_S, longest)
    brief[: part.held] = _MARK_S
    brief = np.minimum(brief, 0.3 * hold / max(1, len(part.nucleus) - 1))
    held = part.held
    brief[held] = hold - float(np.delete(brief, held).sum())
    at = start
    for j, seconds in zip(part.nucleus, brief, strict=True):
        bounds[j] = at
        at += seconds
    _spread(bounds, part.tail, natural, stop - gap - tail, tail)
    at = stop if rest else stop - gap
    for k, j in enumerate(part.gap):
        bounds[j] = at + k * (0.01 if rest else gap / len(part.gap))
    return stop


def alignment(timing: Timing) -> F32:
    """(n_symbols, n_frames): the share of each 25 ms frame a symbol fills, late by the lag. Columns sum to 1."""
    edges = ((timing.bounds_s - timing.origin_s) * timing.pace + LAG_S) * DURATION_FPS
    edges[0], edges[-1] = 0.0, timing.n_frames
    frames = np.arange(timing.n_frames)
    overlap = np.minimum(edges[1:, None], frames + 1) - np.maximum(edges[:-1, None], frames)
    overlap = np.maximum(overlap, 0.0)
    return (overlap / overlap.sum(axis=0)).astype(np.float32)


def statistics_weights(timing: Timing, spoken_frames: np.ndarray, aligned: F32) -> F32:
    """(n_frames,) of mean 1: a symbol sung ten times as long as spoken still counts once in a norm."""
    sung = np.diff(timing.bounds_s) * DURATION_FPS * timing.pace
    weights = np.minimum(1.0, spoken_frames / sung) @ aligned
    return (weights / weights.mean()).astype(np.float32)
