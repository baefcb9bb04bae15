"""WAV and FLAC with 24 bits. The samples of both are the samples given, bit for bit; no clock in the bytes."""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
from pathlib import Path
from typing import BinaryIO

import numpy as np
import soundfile

from songwright.domain.audio import FULL_SCALE_24, I32, SAMPLE_RATE_HZ

_BLOCK_FRAMES = 1 << 16
_FORMATS = {".wav": "WAV", ".flac": "FLAC"}


def encode_wav(samples: I32, *, sample_rate_hz: int = SAMPLE_RATE_HZ) -> bytes:
    """A 24-bit WAV file. ``samples``: (n_frames, channels), 24-bit values in int32. Raises ValueError beyond."""
    return _encode(samples, "WAV", sample_rate_hz)


def wav_sha256(samples: I32, *, sample_rate_hz: int = SAMPLE_RATE_HZ) -> str:
    """SHA-256 of the file that :func:`encode_wav` makes, without holding it."""
    with tempfile.TemporaryFile(prefix="songwright-") as file:
        _write(file, samples, "WAV", sample_rate_hz)
        file.seek(0)
        return hashlib.file_digest(file, "sha256").hexdigest()


def encode_flac(samples: I32, *, sample_rate_hz: int = SAMPLE_RATE_HZ) -> bytes:
    """A 24-bit FLAC file; arguments as for :func:`encode_wav`."""
    return _encode(samples, "FLAC", sample_rate_hz)


def write_pcm(path: str | os.PathLike[str], samples: I32, *, sample_rate_hz: int = SAMPLE_RATE_HZ) -> None:
    """Write a ``.wav`` or ``.flac`` file; the suffix chooses. Raises ValueError for another suffix."""
    suffix = Path(path).suffix.lower()
    if suffix not in _FORMATS:
        raise ValueError(f"{suffix!r} is not a PCM format: use .wav or .flac")
    with Path(path).open("wb") as file:
        _write(file, samples, _FORMATS[suffix], sample_rate_hz)


def decode_pcm(data: bytes) -> tuple[I32, int]:
    """Samples (n_frames, channels) as 24-bit values in int32, and the sample rate in Hz."""
    with soundfile.SoundFile(io.BytesIO(data)) as source:
        samples = np.asarray(source.read(dtype="int32", always_2d=True), np.int32)
        samples >>= 8
        return samples, source.samplerate


def flac_to_wav(data: bytes) -> bytes:
    """The same samples as a 24-bit WAV file."""
    out = io.BytesIO()
    with (
        soundfile.SoundFile(io.BytesIO(data)) as source,
        soundfile.SoundFile(out, "w", source.samplerate, source.channels, subtype="PCM_24", format="WAV") as target,
    ):
        while len(block := source.read(_BLOCK_FRAMES, dtype="int32", always_2d=True)):
            target.write(block)
    return out.getvalue()


def _encode(samples: I32, container: str, sample_rate_hz: int) -> bytes:
    out = io.BytesIO()
    _write(out, samples, container, sample_rate_hz)
    return out.getvalue()


def _write(file: BinaryIO, samples: I32, container: str, sample_rate_hz: int) -> None:
    if samples.ndim != 2 or samples.dtype != np.int32:
        raise ValueError(f"PCM is int32 of shape (n_frames, channels), not {samples.dtype} {samples.shape}")
    if samples.size and (samples.max() >= FULL_SCALE_24 or samples.min() < -FULL_SCALE_24):
        raise ValueError(f"a sample leaves 24 bits: {samples.min()}..{samples.max()}; lower the level before writing")
    with soundfile.SoundFile(file, "w", sample_rate_hz, samples.shape[1], subtype="PCM_24", format=container) as target:
        for start in range(0, len(samples), _BLOCK_FRAMES):
            target.write(np.ascontiguousarray(samples[start : start + _BLOCK_FRAMES] << 8))
