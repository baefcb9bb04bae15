"""The sung pitch: glides, scoops, vibrato and drift around the notes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from songwright.domain.draws import child_seed
from songwright.domain.performance import Expression, PerformedSyllable, SungNote

from .frames import Timing
from .model import FRAME_FPS
from .text import REST_S

_EARLY_S = 0.03  # pitch turns before the vowel
_SCOOP_S = 0.12
_FALL_S = 0.3
_VIBRATO_RAMP_S = 0.3
_VIBRATO_GAIN = 1.4  # the decoder smooths vibrato; this brings out what was asked
_SHORTEST_VIBRATO_S = 0.2


def contour(syllables: Sequence[PerformedSyllable], timing: Timing, expression: Expression) -> np.ndarray:
    """Pitch in MIDI numbers at the middles of the 80 frames/s, (2 n_frames,), defined in silence too."""
    times = timing.frame_times_s()
    pitch = targets(syllables, timing, times)
    width = max(3, int(expression.glide_s * FRAME_FPS * timing.pace) | 1)
    window = np.hanning(width + 2)[1:-1]
    pitch = np.convolve(np.pad(pitch, width // 2, mode="edge"), window / window.sum(), "valid")
    pitch += _drift(len(times), expression)
    rng = np.random.default_rng(child_seed(expression.seed, "vibrato"))
    for i, syllable in enumerate(syllables):
        if expression.scoop_semitones and (i == 0 or timing.begins_s[i] - timing.stops_s[i - 1] > REST_S):
            pitch -= expression.scoop_semitones * _scoop(times, float(timing.begins_s[i]), syllable.start_s)
        for note in syllable.notes:
            pitch += _vibrato(times, note, min(note.start_s + note.duration_s, syllable.end_s), expression, rng)
    if expression.fall_semitones:
        pitch -= expression.fall_semitones * _fall(times, syllables[-1])
    return pitch


def as_spoken(
    pitch: np.ndarray, speech: np.ndarray, syllables: Sequence[PerformedSyllable], share: float
) -> np.ndarray:
    """``pitch`` on its way (``share`` 0..1) to the rise and fall of speech around the middle of the notes."""
    middle = float(np.median([n.pitch_midi for s in syllables for n in s.notes]))
    return (1 - share) * pitch + share * (middle + speech)


def targets(syllables: Sequence[PerformedSyllable], timing: Timing, times: np.ndarray) -> np.ndarray:
    """The written pitch in MIDI numbers at ``times`` (n,), turning a little before each vowel."""
    starts, values = [], []
    for i, syllable in enumerate(syllables):
        rested = i == 0 or timing.begins_s[i] - timing.stops_s[i - 1] > REST_S
        for k, note in enumerate(syllable.notes):
            first = timing.begins_s[i] - _EARLY_S if rested and k == 0 else note.start_s - _EARLY_S
            starts.append(first)
            values.append(note.pitch_midi)
    index = np.clip(np.searchsorted(np.maximum.accumulate(starts), times, side="right") - 1, 0, None)
    return np.array(values, dtype=np.float64)[index]


def _drift(n: int, expression: Expression) -> np.ndarray:
    """Slow wandering below 5 Hz with the standard deviation of the expression."""
    noise = np.random.default_rng(child_seed(expression.seed, "drift")).standard_normal(n + 40)
    slow = np.convolve(noise, np.hanning(41), "valid")[:n] / np.sqrt(np.sum(np.hanning(41) ** 2))
    return expression.drift_semitones * slow


def _scoop(times: np.ndarray, begin_s: float, vowel_s: float) -> np.ndarray:
    """1 from the first consonant on, gliding to 0 shortly after the vowel has begun."""
    progress = np.clip((times - vowel_s + 0.03) / _SCOOP_S, 0.0, 1.0)
    return np.where(times >= begin_s - _EARLY_S, np.cos(np.pi / 2 * progress) ** 2, 0.0)


def _fall(times: np.ndarray, last: PerformedSyllable) -> np.ndarray:
    """0, sinking to 1 over the end of the last syllable, never more than its last third."""
    seconds = min(_FALL_S, (last.end_s - last.start_s) / 3)
    return np.clip((times - (last.end_s - seconds)) / seconds, 0.0, 1.0) ** 2


def _vibrato(
    times: np.ndarray, note: SungNote, end_s: float, expression: Expression, rng: np.random.Generator
) -> np.ndarray:
    begin = note.start_s + expression.vibrato_delay_s
    if not expression.vibrato_semitones or end_s - begin < _SHORTEST_VIBRATO_S:
        return np.zeros(len(times))
    inside = (times >= begin) & (times < end_s)
    x = np.where(inside, times - begin, 0.0)
    length = end_s - begin
    turns = expression.vibrato_hz * x * (1 + 0.05 * x / length)  # a little faster towards the end
    cycles = rng.uniform(0.85, 1.15, size=int(turns.max()) + 2)
    depth = np.interp(turns, np.arange(len(cycles)), cycles)
    fade = np.minimum(1.0, x / _VIBRATO_RAMP_S) * np.clip((end_s - times) / 0.08, 0.0, 1.0)
    return np.where(inside, expression.vibrato_semitones * _VIBRATO_GAIN * depth * fade * np.sin(2 * np.pi * turns), 0)
