"""Beats, chroma, onsets, pitch: the published trackers that the measures use. Each is loaded when it is called."""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .compiled import librosa

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
CHROMA_HOP_S = 512 / 22_050
ONSET_HOP = 240  # 5 ms at 48 kHz
ONSET_WINDOW = 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class Beats:
    """Beat times in seconds and their tempo (a line through them), 0 with fewer than eight beats."""

    times_s: F64
    bpm: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Pitch:
    """A pitch track: seconds, Hz (0 where unsure)."""

    times_s: F64
    hz: F64


def beats_of(mono: F32) -> Beats:
    """librosa's dynamic-programming beat tracker (Ellis 2007), default settings, on 22,050 Hz mono."""
    _, times = librosa().beat.beat_track(y=mono, sr=22_050, units="time")
    times = np.asarray(times, np.float64)
    bpm = 60.0 / float(np.polyfit(np.arange(len(times)), times, 1)[0]) if len(times) >= 8 else 0.0
    return Beats(times_s=times, bpm=bpm)


def chroma_of(mono: F32, *, low_midi: int = 24, octaves: int = 7) -> F64:
    """Constant-Q chroma (librosa, 36 bins an octave, A = 440 Hz), 22,050 Hz mono; shape (12, frames of 23 ms)."""
    found = librosa().feature.chroma_cqt(
        y=mono,
        sr=22_050,
        hop_length=512,
        fmin=float(librosa().midi_to_hz(low_midi)),
        n_octaves=octaves,
        bins_per_octave=36,
        tuning=0.0,
        norm=None,  # pyright: ignore[reportArgumentType]
    )
    return np.asarray(found, np.float64)


def onsets_of(mono: npt.NDArray[np.floating], *, high_hz: float = 16_000.0, delta: float = 0.06) -> F64:
    """Onset times in seconds in 48 kHz mono: librosa's mel flux on 5 ms hops and windows of 21 ms, its peak picker."""
    strength = librosa().onset.onset_strength(
        y=np.asarray(mono, np.float32),
        sr=48_000,
        hop_length=ONSET_HOP,
        n_fft=ONSET_WINDOW,
        n_mels=40,
        fmin=40.0,
        fmax=high_hz,
        center=True,
    )
    frames = librosa().onset.onset_detect(
        onset_envelope=strength, sr=48_000, hop_length=ONSET_HOP, units="frames", delta=delta, wait=6
    )
    return np.asarray(frames, np.float64) * ONSET_HOP / 48_000


@functools.cache
def _swift_f0() -> Any:
    from swift_f0 import SwiftF0

    return SwiftF0()


def pitch_of(mono: npt.NDArray[np.floating], sample_rate_hz: int) -> Pitch:
    """SwiftF0 on one voice alone; frames with a confidence of 0.5 or less are unsure."""
    found = _swift_f0().detect(np.asarray(mono, np.float32), sample_rate_hz)
    hz = np.asarray(found.pitch_hz, np.float64)
    sure = (np.asarray(found.confidence) > 0.5) & (hz > 0)
    return Pitch(times_s=np.asarray(found.timestamps, np.float64), hz=np.where(sure, hz, 0.0))


def energy_of(mono: npt.NDArray[np.floating], *, low_hz: float = 200.0, high_hz: float = 1200.0) -> F64:
    """Mean square of the band every 5 ms of 48 kHz mono, smoothed over 25 ms."""
    from scipy.signal import butter, sosfiltfilt

    sos = butter(4, [low_hz, high_hz], btype="band", fs=48_000, output="sos")
    band = np.asarray(sosfiltfilt(sos, np.asarray(mono, np.float64)))
    n = len(band) // ONSET_HOP
    smooth = np.hanning(7)[1:-1]
    return np.convolve((band[: n * ONSET_HOP].reshape(n, ONSET_HOP) ** 2).mean(axis=1), smooth / smooth.sum(), "same")


def rise_near(energy: F64, at_s: float, reach_s: float = 0.15) -> tuple[float, float]:
    """The steepest rise of :func:`energy_of` within ``reach_s`` of a time: when (seconds), how many dB in 20 ms.

    What lies 20 dB below the loudest moment of the window counts as silence: else the first breath of a consonant out
    of a closure, quiet as it is, would be the steepest rise of all. A vowel begins where the rise peaks.
    """
    frame_s = ONSET_HOP / 48_000
    first = max(2, int((at_s - reach_s) / frame_s))
    last = min(len(energy) - 2, int((at_s + reach_s) / frame_s))
    if last <= first:
        return at_s, 0.0
    window = energy[first - 2 : last + 2]
    level = 10 * np.log10(window + 0.01 * window.max() + 1e-12)
    rise = level[4:] - level[:-4]
    return (first + int(rise.argmax()) + 0.5) * frame_s, float(rise.max())


def triads_of(mono: F32, edges_s: npt.NDArray[np.floating], *, switch: float = 0.3) -> list[tuple[int, str]]:
    """The triad of every span between ``edges_s`` (22,050 Hz mono): chroma against chord templates, then Viterbi.

    Constant-Q chroma from C3 up, square-rooted, correlated with binary templates of eight chord types on twelve roots,
    plus half the share of the root in the two octaves from C1; ``switch`` is what a change of chord costs. Gives
    (root pitch class, "" or "m").
    """
    frames = np.round(np.asarray(edges_s) / CHROMA_HOP_S).astype(int)
    heard = _normal(np.sqrt(_spans(chroma_of(mono, low_midi=48, octaves=4), frames)))
    bass = _spans(chroma_of(mono, low_midi=24, octaves=2), frames)
    bass /= np.linalg.norm(bass, axis=1, keepdims=True) + 1e-9
    scores = heard @ _TEMPLATES.T + 0.5 * bass[:, [root for root, _ in _CHORDS]]
    best, back = scores[0].copy(), []
    for row in scores[1:]:
        top = int(best.argmax())
        back.append(np.where(best >= best[top] - switch, np.arange(len(_CHORDS)), top))
        best = np.maximum(best, best[top] - switch) + row
    path = [int(best.argmax())]
    for step in reversed(back):
        path.append(int(step[path[-1]]))
    names = [_CHORDS[i] for i in reversed(path)]
    return [(root, "m" if 3 in tones else "") for root, tones in names]


def _spans(chroma: F64, frames: npt.NDArray[np.integer]) -> F64:
    """Mean chroma between neighbouring frames, (spans, 12)."""
    found = [chroma[:, a : max(a + 1, b)].mean(axis=1) for a, b in itertools.pairwise(frames)]
    return np.nan_to_num(np.array(found))


def _normal(rows: F64) -> F64:
    """Rows without their mean, of length 1."""
    centred = rows - rows.mean(axis=1, keepdims=True)
    return centred / (np.linalg.norm(centred, axis=1, keepdims=True) + 1e-9)


_TYPES = (
    *((0, 4, 7), (0, 4, 7, 10), (0, 4, 7, 11), (0, 4, 7, 10, 14), (0, 4, 7, 14)),
    *((0, 3, 7), (0, 3, 7, 10), (0, 3, 7, 10, 14)),
)
_CHORDS = [(root, tones) for root in range(12) for tones in _TYPES]
_TEMPLATES = _normal(
    np.array([[float((pc - root) % 12 in {t % 12 for t in tones}) for pc in range(12)] for root, tones in _CHORDS])
)


_PROFILES = {
    "major": (0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081),
    "minor": (0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052),
}  # Albrecht & Shanahan 2013, which mistake the fifth for the tonic far less than Krumhansl's


def key_of(chroma: F64) -> tuple[int, str]:
    """Tonic and "major" or "minor": the profile that correlates best with the mean chroma."""
    mean = chroma.mean(axis=1)
    scores = {
        (tonic, mode): float(np.corrcoef(np.roll(profile, tonic), mean)[0, 1])
        for mode, profile in _PROFILES.items()
        for tonic in range(12)
    }
    return max(scores, key=lambda item: scores[item])


def key_score(found: tuple[int, str], want: tuple[int, str]) -> float:
    """The weighted key score of MIREX: 1 right, 0.5 a fifth above, 0.3 relative, 0.2 parallel, else 0."""
    if found == want:
        return 1.0
    if found[1] == want[1] and (found[0] - want[0]) % 12 == 7:
        return 0.5
    relative = (want[0] + 9) % 12 if want[1] == "major" else (want[0] + 3) % 12
    if found[1] != want[1] and found[0] == relative:
        return 0.3
    return 0.2 if found[0] == want[0] else 0.0
