"""The voice of a recording by the trained network, a stretch at a time."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from songwright.domain.audio import F32, SAMPLE_RATE_HZ

from .network import BINS, CHANNELS, FRAMES

NAME = "spleeter 2stems"
RATE_HZ = 44_100
SIZE, HOP = 4096, 1024
BLOCK_FRAMES = 570_560  # at 48 kHz: 524,202 at 44.1 kHz, which are the 512 hops of one look
OVERLAP_FRAMES = 71_360
TOP_BINS = 32  # above 11 kHz the mask is the mean of these
WEIGHTS = Path("share", "songwright", "spleeter-2stems.onnx")  # in the Python environment

Spectra = npt.NDArray[np.complex64]


def find_weights() -> Path | None:
    """The network's file that setup left in this Python environment; None when there is none."""
    path = Path(sys.prefix) / WEIGHTS
    return path if path.is_file() else None


class VoiceNet:
    """The loaded network; see ``parts.Separator``. About 250 MB, so let go of it when the work is done."""

    name = NAME
    trained = True
    block_frames, overlap_frames = BLOCK_FRAMES, OVERLAP_FRAMES

    def __init__(self, path: Path) -> None:
        import onnxruntime as ort

        options = ort.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session: Any = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def voice(self, samples: F32) -> F32:
        """The voice in at most ``BLOCK_FRAMES`` of sound, (n, 2) at 48 kHz."""
        import soxr

        n = len(samples)
        sound = np.asarray(soxr.resample(samples, SAMPLE_RATE_HZ, RATE_HZ), np.float32)
        if len(sound) < 2:
            return np.zeros_like(samples)
        spectra = stft(sound)
        voice = istft(spectra * self._whole_mask(np.abs(spectra)), len(sound))
        back = np.asarray(soxr.resample(voice, RATE_HZ, SAMPLE_RATE_HZ), np.float32)
        return back[:n] if len(back) >= n else np.concatenate([back, np.zeros((n - len(back), 2), np.float32)])

    def mask(self, magnitudes: F32) -> F32:
        """The voice's share, 0..1, of magnitudes (2, at most 512 frames, 1024 bins)."""
        n_frames = magnitudes.shape[1]
        look = np.zeros((1, CHANNELS, FRAMES, BINS), np.float32)
        look[0, :, :n_frames] = magnitudes
        return self._session.run(None, {"magnitudes": look})[0][0, :, :n_frames]

    def _whole_mask(self, magnitudes: F32) -> F32:
        """The mask with the bins above 11 kHz, of which the network knows nothing."""
        known = self.mask(magnitudes[:, :, :BINS])
        top = known[:, :, -TOP_BINS:].mean(axis=2, keepdims=True)
        return np.concatenate([known, np.repeat(top, magnitudes.shape[2] - BINS, axis=2)], axis=2)


def _window() -> F32:
    """Hann, periodic."""
    return (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(SIZE) / SIZE)).astype(np.float32)


def stft(samples: F32) -> Spectra:
    """Spectra (2, 1 + n // 1024, 2049) of samples (n, 2); frame k is centred on sample 1024 k."""
    from scipy.fft import rfft

    padded = np.pad(samples.T, ((0, 0), (SIZE // 2, SIZE // 2)))
    frames = np.lib.stride_tricks.sliding_window_view(padded, SIZE, axis=1)[:, ::HOP]
    return np.asarray(rfft(frames * _window(), axis=2), np.complex64)


def istft(spectra: Spectra, n_samples: int) -> F32:
    """The sound (n_samples, 2) whose :func:`stft` is nearest to ``spectra`` (least squares; Griffin and Lim, 1984)."""
    from scipy.fft import irfft

    window = _window()
    frames = np.asarray(irfft(spectra, SIZE, axis=2), np.float32) * window
    length = max(SIZE + HOP * (frames.shape[1] - 1), n_samples + SIZE // 2)
    out, weight = np.zeros((2, length), np.float32), np.zeros(length, np.float32)
    for number in range(frames.shape[1]):
        at = slice(number * HOP, number * HOP + SIZE)
        out[:, at] += frames[:, number]
        weight[at] += window * window
    out /= np.maximum(weight, np.float32(1e-8))
    whole = out[:, SIZE // 2 : SIZE // 2 + n_samples]
    return np.ascontiguousarray(whole.T)
