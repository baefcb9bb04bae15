"""What must not be in a file: clicks, numbers that are none, DC, clipping, holes, cut ends."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.ndimage import maximum_filter1d
from scipy.signal import butter, sosfiltfilt

from songwright.domain.audio import SAMPLE_RATE_HZ

from .figure import measure
from .heard import Heard

F64 = npt.NDArray[np.float64]
CLICK_OVER = 8.0
CLICK_FLOOR = 0.01
WINDOW_S = 0.02


@measure("sound", tool="numpy", low=0, high=0, share=1.0)
def not_numbers(song: Heard) -> float | None:
    """Samples that are no numbers."""
    heard = [song.master] if song.mp3 is None else [song.master, song.mp3]
    return float(sum((~np.isfinite(x)).sum() for x in heard))


@measure("sound", tool="mean of the samples", high=1e-3, share=1.0)
def dc(song: Heard) -> float | None:
    """Constant offset of the worse channel, of full scale."""
    return float(np.abs(song.master.mean(axis=0, dtype=np.float64)).max())


def clicks_of(mono: npt.NDArray[np.floating]) -> list[float]:
    """Seconds of lone jumps: above 15 kHz, eight times over everything 0.5 to 5 ms before and after.

    A drum's attack has noise after it, a click has none.
    """
    sos = butter(6, 15_000.0, btype="high", fs=SAMPLE_RATE_HZ, output="sos")
    x = np.abs(np.asarray(sosfiltfilt(sos, np.nan_to_num(np.asarray(mono, np.float64)))))
    near, far = round(0.0005 * SAMPLE_RATE_HZ), round(0.005 * SAMPLE_RATE_HZ)
    width = far - near
    around = maximum_filter1d(x, width)
    shift = near + width // 2
    before, after = np.roll(around, shift), np.roll(around, -shift)
    peak = maximum_filter1d(x, 2 * near + 1)
    found = np.flatnonzero((x == peak) & (x > CLICK_FLOOR) & (x > CLICK_OVER * np.maximum(before, after)))
    return [round(float(i) / SAMPLE_RATE_HZ, 4) for i in found]


@measure("sound", tool="own detector: lone jumps above 15 kHz", low=0, high=0, share=1.0)
def clicks(song: Heard) -> float | None:
    """Clicks in the master."""
    return len({round(t, 3) for channel in song.master.T for t in clicks_of(channel)})


@measure("sound", tool="runs of equal samples above -6 dBFS", low=0, high=0, share=1.0)
def flat_tops(song: Heard) -> float | None:
    """Waves cut off flat: four or more equal samples near the top."""
    total = 0
    for channel in song.master.T:
        top = (np.abs(channel[1:]) > 0.5) & (channel[1:] == channel[:-1])
        run = np.convolve(top, np.ones(3, int), "valid") == 3
        total += int((np.diff(run.astype(np.int8), prepend=0) == 1).sum())
    return total


def _levels_db(samples: npt.NDArray[np.floating]) -> F64:
    hop = round(WINDOW_S * SAMPLE_RATE_HZ)
    n = len(samples) // hop
    power = (np.asarray(samples[: n * hop], np.float64) ** 2).mean(axis=1).reshape(n, hop).mean(axis=1)
    return 10 * np.log10(power + 1e-15)


@measure("sound", tool="RMS of 20 ms under -60 dBFS", unit="s", high=2.0, share=1.0)
def longest_silence_s(song: Heard) -> float | None:
    """Longest silence inside the song."""
    loud = np.flatnonzero(_levels_db(song.master) > -60.0)
    return float(max(0, np.diff(loud).max(initial=1) - 1)) * WINDOW_S if len(loud) else song.duration_s


@measure("sound", tool="RMS of the last 20 ms", unit="dBFS", high=-50.0, share=1.0)
def end_level(song: Heard) -> float | None:
    """Level at the very end: higher means that a note is cut."""
    tail = song.master[-round(WINDOW_S * SAMPLE_RATE_HZ) :]
    return max(-150.0, float(_levels_db(tail)[0])) if len(tail) else None


@measure("sound", tool="RMS of 20 ms over -50 dBFS", unit="s", high=0.5, share=1.0)
def starts_after_s(song: Heard) -> float | None:
    """When the song begins to sound."""
    loud = np.flatnonzero(_levels_db(song.master) > -50.0)
    return float(loud[0]) * WINDOW_S if len(loud) else song.duration_s
