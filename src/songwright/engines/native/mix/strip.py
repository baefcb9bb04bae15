"""A track's channel as a streaming processor."""

from __future__ import annotations

import math

import numpy as np

from songwright.domain.audio import F32
from songwright.domain.score import StemName

from .dsp import biquad
from .dsp.biquad import Cascade
from .dsp.colour import Amp, Chorus, Image, Saturator
from .dsp.dynamics import Compressor, Deesser
from .settings import Band, StripSettings

_AMP_FROM = 0.3
CHUNK_FRAMES = 16384


def design(band: Band) -> biquad.F64:
    """The filter section of an equaliser band."""
    if band.kind == "highpass":
        return biquad.highpass(band.freq_hz, band.q)
    if band.kind == "lowpass":
        return biquad.lowpass(band.freq_hz, band.q)
    shapes = {"bell": biquad.bell, "lowshelf": biquad.lowshelf, "highshelf": biquad.highshelf}
    return shapes[band.kind](band.freq_hz, band.gain_db, band.q)


class Strip:
    """Input gain, equaliser, de-esser, compressors, drive, chorus, width. Pan and fader come at the bus."""

    def __init__(self, settings: StripSettings) -> None:
        self._input = np.float32(10 ** (settings.input_db / 20))
        self._effects: list[Cascade | Deesser | Compressor | Saturator | Amp] = [
            Cascade([design(b) for b in settings.bands])
        ]
        self._effects += [_compressor(c) for c in settings.compressors[:1]]
        if settings.deess_hz > 0:
            self._effects.append(Deesser(freq_hz=settings.deess_hz))
        self._effects += [_compressor(c) for c in settings.compressors[1:]]
        self._effects += _drive(settings.drive, settings.stem)
        self._chorus = Chorus(amount=settings.chorus) if settings.chorus > 0 else None
        self._image = Image(width=settings.width)
        self._mono = settings.width == 0

    def process(self, block: F32) -> F32:
        """The processed block, a new array: (n, 1) for mono sources and sinks, else (n, 2)."""
        work = block[:, None] if block.ndim == 1 else block
        if self._mono and work.shape[1] == 2:
            work = (0.5 * (work[:, :1] + work[:, 1:])).astype(np.float32)
        work = np.multiply(work, self._input, dtype=np.float32)
        for effect in self._effects:
            effect.process(work)
        if self._chorus is not None and not self._mono:
            work = np.ascontiguousarray(np.repeat(work, 2, axis=1)) if work.shape[1] == 1 else work
            self._chorus.process(work)
        if work.shape[1] == 2:
            self._image.process(work)
        return work


def _compressor(c) -> Compressor:  # noqa: ANN001
    return Compressor(
        threshold_db=c.threshold_db, ratio=c.ratio, attack_ms=c.attack_ms, release_ms=c.release_ms, rms_ms=c.rms_ms
    )


def _drive(drive: float, stem: StemName) -> list[Saturator | Amp | Cascade]:
    if drive <= 0:
        return []
    if drive < _AMP_FROM or stem in (StemName.VOCALS, StemName.BACKING_VOCALS, StemName.DRUMS):
        return [Saturator(drive=4.0 * drive, bias=0.1)]
    gain = 10 ** (1.6 * drive)
    if stem is StemName.GUITAR:  # a cabinet after the amplifier
        cabinet = [biquad.highpass(85), biquad.bell(2400, 3.0, 1.2), biquad.lowpass(5200), biquad.lowpass(6500)]
    else:
        cabinet = [biquad.highpass(30), biquad.lowpass(12000)]
    return [Amp(drive=gain, level=1.2 / math.sqrt(gain)), Cascade(cabinet)]


def process_track(samples: F32, settings: StripSettings, *, consume: bool = False) -> F32:
    """A whole track through its strip, float32 (n, 1 or 2); into the memory of ``samples`` itself if ``consume``.

    Stretches of digital silence are passed over once the strip has rung out (after a whole silent chunk), so the
    result is digitally silent there.
    """
    strip = Strip(settings)
    out: F32 | None = None
    rung_out = True
    for start in range(0, len(samples), CHUNK_FRAMES):
        block = samples[start : start + CHUNK_FRAMES]
        silent = not block.any()
        if silent and rung_out:
            continue
        rung_out = silent
        done = strip.process(block)
        if out is None:
            out = _output(samples, done.shape[1], consume)
        out[start : start + len(done)] = done
    return np.zeros((len(samples), 1), dtype=np.float32) if out is None else out


def _output(samples: F32, n_channels: int, consume: bool) -> F32:
    n_given = 1 if samples.ndim == 1 else samples.shape[1]
    if consume and n_given == n_channels and samples.dtype == np.float32 and samples.flags.writeable:
        return samples.reshape(-1, n_channels)
    return np.zeros((len(samples), n_channels), dtype=np.float32)
