"""Figures of one song, each by a tool that had no part in making it."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import numpy.typing as npt

from songwright.domain.audio import FULL_SCALE_24, I32, SAMPLE_RATE_HZ, sum_stems
from songwright.domain.plan import Plan
from songwright.domain.score import StemName, VocalRole
from songwright.domain.style import Key
from songwright.engines.protocols import Rendition

F64 = npt.NDArray[np.float64]
MIN_NOTE_S = 0.15
_KRUMHANSL = {
    "major": (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88),
    "minor": (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17),
}


def to_float(pcm: I32) -> F64:
    """24-bit integers as floats."""
    return pcm.astype(np.float64) / FULL_SCALE_24


def loudness(samples: F64) -> dict[str, float]:
    """Integrated loudness (BS.1770-4, pyloudnorm) and true peak (8x polyphase, scipy)."""
    import pyloudnorm
    from scipy.signal import resample_poly

    lufs = float(pyloudnorm.Meter(SAMPLE_RATE_HZ).integrated_loudness(samples))
    peak = 0.0
    step = SAMPLE_RATE_HZ * 4
    for start in range(0, len(samples), step):
        block = samples[max(0, start - 64) : start + step + 64]
        peak = max(peak, float(np.abs(resample_poly(block, 8, 1, axis=0)).max(initial=0.0)))
    return {"lufs": round(lufs, 2), "true_peak_dbtp": round(20 * np.log10(max(peak, 1e-9)), 2)}


def decode(data: bytes) -> F64:
    """Samples of an encoded file, float64 (n_frames, 2)."""
    import soundfile

    samples, _ = soundfile.read(io.BytesIO(data), dtype="float64", always_2d=True)
    return np.asarray(samples, np.float64)


def stems_exact(sound: Rendition) -> bool:
    """Whether the twelve stems sum to the pre-master, bit for bit."""
    return bool(np.array_equal(sum_stems(sound.stems.values()), sound.premaster))


def pitch(plan: Plan, sound: Rendition) -> dict[str, float]:
    """Lead vocal against its notes, by SwiftF0 on the vocals stem: the middle 60 % of notes of at least 150 ms."""
    from swift_f0 import SwiftF0

    mono = to_float(sound.stems[StemName.VOCALS]).mean(axis=1).astype(np.float32)
    found = SwiftF0().detect(mono, SAMPLE_RATE_HZ)
    times, hz = np.asarray(found.timestamps), np.asarray(found.pitch_hz)
    sure = np.asarray(found.confidence) > 0.5
    errors: list[float] = []
    voiced: list[float] = []
    for part in plan.performance.vocals:
        if part.role is not VocalRole.LEAD:
            continue
        for note in (n for phrase in part.phrases for s in phrase.syllables for n in s.notes):
            if note.duration_s < MIN_NOTE_S:
                continue
            low, high = note.start_s + 0.2 * note.duration_s, note.start_s + 0.8 * note.duration_s
            inside = (times >= low) & (times <= high)
            good = inside & sure & (hz > 0)
            voiced.append(good.sum() / max(1, inside.sum()))
            if good.sum() >= 2:
                cents = 1200 * np.log2(hz[good] / (440 * 2 ** ((note.pitch_midi - 69) / 12)))
                errors.append(float(np.median(cents)))
    if not errors:
        return {}
    absolute = np.abs(errors)
    return {
        "median_cents": round(float(np.median(absolute)), 1),
        "p90_cents": round(float(np.percentile(absolute, 90)), 1),
        "notes_within_50_cents": round(float(np.mean(absolute <= 50)), 3),
        "voiced": round(float(np.mean(voiced)), 3),
        "notes": len(errors),
    }


def tempo(samples: F64, bpm: float) -> dict[str, Any]:
    """Tempo by librosa's beat tracker (median beat distance) against the plan."""
    import librosa

    mono = librosa.resample(samples.mean(axis=1).astype(np.float32), orig_sr=SAMPLE_RATE_HZ, target_sr=22_050)
    _, beats = librosa.beat.beat_track(y=mono, sr=22_050, units="time")
    if len(beats) < 8:
        return {"bpm": None, "within_4_percent": False, "within_4_percent_or_double": False}
    found = 60.0 / float(np.polyfit(np.arange(len(beats)), beats, 1)[0])
    near = [abs(found / (bpm * factor) - 1) <= 0.04 for factor in (1.0, 2.0, 0.5, 1.5, 2 / 3)]
    return {"bpm": round(found, 1), "within_4_percent": near[0], "within_4_percent_or_double": any(near[:3])}


def key(samples: F64, truth: Key) -> dict[str, Any]:
    """Key by Krumhansl's profiles on CQT chroma; the weighted score of the MIREX task."""
    import librosa

    mono = librosa.resample(samples.mean(axis=1).astype(np.float32), orig_sr=SAMPLE_RATE_HZ, target_sr=22_050)
    chroma = librosa.feature.chroma_cqt(y=mono, sr=22_050).mean(axis=1)
    scores = {
        (tonic, mode): float(np.corrcoef(np.roll(profile, tonic), chroma)[0, 1])
        for mode, profile in _KRUMHANSL.items()
        for tonic in range(12)
    }
    tonic, mode = max(scores, key=lambda item: scores[item])
    want = (truth.tonic_pc, "minor" if truth.mode in ("minor", "dorian", "phrygian") else "major")
    return {"key": str(Key(tonic_pc=tonic, mode=mode)), "score": key_score((tonic, mode), want)}


def key_score(found: tuple[int, str], want: tuple[int, str]) -> float:
    """1 right, 0.5 fifth, 0.3 relative, 0.2 parallel, else 0."""
    if found == want:
        return 1.0
    if found[1] == want[1] and (found[0] - want[0]) % 12 == 7:
        return 0.5
    relative = (want[0] + 9) % 12 if want[1] == "major" else (want[0] + 3) % 12
    if found[1] != want[1] and found[0] == relative:
        return 0.3
    return 0.2 if found[0] == want[0] else 0.0


def vocal_over_band(sound: Rendition) -> float | None:
    """Lead vocal against the rest where it sings, LU (K-weighted, gated); None without a voice."""
    import pyloudnorm

    lead = to_float(sound.stems[StemName.VOCALS])
    if not np.any(lead):
        return None
    band = to_float(sound.premaster) - lead
    meter = pyloudnorm.Meter(SAMPLE_RATE_HZ)
    size = SAMPLE_RATE_HZ * 3
    pairs: list[tuple[float, float]] = []
    for start in range(0, len(lead) - size, size):
        voice = meter.integrated_loudness(lead[start : start + size])
        rest = meter.integrated_loudness(band[start : start + size])
        if np.isfinite(voice) and np.isfinite(rest):
            pairs.append((voice, rest))
    if not pairs:
        return None
    loudest = max(voice for voice, _ in pairs)
    return round(float(np.median([voice - rest for voice, rest in pairs if voice > loudest - 12])), 2)
