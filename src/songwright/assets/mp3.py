"""MP3: LAME in a stream of bytes, and the frame before it that makes players gapless.

The encoder wants 16 bits, so samples are dithered on the way (triangular noise of two steps, from a fixed
seed: equal samples, equal bytes). LAME's library writes no header of its own; ``info_frame`` builds the
Xing/Info frame with the LAME tag, from which a decoder learns how many samples to drop at both ends.
"""

from __future__ import annotations

import functools
import io
import math
import operator
import struct
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from songwright.domain.audio import FULL_SCALE_24, SAMPLE_RATE_HZ

BITRATE_KBPS = 192
ENCODER_DELAY_SAMPLES = 576
SAMPLES_PER_FRAME = 1152
ENCODER_GAINS = {128: 0.95, 160: 0.95, 192: 0.97, 224: 0.98, 256: 1.0, 320: 1.0}
"""How far LAME turns down at each bitrate (kbit/s); undone before encoding, so that loudness stays as mastered."""
_BLOCK_FRAMES = 1 << 16
_DITHER_SEED = 0x50_6E_67
_BITRATES_KBPS = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_SAMPLE_RATES_HZ = (44_100, 48_000, 32_000)
_INFO_OFFSET = 36  # 4 header bytes and 32 of side information (MPEG-1 stereo)
_INFO_BYTES = 192  # up to the end of the LAME tag

Samples = npt.NDArray[np.float32] | npt.NDArray[np.int32]


def dithered16(samples: Samples, noise: np.random.Generator, *, gain: float = 1.0) -> npt.NDArray[np.int16]:
    """Round to 16 bits with triangular dither.

    ``samples``: (n_frames, 2), float32 at full scale 1.0 or 24-bit values in int32. Draws the same noise for
    a stretch of samples however the stretch is cut into calls.
    """
    if samples.ndim != 2 or samples.shape[1] != 2:
        raise ValueError(f"MP3 input has shape (n_frames, 2), not {samples.shape}")
    to_steps = 32768.0 if np.issubdtype(samples.dtype, np.floating) else 32768.0 / FULL_SCALE_24
    uniform = noise.random((len(samples), 2, 2), dtype=np.float32)
    steps = samples.astype(np.float32)
    steps *= np.float32(to_steps * gain)
    steps += uniform[..., 0]
    steps -= uniform[..., 1]
    return np.clip(np.rint(steps, out=steps), -32768, 32767, out=steps).astype(np.int16)


class Mp3Stream:
    """An MP3 made piece by piece: the bytes do not depend on where the pieces are cut.

    ``feed`` and ``finish`` return frames as they become ready, without the info frame, because its numbers are
    only known at the end; ``info_frame()`` gives it after ``finish``.
    """

    def __init__(
        self, *, bitrate_kbps: int = BITRATE_KBPS, sample_rate_hz: int = SAMPLE_RATE_HZ, quality: int = 4
    ) -> None:
        """``quality``: LAME's 0 (slow, best) to 9 (fast)."""
        if bitrate_kbps not in ENCODER_GAINS:
            raise ValueError(f"{bitrate_kbps} kbit/s is not offered: choose one of {sorted(ENCODER_GAINS)}")
        import lameenc  # loaded when a stream opens, so that importing the package stays light

        self._encoder: Any = lameenc.Encoder()
        self._encoder.silence()
        self._encoder.set_bit_rate(bitrate_kbps)
        self._encoder.set_in_sample_rate(sample_rate_hz)
        self._encoder.set_channels(2)
        self._encoder.set_quality(quality)
        self._gain = 1.0 / ENCODER_GAINS[bitrate_kbps]
        self._noise = np.random.default_rng(_DITHER_SEED)
        self._body = bytearray()
        self._finished = False
        self.n_frames = 0
        """Sample frames fed so far."""

    def feed(self, samples: Samples) -> bytes:
        """Encode ``samples``; returns what is ready, possibly nothing. Raises ValueError after ``finish``."""
        if self._finished:
            raise ValueError("this MP3 stream is finished; open a new one")
        out = bytearray()
        for start in range(0, len(samples), _BLOCK_FRAMES):
            block = dithered16(samples[start : start + _BLOCK_FRAMES], self._noise, gain=self._gain)
            out += self._encoder.encode(block.tobytes())
        self.n_frames += len(samples)
        self._body += out
        return bytes(out)

    def finish(self) -> bytes:
        """The last frames. The stream takes nothing more."""
        if self._finished:
            return b""
        self._finished = True
        tail = bytes(self._encoder.flush()) if self.n_frames else b""
        self._body += tail
        return tail

    @property
    def body(self) -> bytes:
        """All frames so far."""
        return bytes(self._body)

    def info_frame(self) -> bytes:
        """The frame to put before the body. Raises ValueError before ``finish``."""
        if not self._finished:
            raise ValueError("the info frame is known once the stream is finished")
        return info_frame(self.body, n_samples=self.n_frames)


def encode_mp3(samples: Samples, *, bitrate_kbps: int = BITRATE_KBPS, tag: bytes = b"") -> bytes:
    """A whole file: ``tag`` (an ID3 tag, or nothing), info frame, frames. Decodes to exactly ``len(samples)``."""
    stream = Mp3Stream(bitrate_kbps=bitrate_kbps)
    stream.feed(samples)
    stream.finish()
    return tag + stream.info_frame() + stream.body


def decode_mp3(data: bytes) -> npt.NDArray[np.float32]:
    """The samples of an MP3 as libsndfile decodes them, float32 (n_frames, 2)."""
    import soundfile

    samples, _ = soundfile.read(io.BytesIO(data), dtype="float32", always_2d=True)
    return np.asarray(samples, np.float32)


def frame_offsets(body: bytes) -> list[int]:
    """Where each MPEG-1 layer III frame of ``body`` begins. Raises ValueError where there is none."""
    return list(_frames(body))


def _frames(body: bytes) -> Iterator[int]:
    at = 0
    while at + 4 <= len(body):
        if body[at] != 0xFF or body[at + 1] & 0xFE != 0xFA:
            raise ValueError(f"no MPEG-1 layer III frame at byte {at}")
        yield at
        at += _frame_bytes(body[at + 2])


def _frame_bytes(third_header_byte: int) -> int:
    bitrate_kbps = _BITRATES_KBPS[third_header_byte >> 4]
    sample_rate_hz = _SAMPLE_RATES_HZ[(third_header_byte >> 2) & 3]
    return 144_000 * bitrate_kbps // sample_rate_hz + ((third_header_byte >> 1) & 1)


def info_frame(body: bytes, *, n_samples: int, delay_samples: int = ENCODER_DELAY_SAMPLES) -> bytes:
    """The Xing/Info frame with LAME tag for constant-bitrate frames that encode ``n_samples``."""
    offsets = frame_offsets(body)
    if not offsets:
        raise ValueError("an MP3 without frames has no info frame")
    header = bytearray(body[:4])
    header[1] |= 1  # no checksum
    header[2] &= 0xFD  # no padding byte
    size = _frame_bytes(header[2])
    if size < _INFO_BYTES:  # a low bitrate: take the smallest that holds the tag
        index = next(i for i in range(1, 15) if _frame_bytes((i << 4) | (header[2] & 0x0C)) >= _INFO_BYTES)
        header[2] = (index << 4) | (header[2] & 0x0C)
        size = _frame_bytes(header[2])
    total_bytes = len(body) + size
    frame = bytearray(size)
    frame[:4] = header
    frame[36:40] = b"Info"
    struct.pack_into(">III", frame, 40, 15, len(offsets), total_bytes)
    places = [size + offsets[len(offsets) * percent // 100] for percent in range(100)]
    frame[52:152] = bytes(min(255, 256 * place // total_bytes) for place in places)
    struct.pack_into(">I", frame, 152, 78)
    _lame_tag(
        frame, body=body, delay=delay_samples, padding=len(offsets) * SAMPLES_PER_FRAME - n_samples - delay_samples
    )
    return bytes(frame)


def _lame_tag(frame: bytearray, *, body: bytes, delay: int, padding: int) -> None:
    """Fill bytes 156..191: encoder name, bitrate, delay and padding in samples, length and checksums."""
    if not 0 <= padding < 4096:
        raise ValueError(f"{padding} samples of padding do not fit the LAME tag")
    frame[156:165] = b"LAME3.100"
    frame[165] = 0x01  # tag revision 0, constant bitrate
    frame[176] = _BITRATES_KBPS[body[2] >> 4] & 0xFF
    frame[177:180] = bytes([delay >> 4, ((delay & 15) << 4) | (padding >> 8), padding & 255])
    struct.pack_into(">I", frame, 184, len(body) + len(frame))
    struct.pack_into(">H", frame, 188, crc16(body))
    struct.pack_into(">H", frame, 190, crc16(bytes(frame[:190])))


def crc16(data: bytes) -> int:
    """CRC-16/ARC, the checksum of the LAME tag (check value of ``b"123456789"``: 0xBB3D).

    The checksum is linear, so long data is cut into lanes that run side by side, and the lanes' checksums are
    joined by the operator that appends a lane of zeros.
    """
    lane_bytes = max(16, math.isqrt(len(data)))
    n_lanes = -(-len(data) // lane_bytes)
    padded = bytes(n_lanes * lane_bytes - len(data)) + data  # leading zeros change nothing
    lanes = np.frombuffer(padded, np.uint8).reshape(n_lanes, lane_bytes)
    crcs = np.zeros(n_lanes, np.uint16)
    basis = (1 << np.arange(16)).astype(np.uint16)
    for column in lanes.T:
        crcs = (crcs >> 8) ^ _CRC[(crcs ^ column) & 0xFF]
        basis = (basis >> 8) ^ _CRC[basis & 0xFF]
    moved = [int(value) for value in basis]
    total = 0
    for crc in crcs.tolist():
        total = functools.reduce(operator.xor, (moved[bit] for bit in range(16) if total >> bit & 1), crc)
    return total


def _crc_table() -> npt.NDArray[np.uint16]:
    table = np.arange(256, dtype=np.uint16)
    for _ in range(8):
        table = np.where(table & 1, (table >> 1) ^ np.uint16(0xA001), table >> 1).astype(np.uint16)
    return table


_CRC = _crc_table()
