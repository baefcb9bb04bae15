"""How likely each 20 ms is a beat or a downbeat: the BeatNet network in plain numpy.

Weights: BeatNet 1.1.3, its three models, trained on different music and averaged here (Heydari, Cwitkowitz, Duan, "BeatNet", ISMIR 2021), CC BY 4.0; see NOTICE.
"""

from __future__ import annotations

import functools
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt

from songwright.domain.audio import F32

RATE_HZ = 22_050
FRAME, HOP = 1411, 441
FRAMES_PER_S = RATE_HZ / HOP
BLOCK_FRAMES = 2048
MODELS = ("1", "2", "3")


@functools.cache
def _weights() -> dict[str, F32]:
    path = resources.files("songwright.engines.native.analyse") / "data" / "beatnet.npz"
    with path.open("rb") as file, np.load(file) as stored:
        return {name: stored[name].astype(np.float32) for name in stored.files}


def activations(mono: F32) -> tuple[F32, F32]:
    """Probabilities of a beat (downbeats included) and of a downbeat, 50 frames a second.

    ``mono`` is sampled at 22,050 Hz, full scale 1.
    """
    weights = _weights()
    features = np.concatenate(list(_feature_blocks(mono, weights["filterbank"])))
    shares = np.mean([_shares(features, _model(weights, name)) for name in MODELS], axis=0)
    return (shares[:, 0] + shares[:, 1]).astype(np.float32), shares[:, 1].astype(np.float32)


def _model(weights: dict[str, F32], name: str) -> dict[str, F32]:
    return {key[len(name) + 1 :]: value for key, value in weights.items() if key.startswith(f"{name}_")}


def _shares(features: F32, w: dict[str, F32]) -> F32:
    """One model's probabilities of beat, downbeat and neither, (n_frames, 3)."""
    blocks = range(0, features.shape[0], BLOCK_FRAMES)
    hidden = np.concatenate([_front(features[i : i + BLOCK_FRAMES], w) for i in blocks])
    for layer in ("l0", "l1"):
        hidden = _lstm(hidden, w, layer)
    logits = hidden @ w["linear_weight"].T + w["linear_bias"]
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True)


def _feature_blocks(mono: F32, filterbank: F32) -> Any:
    """Log-filtered spectrum and its positive difference, 272 values a frame."""
    n_frames = max(1, -(-mono.shape[0] // HOP))
    half = FRAME // 2
    padded = np.pad(mono, (half, FRAME + HOP))
    views = np.lib.stride_tricks.sliding_window_view(padded, FRAME)[::HOP][:n_frames]
    window = np.hanning(FRAME).astype(np.float32)
    before: npt.NDArray[Any] | None = None
    for start in range(0, n_frames, BLOCK_FRAMES):
        spectrum = np.abs(np.fft.rfft(views[start : start + BLOCK_FRAMES] * window, axis=1))[:, : filterbank.shape[0]]
        level = np.log10(spectrum.astype(np.float32) @ filterbank + 1.0)
        previous = np.concatenate([level[:1] if before is None else before, level[:-1]])
        before = level[-1:]
        yield np.hstack([level, np.maximum(level - previous, 0.0)])


def _front(features: F32, w: dict[str, F32]) -> F32:
    """Convolution of ten bands, the louder of two neighbours, and a dense layer."""
    kernel = w["conv1_weight"][:, 0, :]
    windows = np.lib.stride_tricks.sliding_window_view(features, kernel.shape[1], axis=1)
    heard = np.maximum(np.einsum("tik,ck->tci", windows, kernel) + w["conv1_bias"][:, None], 0.0)
    pairs = heard.shape[2] // 2
    pooled = heard[:, :, : 2 * pairs].reshape(heard.shape[0], 2, pairs, 2).max(axis=3)
    return pooled.reshape(heard.shape[0], -1) @ w["linear0_weight"].T + w["linear0_bias"]


def _lstm(x: F32, w: dict[str, F32], layer: str) -> F32:
    size = w[f"lstm_weight_hh_{layer}"].shape[1]
    recurrent = np.ascontiguousarray(w[f"lstm_weight_hh_{layer}"].T)
    driven = x @ w[f"lstm_weight_ih_{layer}"].T + w[f"lstm_bias_ih_{layer}"] + w[f"lstm_bias_hh_{layer}"]
    h, cell = np.zeros(size, dtype=np.float32), np.zeros(size, dtype=np.float32)
    out = np.empty((x.shape[0], size), dtype=np.float32)
    for t in range(x.shape[0]):
        gates = driven[t] + h @ recurrent
        gates[: 2 * size] = _sigmoid(gates[: 2 * size])
        gates[3 * size :] = _sigmoid(gates[3 * size :])
        cell = gates[size : 2 * size] * cell + gates[:size] * np.tanh(gates[2 * size : 3 * size])
        h = gates[3 * size :] * np.tanh(cell)
        out[t] = h
    return out


def _sigmoid(x: F32) -> F32:
    return (0.5 * (np.tanh(0.5 * x) + 1.0)).astype(np.float32)
