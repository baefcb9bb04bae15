"""MP3s keep the ceiling: masters their loudness, recordings their dynamics."""

import numpy as np
import pytest

from songwright.assets.mp3 import decode_mp3, encode_mp3
from songwright.domain.audio import from_pcm24, to_pcm24
from songwright.engines.native.master.master import limited, true_peak_dbtp
from songwright.engines.native.mix.dsp.loudness import loudness_lufs
from songwright.workshop.encoding import _mp3_under_ceiling


def hits(peak_dbtp: float) -> np.ndarray:
    """Six seconds of soft noise with a hit twice a second, (n, 2), with this true peak."""
    rng = np.random.default_rng(5)
    x = rng.normal(size=(6 * 48_000, 2)) * 0.05
    for start in range(0, len(x), 24_000):
        x[start : start + 600] += rng.normal(size=(600, 2)) * 0.6
    x = np.stack([np.convolve(channel, np.hanning(16), "same") for channel in x.T], axis=1).astype(np.float32)
    return x * np.float32(10 ** ((peak_dbtp - true_peak_dbtp(x)) / 20))


def crest_db(x: np.ndarray) -> float:
    return 20 * float(np.log10(np.abs(x).max() / np.sqrt(np.mean(np.square(x, dtype=np.float64)))))


def test_a_master_keeps_its_loudness() -> None:
    master = limited(to_pcm24(hits(-1.0)), 3.0)  # many peaks near its ceiling, as masters have
    ceiling = true_peak_dbtp(from_pcm24(master)) + 0.02
    assert true_peak_dbtp(decode_mp3(encode_mp3(master))) > ceiling + 0.1
    decoded = decode_mp3(_mp3_under_ceiling(master, ceiling))
    assert true_peak_dbtp(decoded) <= ceiling
    assert loudness_lufs(decoded) == pytest.approx(loudness_lufs(from_pcm24(master)), abs=0.1)


def test_a_recording_keeps_its_dynamics() -> None:
    sound = hits(-0.1)
    decoded = decode_mp3(_mp3_under_ceiling(to_pcm24(sound), -1.0))
    assert true_peak_dbtp(decoded) <= -1.0
    assert loudness_lufs(sound) - loudness_lufs(decoded) > 0.8
    assert crest_db(decoded) == pytest.approx(crest_db(sound), abs=0.5)
