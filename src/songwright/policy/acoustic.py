"""Recordings, recognised by the movement of energy between bands (after Haitsma and Kalker, 2002)."""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd

import numpy as np
import numpy.typing as npt
from scipy.signal import resample_poly

from songwright.domain.audio import F32, SAMPLE_RATE_HZ

BANDS = 33
LOWEST_HZ, HIGHEST_HZ = 300.0, 3000.0
RATE_HZ = 12_000
FRAME = 4096
HOP = 512
BLOCK = 260  # frames, 11 s
SHORTEST = 180  # frames, 7.7 s
AGREEMENT = 0.4  # 1 = all bits equal, 0 = half of them
SPEEDS = (1.0, 0.99, 1.01, 0.98, 1.02)
QUIET = 1e-6  # of the loudest frame's energy

Signs = npt.NDArray[np.float32]


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    """A registered recording that was recognised; ``agreement`` 0 to 1, ``speed`` of the query against it."""

    name: str
    agreement: float
    speed: float


def fingerprint(audio: F32, *, sample_rate_hz: int = SAMPLE_RATE_HZ) -> bytes:
    """32 bits and a loudness bit per 43 ms of mono (n,) or stereo (n, 2) sound; the same input, the same bytes."""
    return _pack(_signs(_mono(audio, sample_rate_hz), speed=1.0))


class Registry:
    """Recordings by name, each as its fingerprint."""

    def __init__(self, prints: dict[str, bytes]) -> None:
        self._known = {name: _unpack(data) for name, data in sorted(prints.items())}

    def match(self, audio: F32, *, sample_rate_hz: int = SAMPLE_RATE_HZ) -> Match | None:
        """The registered recording that 11 s of the sound come from, at up to 2 % other speed; None if there is none.

        Sound under 8 s is never matched.
        """
        if not self._known:
            return None
        mono = _mono(audio, sample_rate_hz)
        best: Match | None = None
        for speed in SPEEDS:
            blocks = _blocks(_signs(mono, speed=speed))
            for name, known in self._known.items():
                agreement = _agreement(known, blocks)
                if agreement >= AGREEMENT and (best is None or agreement > best.agreement):
                    best = Match(name=name, agreement=agreement, speed=speed)
            if best is not None:
                return best
        return None


def _mono(audio: F32, sample_rate_hz: int) -> npt.NDArray[np.float64]:
    samples = np.asarray(audio, dtype=np.float64)
    samples = samples.mean(axis=1) if samples.ndim == 2 else samples
    divisor = gcd(RATE_HZ, sample_rate_hz)
    return resample_poly(samples, RATE_HZ // divisor, sample_rate_hz // divisor) if samples.size else samples


def _signs(mono: npt.NDArray[np.float64], *, speed: float) -> Signs:
    """Signs (n_frames - 1, 32) of the energy's change over time and band; 0 where nothing sounds."""
    hop = round(HOP / speed)
    if mono.size < FRAME + hop:
        return np.zeros((0, BANDS - 1), np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(mono, FRAME)[::hop]
    window = np.hanning(FRAME)
    edges = np.geomspace(LOWEST_HZ, HIGHEST_HZ, BANDS + 1) * speed
    bins = np.round(edges * FRAME / RATE_HZ).astype(int)
    energy = np.concatenate(
        [
            np.add.reduceat(np.abs(np.fft.rfft(part * window)) ** 2, bins, axis=1)[:, :BANDS]
            for part in np.array_split(frames, max(1, len(frames) // 512))
        ]
    )
    slope = np.diff(energy, axis=1)
    change = np.diff(slope, axis=0)
    total = energy.sum(axis=1)
    loud = total[1:] > QUIET * max(float(total.max()), 1e-12)
    return (np.where(change > 0, 1.0, -1.0) * loud[:, None]).astype(np.float32)


def _blocks(signs: Signs) -> list[Signs]:
    if len(signs) < SHORTEST:
        return []
    last = max(0, len(signs) - BLOCK)
    starts = [*range(0, last, BLOCK // 2), last]
    return [block for block in (signs[s : s + BLOCK] for s in starts) if np.any(block, axis=1).sum() >= SHORTEST]


def _agreement(known: Signs, blocks: list[Signs]) -> float:
    """Best normalised correlation of any block at any place where at least 7.7 s overlap."""
    if len(known) < SHORTEST or not blocks:
        return 0.0
    size = 1 << (len(known) + BLOCK - 1).bit_length()
    spectrum = np.fft.rfft(known, size, axis=0)
    sounding = np.fft.rfft(np.any(known, axis=1).astype(np.float32), size)
    best = 0.0
    for block in blocks:
        common = np.fft.irfft(sounding * np.conj(np.fft.rfft(np.any(block, axis=1).astype(np.float32), size)), size)
        product = (spectrum * np.conj(np.fft.rfft(block, size, axis=0))).sum(axis=1)
        score = np.fft.irfft(product, size) / (np.maximum(common, 1) * (BANDS - 1))
        best = max(best, float(np.max(score, initial=0.0, where=common >= SHORTEST - 0.5)))
    return best


def _pack(signs: Signs) -> bytes:
    loud = np.any(signs, axis=1)
    return np.packbits(np.column_stack([signs > 0, np.repeat(loud[:, None], 8, axis=1)]), axis=1).tobytes()


def _unpack(data: bytes) -> Signs:
    """Signs of packed bytes. Raises ValueError if they are no fingerprint."""
    if len(data) % 5:
        raise ValueError("not a fingerprint: its length is no multiple of 5 bytes")
    bits = np.unpackbits(np.frombuffer(data, np.uint8).reshape(-1, 5), axis=1).astype(np.float32)
    return (bits[:, : BANDS - 1] * 2 - 1) * bits[:, BANDS - 1 : BANDS]
