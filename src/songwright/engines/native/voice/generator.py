"""From 512 channels and a harmonic source to sound at 24 kHz, in numpy, numba and DFT-domain products."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from songwright.domain.audio import F32

from .convolution import DftConvolution, Moments, Norm
from .kernels import weighted_sums

SOURCE_RATE_HZ = 24_000
SAMPLES_PER_FRAME = 300  # 80 frames/s
_PREFIX = "/decoder/decoder/generator/"
_WEIGHTS = "decoder.decoder.generator."
_HARMONICS = 9
_SLOPES = (0.1, 0.1, 0.01)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Stage:
    """One norm + snake + convolution of a residual block."""

    convolution: DftConvolution
    alpha: F32
    style_matrix: F32  # (128, 2 * channels)
    style_bias: F32

    def norm(self, style: F32, moments: Moments) -> Norm:
        """The norm for a style and the moments of the input."""
        gain_bias = style @ self.style_matrix + self.style_bias
        n = self.convolution.n_in
        scale = (1 + gain_bias[:n]) / np.sqrt(np.maximum(moments[1], 0) + 1e-5)
        shift = gain_bias[n:] - scale * moments[0]
        return Norm(
            scale=scale.astype(np.float32),
            shift=shift.astype(np.float32),
            alpha=self.alpha,
            inverse_alpha=(1 / self.alpha).astype(np.float32),
        )


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Generator:
    """Weights of the generator, and how they sound."""

    blocks: dict[str, tuple[_Stage, ...]]
    noise_convolutions: tuple[tuple[F32, F32], ...]
    upsamplers: tuple[tuple[F32, F32], ...]
    post: tuple[F32, F32]
    mixer: tuple[F32, float]  # weights of the harmonics, bias
    window: F32
    inverse_basis: F32
    _post_taps: F32 = field(init=False)
    _upsampling: tuple[tuple[F32, F32, F32], ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_post_taps", np.ascontiguousarray(self.post[0].transpose(2, 1, 0)))
        object.__setattr__(self, "_upsampling", tuple(_halves(*u) for u in self.upsamplers))

    def source(self, f0_hz: F32, voiced: np.ndarray, noise: F32) -> F32:
        """Excitation at 24 kHz. f0_hz (n,) at 80 frames/s, never 0 where voiced; voiced (300 n,) 0..1;
        noise (9, 300 n) standard normal, louder where there is no voice.
        """
        n = len(f0_hz)
        turns = f0_hz.astype(np.float64) / SOURCE_RATE_HZ * SAMPLES_PER_FRAME
        phase = np.cumsum(turns)
        at = np.clip((np.arange(n * SAMPLES_PER_FRAME) + 0.5) / SAMPLES_PER_FRAME - 0.5, 0, n - 1)
        first = at.astype(np.int64)
        second, part = np.minimum(first + 1, n - 1), at - first
        cycles = phase[first] * (1 - part) + phase[second] * part
        weights, total = self.mixer[0], np.full(len(at), self.mixer[1])
        amount = np.where(voiced > 0.5, 0.003, 0.1 / 3)
        for k in range(_HARMONICS):
            wave = np.sin(2 * np.pi * np.mod(cycles * (k + 1), 1.0)) * (0.1 * voiced)
            total += weights[k] * (wave + noise[k] * amount)
        return np.tanh(total).astype(np.float32)

    def __call__(self, x: F32, source: F32, style: F32, weights: F32) -> F32:
        """x (n, 512) at 80 frames/s, source (300 n,), style (128,) timbre, weights (n,) of mean 1 -> (300 n,)."""
        w10 = np.repeat(weights, 10).astype(np.float32)
        w60 = np.append(np.repeat(w10, 6), w10[-1])
        noise0, noise1 = self._noise(source, style, w10, w60)
        x = self._upsample(_leaky(x, _SLOPES[0]), 0, 10, 5)
        x += noise0
        x = self._blocks((0, 1, 2), x, style, w10)
        x = self._upsample(_leaky(x, _SLOPES[1]), 1, 6, 3)
        x = np.concatenate([x[1:2], x])
        x += noise1
        x = _leaky(self._blocks((3, 4, 5), x, style, w60), _SLOPES[2])
        return self._sound(x)

    def _noise(self, source: F32, style: F32, w10: F32, w60: F32) -> tuple[F32, F32]:
        frames = np.lib.stride_tricks.sliding_window_view(np.pad(source, 10, mode="reflect"), 20)[::5] * self.window
        spectrum = np.fft.rfft(frames, axis=1)
        polar = np.concatenate([np.abs(spectrum), np.angle(spectrum)], axis=1).astype(np.float32)
        near = np.lib.stride_tricks.sliding_window_view(np.pad(polar, ((3, 3), (0, 0))), 12, axis=0)[::6]
        (kernel0, bias0), (kernel1, bias1) = self.noise_convolutions
        first = near.reshape(len(near), -1) @ kernel0.reshape(len(kernel0), -1).T + bias0
        second = polar @ kernel1[:, :, 0].T + bias1
        return self._block("noise_res.0", first, style, w10), self._block("noise_res.1", second, style, w60)

    def _blocks(self, numbers: tuple[int, ...], x: F32, style: F32, weights: F32) -> F32:
        total = self._block(f"resblocks.{numbers[0]}", x, style, weights)
        for i in numbers[1:]:
            total += self._block(f"resblocks.{i}", x, style, weights)
        total *= np.float32(1 / len(numbers))
        return total

    def _block(self, name: str, x: F32, style: F32, weights: F32) -> F32:
        total, square = np.zeros(x.shape[1]), np.zeros(x.shape[1])
        weighted_sums(x, weights, total, square)
        mean = total / len(x)
        moments = (mean, square / len(x) - mean * mean)
        stages = self.blocks[name]
        for first, second in zip(stages[::2], stages[1::2], strict=True):
            y, between = first.convolution(x, first.norm(style, moments), weights)
            x, moments = second.convolution(y, second.norm(style, between), weights, x)
        return x

    def _upsample(self, x: F32, index: int, stride: int, pad: int) -> F32:
        early, late, bias = self._upsampling[index]
        n = len(x)
        out = np.zeros((n + 1) * stride * len(bias), np.float32).reshape(n + 1, stride * len(bias))
        np.matmul(x, early, out=out[:-1])
        out[1:] += x @ late
        return out.reshape((n + 1) * stride, len(bias))[pad : pad + n * stride] + bias

    def _sound(self, x: F32) -> F32:
        padded = np.pad(x, ((3, 3), (0, 0)))
        y = np.repeat(self.post[1][None], len(x), axis=0)
        for k in range(7):
            y += padded[k : k + len(x)] @ self._post_taps[k]
        magnitude, angle = np.exp(y[:, :11]), np.sin(y[:, 11:])
        bins = np.concatenate([magnitude * np.cos(angle), magnitude * np.sin(angle)], axis=1)
        frames = bins @ self.inverse_basis
        out = np.zeros(len(frames) * 5 + 15, np.float32)
        for q in range(4):
            out[q * 5 : q * 5 + len(frames) * 5] += frames[:, q * 5 : q * 5 + 5].ravel()
        return out[10:-10] * np.float32(4)


def _halves(kernel: F32, bias: F32) -> tuple[F32, F32, F32]:
    """A transposed convolution of 2 * stride taps as two products: what falls early and what falls a stride later."""
    channels, n_out, taps = kernel.shape
    flat = np.ascontiguousarray(kernel.transpose(0, 2, 1)).reshape(channels, taps * n_out)
    middle = flat.shape[1] // 2
    return np.ascontiguousarray(flat[:, :middle]), np.ascontiguousarray(flat[:, middle:]), bias


def _leaky(x: F32, slope: float) -> F32:
    return np.maximum(x, np.float32(slope) * x)


def read_generator(graph: Any) -> Generator:
    """The generator's weights out of an ONNX graph with 8-bit weights, as float32."""
    reader = _Reader(graph)
    blocks = {}
    for block in ["noise_res.0", "noise_res.1"] + [f"resblocks.{i}" for i in range(6)]:
        blocks[block] = tuple(reader.stage(block, j, w) for j in range(3) for w in (1, 2))
    return Generator(
        blocks=blocks,
        noise_convolutions=tuple(reader.quantised(f"noise_convs.{i}/Conv_quant")[:2] for i in range(2)),
        upsamplers=tuple(reader.plain(f"ups.{i}/ConvTranspose") for i in range(2)),
        post=reader.plain("conv_post/Conv"),
        mixer=(
            reader.array("onnx::MatMul_6993").ravel(),
            float(reader.array(_WEIGHTS + "m_source.l_linear.bias").ravel()[0]),
        ),
        window=reader.array(_PREFIX + "Constant_17_output_0"),
        inverse_basis=reader.array(_WEIGHTS + "stft.istft.stft.inverse_basis")[:, 0],
    )


class _Reader:
    """Looks weights up by the names of the nodes that use them."""

    def __init__(self, graph: Any) -> None:
        self._values = {i.name: i for i in graph.initializer}
        self._nodes = {n.name: n for n in graph.node}
        self._makers = {o: n for n in graph.node for o in n.output}
        self._users: dict[str, list[Any]] = {}
        for node in graph.node:
            for name in node.input:
                self._users.setdefault(name, []).append(node)

    def array(self, name: str) -> F32:
        from onnx import numpy_helper

        return numpy_helper.to_array(self._values[name]).astype(np.float32)

    def plain(self, node: str) -> tuple[F32, F32]:
        weight, bias = (self.array(name) for name in self._nodes[_PREFIX + node].input[1:3])
        return weight, bias

    def stage(self, block: str, j: int, w: int) -> _Stage:
        kernel, bias, dilation = self.quantised(f"{block}/convs{w}.{j}/Conv_quant")
        matrix, _, _ = self.quantised(f"{block}/adain{w}.{j}/fc/Gemm_MatMul_quant")
        return _Stage(
            convolution=DftConvolution(kernel, bias, dilation),
            alpha=self.array(f"{_WEIGHTS}{block}.alpha{w}.{j}").ravel(),
            style_matrix=matrix,
            style_bias=self.array(f"{_WEIGHTS}{block}.adain{w}.{j}.fc.bias"),
        )

    def quantised(self, name: str) -> tuple[F32, F32, int]:
        """Weight (and bias, dilation) of an integer convolution or product: (q - zero) * scale."""
        node = self._nodes[_PREFIX + name]
        weight = self.array(node.input[1])
        zero = self.array(node.input[3]) if len(node.input) > 3 else np.zeros(1, np.float32)
        after, bias = self._users[node.output[0]][0], np.zeros(0, np.float32)
        if after.op_type == "Add":
            maker = self._makers[next(i for i in after.input if i != node.output[0])]
            while maker.op_type != "Div":
                maker = self._makers[maker.input[0]]
            bias = self.array(maker.input[0])
            after = self._users[after.output[0]][0]
        multiply = self._users[after.output[0]][0]
        scales = self._makers[next(i for i in multiply.input if i != after.output[0])]
        scale = self.array(next(i for i in scales.input if i in self._values))
        shape = (-1,) + (1,) * (weight.ndim - 1) if node.op_type == "ConvInteger" else (1, -1)
        zero, scale = (v.reshape(shape) if np.size(v) > 1 else v for v in (zero, scale))
        dilations = [a.ints[0] for a in node.attribute if a.name == "dilations"]
        return ((weight - zero) * scale).astype(np.float32), bias, int(dilations[0]) if dilations else 1
