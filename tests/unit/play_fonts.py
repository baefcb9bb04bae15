"""Tiny soundfonts made on the spot: one looped sine for program 0 and kit 0."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
import soundfile

RATE_HZ = 48_000
PERIOD = 109  # frames; root pitch 440.37 Hz
ROOT_CENTS = 1200 * np.log2(RATE_HZ / PERIOD / 440.0)  # above A4
CYCLES = 40
AMPLITUDE = 0.3


def sine_pcm() -> np.ndarray:
    """The sample: CYCLES whole periods, int16."""
    n = np.arange(PERIOD * CYCLES)
    return np.round(np.sin(2 * np.pi * n / PERIOD) * AMPLITUDE * 32767).astype(np.int16)


def _chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + bytes(len(data) & 1)


def _named(name: str) -> bytes:
    return name.encode().ljust(20, b"\0")


def build(*, compressed: bool, drum_keys: tuple[int, int] = (36, 40), odd: bool = False) -> bytes:
    """The bytes of an SF2, or of an SF3 with Ogg Vorbis samples."""
    pcm = sine_pcm()
    if compressed:
        memory = io.BytesIO()
        soundfile.write(memory, pcm.astype(np.float64) / 32768, RATE_HZ, format="OGG", subtype="VORBIS")
        smpl, end, kind = memory.getvalue(), len(memory.getvalue()), 0x11
        if odd and not len(smpl) & 1:
            smpl += b"\0"  # after the end of the stream
    else:
        smpl, end, kind = pcm.tobytes() + bytes(92), len(pcm), 1
    loop = (PERIOD, PERIOD * (CYCLES - 1))
    phdr = b"".join(
        _named(name) + struct.pack("<HHHIII", program, bank, bag, 0, 0, 0)
        for name, program, bank, bag in (("Sine", 0, 0, 0), ("Kit", 0, 128, 1), ("EOP", 0, 0, 2))
    )
    pbag = struct.pack("<6H", 0, 0, 1, 0, 2, 0)
    pgen = struct.pack("<HH", 41, 0) + struct.pack("<HH", 41, 1) + struct.pack("<HH", 0, 0)
    inst = b"".join(_named(n) + struct.pack("<H", bag) for n, bag in (("Sine", 0), ("Kit", 1), ("EOI", 2)))
    gens = [
        [(54, 1), (58, 69), (53, 0)],
        [(43, drum_keys[0] | drum_keys[1] << 8), (54, 1), (58, 69), (53, 0)],
    ]
    ibag, igen, at = b"", b"", 0
    for zone in gens:
        ibag += struct.pack("<HH", at, 0)
        for generator, amount in zone:
            igen += struct.pack("<HH", generator, amount)
        at += len(zone)
    ibag += struct.pack("<HH", at, 0)
    igen += struct.pack("<HH", 0, 0)
    shdr = _named("sine") + struct.pack("<5IBbHH", 0, end, loop[0], loop[1], RATE_HZ, 69, 0, 0, kind)
    shdr += _named("EOS") + bytes(26)
    info = _chunk(b"ifil", struct.pack("<HH", 3 if compressed else 2, 1)) + _chunk(b"INAM", b"Tiny\0\0")
    pdta = b"".join(
        _chunk(name, data)
        for name, data in (
            (b"phdr", phdr), (b"pbag", pbag), (b"pmod", bytes(10)), (b"pgen", pgen), (b"inst", inst),
            (b"ibag", ibag), (b"imod", bytes(10)), (b"igen", igen), (b"shdr", shdr),
        )
    )  # fmt: skip
    sample_chunk = b"smpl" + struct.pack("<I", len(smpl)) + smpl
    body = _chunk(b"LIST", b"INFO" + info) + _chunk(b"LIST", b"sdta" + sample_chunk)
    body += _chunk(b"LIST", b"pdta" + pdta)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"sfbk" + body


def write(path: Path, **kwargs) -> Path:
    """Write :func:`build`'s bytes to ``path``."""
    path.write_bytes(build(**kwargs))
    return path
