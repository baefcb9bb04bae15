"""A quick mix for listening while rendering goes on: knows nothing of the future, keeps its state over blocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from songwright.domain.audio import F32, SAMPLE_RATE_HZ
from songwright.domain.plan import MixPlan
from songwright.domain.score import StemName

from .automation import add_gained
from .bus import pan_gains
from .dsp.biquad import Cascade, highpass, lowpass
from .dsp.dynamics import Compressor
from .dsp.limiter import Limiter
from .dsp.loudness import SILENCE_LUFS, hop_energies, integrated_lufs
from .dsp.space import Reverb
from .presets import INPUT_LUFS, start_strip
from .strip import Strip

if TYPE_CHECKING:
    from .mixer import Track

_LEAD_LUFS = -17.0
_SLEW_DB_PER_S = 1.5
_MAX_DB = 36.0


class _Channel:
    """A track's strip and a gain that follows its loudness: at once when it enters, slowly afterwards."""

    def __init__(self, track: Track, plan: MixPlan) -> None:
        self.settings = start_strip(track.name, track.stem, track.role, track.hint, plan)
        self._level_db = track.hint.level_db
        voice = track.stem in (StemName.VOCALS, StemName.BACKING_VOCALS)
        self._strip = Strip(self.settings) if voice else None  # instruments are played as they are: it is quick
        self._gain_db: float | None = None
        self._heard: list[float] = []  # hop energies of the raw track, recent ones
        self._last = 0.0

    def process(self, block: F32) -> F32 | None:
        """The processed block at its place in the balance, or None while silent."""
        if not block.any():
            return None
        planar = block[:, None] if block.ndim == 1 else block
        self._heard = [*self._heard, *hop_energies(planar).tolist()][-600:]
        level = integrated_lufs(np.array(self._heard))
        if level <= SILENCE_LUFS:
            return None
        want = float(np.clip(INPUT_LUFS - level, -_MAX_DB, _MAX_DB))
        reach = _SLEW_DB_PER_S * len(block) / SAMPLE_RATE_HZ
        before = want if self._gain_db is None else self._gain_db
        self._gain_db = before + float(np.clip(want - before, -reach, reach))
        place_db = _LEAD_LUFS + self._level_db - INPUT_LUFS if self._strip is None else 0.0
        ramp = _ramp(before + place_db, self._gain_db + place_db, len(block))
        out = planar * ramp[:, None]
        if self._strip is None:
            return out
        out = self._strip.process(out)
        out *= np.float32(10 ** ((_LEAD_LUFS + self._level_db - INPUT_LUFS) / 20))
        return out


def _ramp(start_db: float, end_db: float, n: int) -> F32:
    """Linear gain from one level to another, float32 (n,)."""
    return np.linspace(10 ** (start_db / 20), 10 ** (end_db / 20), n, dtype=np.float32)


class PreviewMixer:
    """Streaming mix at about -14 LUFS. ``tracks`` describe the channels; their samples are not looked at."""

    def __init__(self, tracks: Sequence[Track], plan: MixPlan) -> None:
        self._channels = {t.name: _Channel(t, plan) for t in tracks}
        self._plan = plan
        self._room = Reverb(kind="plate", rt60_s=min(1.4, plan.plate_rt60_s), predelay_s=0.02, bright_hz=4500.0)
        self._send_filter = Cascade([highpass(250), lowpass(7000)])
        self._glue = Compressor(
            threshold_db=-18.0, ratio=plan.glue_ratio, attack_ms=30.0, release_ms=200.0, rms_ms=20.0
        )
        self._limiter = Limiter(ceiling_dbtp=plan.ceiling_dbtp - 0.2)
        self._bus_db = 0.0
        self._voice_over_db: float | None = None
        self._heard: list[float] = []

    def block(self, tracks: Mapping[str, F32]) -> F32:
        """The next block, float32 (n, 2), of equally long track blocks (n,) or (n, 2). KeyError for a stranger."""
        n = max((len(x) for x in tracks.values()), default=0)
        voice, band = np.zeros((n, 2), dtype=np.float32), np.zeros((n, 2), dtype=np.float32)
        send = np.zeros(n, dtype=np.float32)
        flat = np.ones(n // 64 + 2, dtype=np.float32)
        for name, samples in tracks.items():
            channel = self._channels[name]
            done = channel.process(samples)
            if done is None:
                continue
            lead = channel.settings.stem is StemName.VOCALS
            pan = pan_gains(channel.settings.pan, stereo=done.shape[1] == 2)
            add_gained(done, flat, 0, *pan, voice if lead else band)
            if channel.settings.reverb_db > -80:
                gain = np.float32(10 ** (channel.settings.reverb_db / 20) / done.shape[1])
                for side in range(done.shape[1]):
                    send += done[:, side] * gain
        self._settle(voice, band)
        out = voice + band
        self._send_filter.process(send[:, None])
        self._room.add(send, out)
        self._glue.process(out)
        return self._limiter.process(self._to_level(out))

    def _settle(self, voice: F32, band: F32) -> None:
        """Turn the band so that a singing voice stands over it."""
        if self._voice_over_db is None:
            self._voice_over_db = -3.0
        before = self._voice_over_db
        loud_voice, loud_band = integrated_lufs(hop_energies(voice)), integrated_lufs(hop_energies(band))
        if loud_voice > -45 and loud_band > SILENCE_LUFS:
            want = float(np.clip(loud_voice - loud_band - self._plan.vocal_over_band_lu, -15, 3))
            reach = 1.0 * len(band) / SAMPLE_RATE_HZ
            self._voice_over_db = before + float(np.clip(want - before, -reach, reach))
        band *= _ramp(before, self._voice_over_db, len(band))[:, None]

    def _to_level(self, out: F32) -> F32:
        """Slow gain towards the target loudness: 8 dB down, 12 dB up at most."""
        self._heard = [*self._heard, *hop_energies(out).tolist()][-300:]
        level = integrated_lufs(np.array(self._heard)) if self._heard else SILENCE_LUFS
        before = self._bus_db
        if level > -50:
            want = float(np.clip(self._plan.target_lufs - 1 - level, -8, 12))
            reach = (6.0 if before == 0 else 1.0) * len(out) / SAMPLE_RATE_HZ
            self._bus_db = before + float(np.clip(want - before, -reach, reach))
        return out * _ramp(before, self._bus_db, len(out))[:, None]
