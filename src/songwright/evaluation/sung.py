"""A sung phrase against what was asked: pitch, voicing and onsets, by tools that had no part in singing it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from songwright.domain.audio import SAMPLE_RATE_HZ
from songwright.domain.performance import PerformedSyllable, SungPhrase
from songwright.engines.native.voice.alphabet import LENGTHENERS, VOICELESS, VOWELS

F64 = npt.NDArray[np.float64]
MIN_WINDOW_S = 0.05
_EDGE_S, _CONSONANT_S, _CONSONANT_SHARE = 0.03, 0.1, 0.7  # left out: what consonants may take of a syllable
_HOP = SAMPLE_RATE_HZ // 1000
_TRACKER: list[Any] = []


@dataclass(slots=True)
class Heard:
    """Figures of one phrase."""

    cents: list[float] = field(default_factory=list)  # per note, signed
    frame_cents: list[float] = field(default_factory=list)  # per tracked frame of those notes, signed
    voiced: list[float] = field(default_factory=list)  # per note, share of frames with a sure pitch
    onsets_ms: list[float] = field(default_factory=list)  # per voiceless onset, late is positive


def hear(samples: npt.NDArray[np.floating], start_s: float, phrase: SungPhrase) -> Heard:
    """Measure a mono 48 kHz rendition whose sample 0 lies at ``start_s``."""
    out = Heard()
    _notes(np.asarray(samples, np.float32), start_s, phrase, out)
    level = _low_level(np.asarray(samples, np.float64))
    for before, syllable in zip((None, *phrase.syllables), phrase.syllables, strict=False):
        late = onset_ms(level, start_s, before, syllable)
        if late is not None:
            out.onsets_ms.append(late)
    return out


def _notes(samples: npt.NDArray[np.float32], start_s: float, phrase: SungPhrase, out: Heard) -> None:
    """SwiftF0 inside every note, where nothing but a vowel can be."""
    if not _TRACKER:
        from swift_f0 import SwiftF0

        _TRACKER.append(SwiftF0())
    found = _TRACKER[0].detect(samples, SAMPLE_RATE_HZ)
    times = np.asarray(found.timestamps) + start_s
    hz, sure = np.asarray(found.pitch_hz), np.asarray(found.confidence) > 0.5
    for low, high, pitch_midi in _windows(phrase):
        inside = (times >= low) & (times <= high)
        good = inside & sure & (hz > 0)
        out.voiced.append(float(good.sum() / max(1, inside.sum())))
        if good.sum() >= 2:
            cents = 1200 * np.log2(hz[good] / (440 * 2 ** ((pitch_midi - 69) / 12)))
            out.cents.append(float(np.median(cents)))
            out.frame_cents += cents.tolist()


def _windows(phrase: SungPhrase) -> list[tuple[float, float, float]]:
    """Start, end and pitch of what can be heard of each note: away from its edges and the consonants after it."""
    out: list[tuple[float, float, float]] = []
    for syllable, after in zip(phrase.syllables, (*phrase.syllables[1:], None), strict=True):
        touching = after is not None and after.start_s - syllable.end_s < 0.2
        consonants = len(_tail(syllable.phonemes)) + (len(_lead(after.phonemes)) if after and touching else 0)
        if not set(syllable.phonemes) & VOWELS:
            continue
        length = syllable.end_s - syllable.start_s
        stop = syllable.end_s - min(_CONSONANT_SHARE * length, _CONSONANT_S * consonants)
        for note in syllable.notes:
            end = min(note.start_s + note.duration_s, stop)
            edge = max(_EDGE_S, 0.2 * (end - note.start_s))
            if end - note.start_s - 2 * edge >= MIN_WINDOW_S:
                out.append((note.start_s + edge, end - edge, note.pitch_midi))
    return out


def onset_ms(level: F64, start_s: float, before: PerformedSyllable | None, syllable: PerformedSyllable) -> float | None:
    """When the voice sets in after a voiceless consonant or silence, against the written start; None elsewhere.

    level: RMS below 700 Hz per millisecond. The onset is the last rise through half of the vowel's level (-6 dB).
    """
    lead = _lead(syllable.phonemes)
    opening = before is None or syllable.start_s - before.end_s > 0.2
    voiceless = bool(lead) and lead[-1] in VOICELESS
    if not voiceless and not (opening and not lead):
        return None
    zero = round((syllable.start_s - start_s) * 1000)
    room = 60 if before is None else min(120, int(400 * (syllable.start_s - before.start_s)))
    length = int(1000 * (syllable.notes[0].duration_s))
    first, last = max(0, zero - room), min(len(level), zero + min(100, int(0.4 * length)))
    inner = level[zero + 20 : zero + min(200, int(0.6 * length))]
    if last - first < 60 or not len(inner):
        return None
    quiet = np.flatnonzero(level[first:last] < 0.5 * float(np.percentile(inner, 75)))
    if not len(quiet):
        return None
    return float(first + int(quiet[-1]) + 1 - zero)


def _lead(phonemes: str) -> str:
    for i, char in enumerate(phonemes):
        if char in VOWELS:
            return phonemes[:i]
    return phonemes


def _tail(phonemes: str) -> str:
    """What follows the last vowel (which may be written long or nasal)."""
    last = max((i for i, char in enumerate(phonemes) if char in VOWELS | LENGTHENERS), default=-1)
    return phonemes[last + 1 :]


def _low_level(samples: F64) -> F64:
    from scipy.signal import butter, sosfiltfilt

    band = butter(2, [80, 700], "bandpass", fs=SAMPLE_RATE_HZ, output="sos")
    power = np.square(sosfiltfilt(band, samples))
    smooth = np.convolve(power, np.ones(10 * _HOP) / (10 * _HOP), "same")
    return np.sqrt(smooth[::_HOP])
