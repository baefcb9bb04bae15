"""All of the analysis in one call."""

from __future__ import annotations

import math

import numpy as np

from songwright.domain.analysis import Analysis
from songwright.domain.audio import F32, SAMPLE_RATE_HZ

from .chroma import pitch_energy, tuned
from .form import sections_of
from .harmony import chords_of, key_of
from .rhythm import rhythm_of
from .tune import melody_of, sings_alone

RATE_HZ = 22_050
QUIET_DB = -120.0
FAINT_VOICE_DB = -25.0  # against the whole: what is left of a voice where nobody sings


def analyse(samples: F32, *, voice: F32 | None = None, alone: bool | None = None) -> Analysis:
    """What is heard in ``samples``, (n_frames, 2) at 48 kHz.

    ``voice``: its voice cleanly taken out, (n_frames,) or (n_frames, 2): the tune is then the voice's, and where there
    is next to none the recording counts as unsung. ``alone``: whether nothing but a voice is in it; None: found out.

    Never raises for sound of any kind: what has no beat, no chord or no tune says so by having none.
    """
    import soxr

    from ..mix.dsp.limiter import true_peak_dbtp
    from ..mix.dsp.loudness import loudness_lufs

    duration_s = len(samples) / SAMPLE_RATE_HZ
    mono = soxr.resample(np.ascontiguousarray(samples.mean(axis=1)), SAMPLE_RATE_HZ, RATE_HZ).astype(np.float32)
    semitones = tuned(pitch_energy(mono))
    rhythm = rhythm_of(mono, semitones, duration_s)
    chords = tuple(chords_of(mono, semitones, rhythm.beats_s, rhythm.downbeats, duration_s))
    key, sure = key_of(chords, semitones)
    downbeats_s = [rhythm.beats_s[i] for i in rhythm.downbeats]
    if voice is None:
        melody, voiced_share = melody_of(samples, alone=sings_alone(samples) if alone is None else alone)
    elif _level_db(voice) - _level_db(mono) > FAINT_VOICE_DB:
        melody, voiced_share = melody_of(voice, alone=False)
    else:
        melody, voiced_share = melody_of(samples, alone=False)[0], 0.0
    loudness, peak = loudness_lufs(samples), true_peak_dbtp(samples)
    return Analysis(
        duration_s=duration_s,
        beats_s=rhythm.beats_s,
        downbeats=rhythm.downbeats,
        bpm=round(rhythm.bpm, 3),
        meter=rhythm.meter,
        key=key,
        key_confidence=round(sure, 3),
        chords=chords,
        sections=sections_of(mono, downbeats_s, duration_s),
        melody=melody,
        voiced_share=voiced_share,
        loudness_lufs=loudness if math.isfinite(loudness) else QUIET_DB,
        true_peak_dbtp=peak if math.isfinite(peak) else QUIET_DB,
    )


def _level_db(samples: F32) -> float:
    """Root mean square, dB below full scale; -120 for silence."""
    mono = samples.mean(axis=1) if samples.ndim == 2 else samples
    return 10 * math.log10(max(float(np.square(mono, dtype=np.float32).mean(dtype=np.float64)), 1e-12))
