"""The tagging network of musicnn, read from its TensorFlow checkpoint and computed with NumPy alone.

Jordi Pons and Xavier Serra: "musicnn: pre-trained convolutional neural networks for music audio tagging", ISMIR 2019
late-breaking demo; ISC License. A checkpoint is two files: ``.index``, a LevelDB table of names with the place of each
array, and ``.data-00000-of-00001``, the arrays one after the other. Likelihoods are those of TensorFlow 2.21 to 1e-6.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Floats = NDArray[np.float32]

SAMPLE_RATE_HZ = 16000
HOP, N_FFT, N_MELS = 256, 512, 96
N_FRAMES = 187
"""Frames of a patch, 3 s: what the network was trained with."""
TABLE_MAGIC = 0xDB4775248B80FB57
FOOTER_BYTES = 48
DT_FLOAT = 1
BATCH_NORM_EPSILON = 1e-3
TIMBRAL, TEMPORAL, MIDDLE = (1, 2), (3, 4, 5), (6, 7, 8)
"""Numbers of the normalisations after each block; the convolution before it is one lower."""


def patches(sound: Floats) -> Floats:
    """Log mel spectrogram of a mono sound at 16 kHz, cut into patches: (patches, 187, 96).

    A remainder shorter than a patch is left out, as in musicnn. Unlike there, powers are not rounded to 16-bit floats,
    in which the bass of a loud master is infinite after scaling. Raises ValueError for a sound shorter than one.
    """
    import librosa

    power = librosa.feature.melspectrogram(y=sound, sr=SAMPLE_RATE_HZ, hop_length=HOP, n_fft=N_FFT, n_mels=N_MELS).T
    count = len(power) // N_FRAMES
    if not count:
        raise ValueError("the sound is shorter than the 3 s that the tagger needs")
    logs = np.log10(10000 * power[: count * N_FRAMES] + 1)
    return logs.reshape(count, N_FRAMES, N_MELS).astype(np.float32)


class Network:
    """One of musicnn's networks (MSD_musicnn, MTT_musicnn)."""

    def __init__(self, folder: Path) -> None:
        """Read the checkpoint in ``folder``. Raises ValueError when it is none."""
        self._arrays = read_checkpoint(folder)

    def tags(self, batch: Floats) -> Floats:
        """Likelihood of each tag in each patch, 0..1: (patches, tags). ``batch``: (patches, frames, mel bands)."""
        return np.stack([self._of_patch(patch) for patch in batch])

    def mean_tags(self, batch: Floats) -> list[float]:
        """Likelihood of each tag in the whole sound."""
        return [float(value) for value in self.tags(batch).mean(axis=0, dtype=np.float64)]

    def _of_patch(self, patch: Floats) -> Floats:
        """Likelihoods (tags,) of one patch (frames, bands)."""
        scaled = self._normalised(patch[:, :, None], 0)[:, :, 0]
        blocks = [self._front(np.pad(scaled, ((3, 3), (0, 0))), number) for number in TIMBRAL]
        blocks += [self._front(_same(scaled, self._kernel(number).shape[0]), number) for number in TEMPORAL]
        layers = [np.concatenate(blocks, axis=1)]
        for number in MIDDLE:
            out = self._middle(layers[-1], number)
            layers.append(out + layers[-1] if number > MIDDLE[0] else out)
        features = np.concatenate(layers, axis=1)
        pooled = np.stack([features.max(axis=0), features.mean(axis=0)], axis=1).reshape(-1)
        hidden = self._normalised(np.maximum(self._dense(self._normalised(pooled, 9), "dense"), 0), 10)
        return (1 / (1 + np.exp(-self._dense(hidden, "dense_1")))).astype(np.float32)

    def _front(self, padded: Floats, number: int) -> Floats:
        """Convolution over time and frequency, the strongest over frequency: (frames, filters)."""
        kernel = self._kernel(number)
        height, width, _, filters = kernel.shape
        windows = sliding_window_view(padded, (height, width))
        found = windows.reshape(-1, height * width) @ kernel.reshape(-1, filters)
        found = self._active(found, number).reshape(*windows.shape[:2], filters)
        return found.max(axis=1)

    def _middle(self, layer: Floats, number: int) -> Floats:
        """Convolution over seven frames and all channels: (frames, filters)."""
        kernel = self._kernel(number)  # (7, channels, 1, filters)
        windows = sliding_window_view(np.pad(layer, ((3, 3), (0, 0))), kernel.shape[0], axis=0)
        flat = windows.transpose(0, 2, 1).reshape(len(layer), -1)
        return self._active(flat @ kernel.reshape(flat.shape[1], -1), number)

    def _kernel(self, number: int) -> Floats:
        return self._arrays[f"{_numbered('conv2d', number - 1)}/kernel"]

    def _active(self, found: Floats, number: int) -> Floats:
        bias = self._arrays[f"{_numbered('conv2d', number - 1)}/bias"]
        return self._normalised(np.maximum(found + bias, 0), number)

    def _normalised(self, values: Floats, number: int) -> Floats:
        """Batch normalisation with the averages of training, over the last axis."""
        name = _numbered("batch_normalization", number)
        mean, variance, beta, gamma = (
            self._arrays[f"{name}/{part}"] for part in ("moving_mean", "moving_variance", "beta", "gamma")
        )
        scale: Floats = (gamma / np.sqrt(variance + BATCH_NORM_EPSILON)).astype(np.float32)
        return (values - mean) * scale + beta

    def _dense(self, values: Floats, name: str) -> Floats:
        return values @ self._arrays[f"{name}/kernel"] + self._arrays[f"{name}/bias"]


def _numbered(name: str, number: int) -> str:
    return f"{name}_{number}" if number else name


def _same(values: Floats, height: int) -> Floats:
    """Zeros before and after, so that a kernel of ``height`` frames keeps the number of frames (as TensorFlow pads)."""
    return np.pad(values, (((height - 1) // 2, height // 2), (0, 0)))


def read_checkpoint(folder: Path) -> dict[str, Floats]:
    """The arrays of 32-bit floats of a TensorFlow checkpoint whose files have no prefix, by name.

    Raises ValueError when the index is not an uncompressed table.
    """
    data = (folder / ".data-00000-of-00001").read_bytes()
    arrays: dict[str, Floats] = {}
    for name, entry in _table((folder / ".index").read_bytes()):
        fields = _fields(entry)
        if not name or fields.get(1) != DT_FLOAT:  # the nameless entry is the header
            continue
        shape = [cast(int, _fields(dim).get(1, 0)) for dim in _repeated(cast(bytes, fields.get(2, b"")), 2)]
        count = int(np.prod(shape, dtype=np.int64))
        arrays[name] = np.frombuffer(data, "<f4", count, cast(int, fields.get(4, 0))).reshape(shape)
    return arrays


def _table(raw: bytes) -> Iterator[tuple[str, bytes]]:
    """Keys and values of a LevelDB table, in order."""
    if len(raw) < FOOTER_BYTES or struct.unpack("<Q", raw[-8:])[0] != TABLE_MAGIC:
        raise ValueError("the index of the checkpoint is not a table")
    _, _, *index = _varints(raw[-FOOTER_BYTES:], 4)  # the handle of the meta index is skipped
    for _, handle in _block(raw, *index):
        for key, value in _block(raw, *_varints(handle, 2)):
            yield key.decode(), value


def _varints(raw: bytes, count: int) -> list[int]:
    """The first numbers of ``raw``. A block's handle is two: offset and size in bytes."""
    place, out = 0, []
    for _ in range(count):
        value, place = _varint(raw, place)
        out.append(value)
    return out


def _block(raw: bytes, offset: int, size: int) -> Iterator[tuple[bytes, bytes]]:
    """Keys and values of one block; a key tells only what differs from the one before."""
    if raw[offset + size]:
        raise ValueError("the index of the checkpoint is compressed")
    block = raw[offset : offset + size]
    restarts = struct.unpack("<I", block[-4:])[0]
    place, end, key = 0, size - 4 * (restarts + 1), b""
    while place < end:
        shared, place = _varint(block, place)
        fresh, place = _varint(block, place)
        length, place = _varint(block, place)
        key = key[:shared] + block[place : place + fresh]
        place += fresh
        yield key, block[place : place + length]
        place += length


def _varint(raw: bytes, place: int) -> tuple[int, int]:
    """A number of seven bits per byte, and the place behind it."""
    value = shift = 0
    while True:
        byte = raw[place]
        place += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, place


def _pairs(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Field numbers and values of a protocol buffer."""
    place = 0
    while place < len(message):
        tag, place = _varint(message, place)
        kind = tag & 7
        if kind == 0:
            value, place = _varint(message, place)
        elif kind == 2:
            size, place = _varint(message, place)
            value, place = message[place : place + size], place + size
        else:
            size = {1: 8, 5: 4}[kind]
            value, place = int.from_bytes(message[place : place + size], "little"), place + size
        yield tag >> 3, value


def _fields(message: bytes) -> dict[int, int | bytes]:
    return dict(_pairs(message))


def _repeated(message: bytes, number: int) -> list[bytes]:
    return [cast(bytes, value) for field, value in _pairs(message) if field == number]
