"""Convolution in the DFT domain: 'same' Conv1d as three matrix products, 3.6 times fewer multiplications at 11 taps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from songwright.domain.audio import F32

from .kernels import gather, scatter

Moments = tuple[np.ndarray, np.ndarray]  # weighted mean and variance per channel, float64
_TILES_PER_PRODUCT = 64


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Norm:
    """An adaptive instance norm followed by a snake activation, per channel."""

    scale: F32
    shift: F32
    alpha: F32
    inverse_alpha: F32


class DftConvolution:
    """Kernel (out, in, taps), any dilation (by polyphase): DFT -> batched product -> valid part of the inverse DFT.

    A complex product takes three real ones: (a+ib)(c+id) from c(a+b), a(d-c), b(c+d).
    """

    def __init__(self, kernel: F32, bias: F32, dilation: int) -> None:
        self.n_out, self.n_in, taps = kernel.shape
        size = 16 if taps == 3 else 32
        self.size, self.hop, self.pad, self.dilation = size, size - taps + 1, (taps - 1) // 2, dilation
        self.bias = bias.astype(np.float32)
        n, h = np.arange(size), np.arange(self.hop)
        spectrum: npt.NDArray[np.complex128] = np.conj(np.fft.fft(kernel.astype(np.float64), size, axis=2))
        into = [np.ones(size), (-1.0) ** n]
        weights = [spectrum[:, :, 0].real.T, spectrum[:, :, size // 2].real.T]
        back = [np.ones(self.hop) / size, (-1.0) ** h / size]
        for k in range(1, size // 2):
            co, si = np.cos(2 * np.pi * k * n / size), -np.sin(2 * np.pi * k * n / size)
            c, d = spectrum[:, :, k].real.T, spectrum[:, :, k].imag.T
            cs, sn = np.cos(2 * np.pi * k * h / size) * 2 / size, np.sin(2 * np.pi * k * h / size) * 2 / size
            into += [co + si, co, si]
            weights += [c, d - c, c + d]
            back += [cs - sn, -sn, -cs]
        self.into = np.ascontiguousarray(np.array(into), dtype=np.float32)
        self.weights = np.ascontiguousarray(np.array(weights), dtype=np.float32)
        self.back = np.ascontiguousarray(np.array(back).T, dtype=np.float32)

    def __call__(self, x: F32, norm: Norm, frame_weights: F32, residual: F32 | None = None) -> tuple[F32, Moments]:
        """x (n_frames, in) -> normed, activated, convolved (n_frames, out) + residual, and its weighted moments."""
        n_frames, products = len(x), len(self.weights)
        out = np.empty((n_frames, self.n_out), np.float32)
        mean, square = np.zeros(self.n_out), np.zeros(self.n_out)
        for phase in range(min(self.dilation, n_frames)):
            n_tiles = -(-((n_frames - phase + self.dilation - 1) // self.dilation) // self.hop)
            step = -(-n_tiles // max(1, -(-n_tiles // _TILES_PER_PRODUCT)))
            tiles = np.empty((self.size, step, self.n_in), np.float32)
            bins = np.empty((products, step, self.n_in), np.float32)
            mixed = np.empty((products, step, self.n_out), np.float32)
            result = np.empty((self.hop, step, self.n_out), np.float32)
            for first in range(0, n_tiles, step):
                gather(
                    x, norm.scale, norm.shift, norm.alpha, norm.inverse_alpha,
                    self.pad, self.dilation, phase, first, self.hop, tiles,
                )  # fmt: skip
                np.matmul(self.into, tiles.reshape(self.size, -1), out=bins.reshape(products, -1))
                np.matmul(bins, self.weights, out=mixed)
                np.matmul(self.back, mixed.reshape(products, -1), out=result.reshape(self.hop, -1))
                sum1, sum2 = np.zeros(self.n_out, np.float32), np.zeros(self.n_out, np.float32)
                scatter(
                    result, self.bias, out if residual is None else residual, residual is not None,
                    out, self.dilation, phase, first, sum1, sum2, frame_weights,
                )  # fmt: skip
                mean += sum1
                square += sum2
        mean /= n_frames
        return out, (mean, square / n_frames - mean * mean)
