"""From processed tracks to a stem: faders, automation, spaces, room for the voice, and integers."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numba import njit

from songwright.domain.audio import F32, FULL_SCALE_24, I32
from songwright.domain.score import StemName

from . import automation
from .balance import YIELD_DB
from .dsp.biquad import Cascade, bandpass, bell, highpass, lowpass
from .dsp.space import Echo, Reverb
from .settings import MixSettings, StripSettings
from .strip import CHUNK_FRAMES

CARVE_HZ, CARVE_Q = 2600.0, 0.6
_CARVE_SHARE = {
    StemName.VOCALS: 0.0,
    StemName.BASS: 0.0,
    StemName.DRUMS: 0.4,
    StemName.PERCUSSION: 0.5,
    StemName.BACKING_VOCALS: 0.6,
}
_WET_DUCK_DB, _ECHO_DUCK_DB = 3.0, 5.0
_QUIET = 1e-8


class Lanes:
    """Automation curves of a mix, each computed once."""

    def __init__(self, settings: MixSettings) -> None:
        self.points = automation.n_points(settings.n_frames)
        self._settings = settings
        section = automation.section_db(settings.sections, self.points)
        sung = automation.singing(settings.phrases, self.points, attack_s=0.05, release_s=0.4)
        self.vocal_db = automation.ride_db(settings.phrases, self.points, vocal=True)
        self.band_db = section + automation.ride_db(settings.phrases, self.points, vocal=False) - YIELD_DB * sung
        self.sung = automation.singing(settings.phrases, self.points, attack_s=0.03, release_s=0.2)
        self.throw = automation.throw(settings.phrases, self.points)

    def track(self, strip: StripSettings) -> F32:
        """Gain of a track over time: fader, section, phrase, kick."""
        level_db = strip.fader_db + (self.vocal_db if strip.rides else self.band_db)
        if strip.pump_db > 0 and self._settings.kicks:
            dip = automation.pump(self._settings.kicks, self.points, release_ms=strip.pump_release_ms)
            level_db = level_db - strip.pump_db * dip
        return (10 ** (level_db / 20)).astype(np.float32)

    def echo_send(self, strip: StripSettings, track: F32) -> F32:
        """Gain into the echo over time: low under the words, thrown at the ends of phrases."""
        share = 0.35 + 0.65 * self.throw if strip.rides else np.float32(1.0)
        return (track * share * 10 ** (strip.echo_db / 20)).astype(np.float32)


def pan_gains(pan: float, *, stereo: bool) -> tuple[float, float]:
    """Left and right gains: constant power for mono sources, a balance that never lifts for stereo ones."""
    angle = (pan + 1) * math.pi / 4
    left, right = math.cos(angle), math.sin(angle)
    if stereo:
        return min(1.0, math.sqrt(2) * left), min(1.0, math.sqrt(2) * right)
    return left, right


class _Wet:
    """One reverb or echo with its send filters, idle while there is nothing left to hear."""

    def __init__(self, effect: Reverb | Echo, filters: Cascade | None) -> None:
        self._effect, self._filters = effect, filters
        self._idle = True
        self._wet = np.zeros((CHUNK_FRAMES, 2), dtype=np.float32)

    def render(self, send: F32) -> F32 | None:
        """The wet block (n, 2), or None while silent."""
        fed = bool(send.any())
        if not fed and self._idle:
            return None
        if self._filters is not None:
            self._filters.process(send[:, None])
        wet = self._wet[: len(send)]
        wet.fill(0.0)
        self._effect.add(send, wet)
        self._idle = not fed and max(float(wet.max()), -float(wet.min())) < _QUIET
        return wet


def render_stem(
    stem: StemName, settings: MixSettings, strips: Sequence[StripSettings], tracks: Sequence[F32], lanes: Lanes
) -> F32:
    """The float stem (n_frames, 2) of its processed tracks, before band gain and trim."""
    out = np.zeros((settings.n_frames, 2), dtype=np.float32)
    gains = [lanes.track(s) for s in strips]
    wet_gain = 1 / math.sqrt(2)  # a unit send feeds two channels
    reverb = _reverb(stem, settings) if any(s.reverb_db > -80 for s in strips) else None
    sends = [(g * np.float32(wet_gain * 10 ** (s.reverb_db / 20))) for s, g in zip(strips, gains, strict=True)]
    echo = _echo(settings) if any(s.echo_db > -80 for s in strips) else None
    echo_sends = [lanes.echo_send(s, g) for s, g in zip(strips, gains, strict=True)]
    ducks = stem is StemName.VOCALS
    wet_lane = (10 ** (-_WET_DUCK_DB * lanes.sung * ducks / 20)).astype(np.float32)
    echo_lane = (10 ** (-_ECHO_DUCK_DB * lanes.sung * ducks / 20)).astype(np.float32)
    depth_db = settings.carve_db * _CARVE_SHARE.get(stem, 1.0)
    carve_lane = (10 ** (-depth_db * lanes.sung / 20)).astype(np.float32)
    carve_coefs, carve_state = bandpass(CARVE_HZ, CARVE_Q), np.zeros((2, 2))
    fed = np.zeros((2, CHUNK_FRAMES), dtype=np.float32)
    for start in range(0, settings.n_frames, CHUNK_FRAMES):
        bus = out[start : start + CHUNK_FRAMES]
        fed.fill(0.0)
        send, echo_in = fed[0, : len(bus)], fed[1, : len(bus)]
        for strip, track, gain, to_reverb, to_echo in zip(strips, tracks, gains, sends, echo_sends, strict=True):
            block = track[start : start + len(bus)]
            if not block.any():
                continue
            pan = pan_gains(strip.pan, stereo=block.shape[1] == 2)
            automation.add_gained(block, gain, start, *pan, bus)
            if reverb is not None and strip.reverb_db > -80:
                automation.add_send(block, to_reverb, start, send)
            if echo is not None and strip.echo_db > -80:
                automation.add_send(block, to_echo, start, echo_in)
        for wet, sent, lane in ((reverb, send, wet_lane), (echo, echo_in, echo_lane)):
            block = wet.render(sent) if wet is not None else None
            if block is not None:
                automation.add_gained(block, lane, start, 1.0, 1.0, bus)
        if depth_db > 0 and (bus.any() or carve_state.any()):
            automation.carve(bus, carve_lane, start, carve_coefs, carve_state)
    return out


def _reverb(stem: StemName, settings: MixSettings) -> _Wet:
    space = next(s for s in settings.spaces if s.stem is stem)
    effect = Reverb(kind=space.kind, rt60_s=space.rt60_s, predelay_s=space.predelay_s, bright_hz=space.bright_hz)
    return _Wet(effect, Cascade([highpass(250), bell(500, -3.0), lowpass(8500)]))


def _echo(settings: MixSettings) -> _Wet:
    return _Wet(Echo(delay_s=settings.echo_s, feedback=settings.echo_feedback), None)


@njit(cache=True, nogil=True)
def _quantise(x, gain, out):  # noqa: ANN001, ANN202 - numba kernel
    top = 8388607.0
    for i in range(x.shape[0]):
        for ch in range(x.shape[1]):
            if out[i, ch]:  # the memory of x: where it was never written to it costs none, and stays so
                v = np.rint(np.float64(x[i, ch]) * gain)
                out[i, ch] = np.int32(min(top, max(-8388608.0, v)))


def to_stem(samples: F32, gain_db: float) -> I32:
    """The stem in 24-bit integers. Takes over the memory of ``samples``, which must not be used afterwards."""
    out = samples.view(np.int32)
    _quantise(samples, FULL_SCALE_24 * 10 ** (gain_db / 20), out)
    return out


@njit(cache=True, nogil=True)
def accumulate(total, stem) -> None:  # noqa: ANN001 - numba kernel
    """``total`` += ``stem``, both int32 (n, 2)."""
    for i in range(total.shape[0]):
        total[i, 0] += stem[i, 0]
        total[i, 1] += stem[i, 1]
