"""Uploaded bytes to samples: any common format in, 48 kHz stereo out, and nothing else can happen."""

from __future__ import annotations

import importlib
import io
from collections.abc import Iterator
from typing import Any

import numpy as np

from songwright.domain.audio import F32, SAMPLE_RATE_HZ, Audio
from songwright.errors import BadRequest

FORMATS = frozenset({"WAV", "WAVEX", "RF64", "W64", "AIFF", "FLAC", "OGG", "MP3"})
MAX_CHANNELS = 8
RATES_HZ = (4_000, 384_000)
BLOCK_FRAMES = 65_536
LOUDEST = 1e4  # float files may pass full scale, but not by this much
CENTRE_GAIN = 0.7071

Block = tuple[F32, int]  # samples (n, channels) and their rate


def decode_upload(data: bytes, *, max_duration_s: float = 600.0, min_duration_s: float = 1.0) -> Audio:
    """The sound of an uploaded file: MP3, WAV, FLAC, OGG, AIFF, M4A or AAC, mono to eight channels.

    Decoding stops as soon as ``max_duration_s`` is passed, whatever the header promises. Raises BadRequest when
    the bytes are no audio, hold non-finite samples, or the sound is shorter or longer than allowed.
    """
    if not data:
        raise _unreadable("it is empty")
    try:
        samples = _gather(_blocks(data), max_duration_s)
    except BadRequest:
        raise
    except Exception as error:  # a decoder fed with hostile bytes may raise anything
        raise _unreadable(_first_line(error)) from error
    if samples.shape[0] < min_duration_s * SAMPLE_RATE_HZ:
        raise _unreadable(f"it lasts less than {min_duration_s:g} s")
    return Audio(samples=samples)


def _unreadable(reason: str) -> BadRequest:
    return BadRequest(f"the audio file cannot be read: {reason}")


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    if "does not exist" in lines[0]:  # libsndfile's word for bytes that promise a format and do not keep it
        return "it is damaged or cut off"
    return lines[0].split(">: ")[-1][:160]


def _gather(blocks: Iterator[Block], max_duration_s: float) -> F32:
    """Fold to stereo and resample, block after block."""
    import soxr

    stream: Any = None
    parts: list[F32] = []
    n_read, rate = 0, 0
    for block, rate in blocks:
        n_read += block.shape[0]
        if n_read > max_duration_s * rate + rate // 10:
            raise _unreadable(f"it lasts longer than {max_duration_s:g} s")
        if not np.isfinite(block).all() or np.abs(block).max(initial=0.0) > LOUDEST:
            raise _unreadable("it holds samples that are no numbers")
        stereo = _stereo(block)
        if rate == SAMPLE_RATE_HZ:
            parts.append(stereo)
            continue
        stream = stream or soxr.ResampleStream(rate, SAMPLE_RATE_HZ, 2, dtype="float32", quality="HQ")
        parts.append(stream.resample_chunk(stereo))
    if stream is not None:
        parts.append(stream.resample_chunk(np.zeros((0, 2), dtype=np.float32), last=True))
    if not n_read:
        raise _unreadable("it holds no sound or is cut off")
    return np.ascontiguousarray(np.concatenate(parts)[: int(max_duration_s * SAMPLE_RATE_HZ)])


def _stereo(block: F32) -> F32:
    """Mono on both sides; further channels folded in at -3 dB."""
    channels = block.shape[1]
    if channels == 1:
        return np.repeat(block, 2, axis=1)
    if channels == 2:
        return np.ascontiguousarray(block)
    rest = block[:, 2:].sum(axis=1, keepdims=True, dtype=np.float32) * np.float32(CENTRE_GAIN)
    return np.ascontiguousarray((block[:, :2] + rest) / np.float32(1.0 + CENTRE_GAIN))


def _blocks(data: bytes) -> Iterator[Block]:
    kind = _boxed(data)
    return _by_av(data, kind) if kind else _by_soundfile(data)


def _boxed(data: bytes) -> str:
    """``mp4`` or ``aac`` when the first bytes say so, else empty."""
    if data[4:8] == b"ftyp":
        return "mp4"
    start = 0
    if data[:3] == b"ID3" and len(data) > 10:
        start = 10 + sum((byte & 0x7F) << shift for byte, shift in zip(data[6:10], (21, 14, 7, 0), strict=True))
    head = data[start : start + 2]
    return "aac" if len(head) == 2 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0 else ""


def _check(channels: int, rate_hz: int) -> None:
    if not 1 <= channels <= MAX_CHANNELS:
        raise _unreadable(f"it has {channels} channels; 1 to {MAX_CHANNELS} are accepted")
    if not RATES_HZ[0] <= rate_hz <= RATES_HZ[1]:
        raise _unreadable(f"its sample rate is {rate_hz} Hz; {RATES_HZ[0]} to {RATES_HZ[1]} are accepted")


def _by_soundfile(data: bytes) -> Iterator[Block]:
    import soundfile

    with soundfile.SoundFile(io.BytesIO(data)) as file:
        if file.format not in FORMATS:
            raise _unreadable(f"{file.format} files are not accepted; send MP3, WAV, FLAC, OGG or M4A")
        _check(file.channels, file.samplerate)
        while True:
            block = np.asarray(file.read(BLOCK_FRAMES, dtype="float32", always_2d=True), np.float32)
            if not block.shape[0]:
                return
            yield block, file.samplerate


def _by_av(data: bytes, kind: str) -> Iterator[Block]:
    """AAC and ALAC by the ``av`` package, which is only imported here."""
    try:
        av: Any = importlib.import_module("av")
    except ImportError as error:
        raise _unreadable("M4A and AAC need the package 'av' on the server; send MP3, WAV or FLAC") from error
    with av.open(io.BytesIO(data), format=kind) as container:
        if not container.streams.audio:
            raise _unreadable("it holds no sound")
        track = container.streams.audio[0]
        _check(track.codec_context.channels, track.codec_context.sample_rate)
        resampler = av.AudioResampler(format="fltp", layout="stereo", rate=SAMPLE_RATE_HZ)
        for frame in container.decode(track):
            yield from _planes(resampler.resample(frame))
        yield from _planes(resampler.resample(None))


def _planes(frames: list[Any]) -> Iterator[Block]:
    for frame in frames:
        yield np.ascontiguousarray(frame.to_ndarray().T, dtype=np.float32), SAMPLE_RATE_HZ
