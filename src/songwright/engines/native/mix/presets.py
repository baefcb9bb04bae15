"""Where a channel strip starts: equalisers and compressors by stem and role.

Levels assume a track brought to :data:`INPUT_LUFS`. Numbers are starting points of mixing practice; the balance is
measured afterwards.
"""

from __future__ import annotations

from songwright.domain.plan import MixPlan
from songwright.domain.score import MixHint, StemName

from .settings import Band, Compression, Space, StripSettings

INPUT_LUFS = -20.0
VOCAL_STEMS = (StemName.VOCALS, StemName.BACKING_VOCALS)
RHYTHM_STEMS = (StemName.DRUMS, StemName.BASS, StemName.PERCUSSION)
_PLATE_STEMS = (StemName.BACKING_VOCALS, StemName.STRINGS, StemName.WOODWINDS, StemName.FX, StemName.SYNTH)
DEFAULT_HINT_ECHO_DB = -19.0


def _hp(freq_hz: float) -> Band:
    return Band(kind="highpass", freq_hz=freq_hz)


def _lp(freq_hz: float) -> Band:
    return Band(kind="lowpass", freq_hz=freq_hz)


def _bell(freq_hz: float, gain_db: float, q: float = 1.0) -> Band:
    return Band(kind="bell", freq_hz=freq_hz, gain_db=gain_db, q=q)


def _high(freq_hz: float, gain_db: float) -> Band:
    return Band(kind="highshelf", freq_hz=freq_hz, gain_db=gain_db)


_EQ: dict[StemName, tuple[Band, ...]] = {
    StemName.VOCALS: (_hp(95), _bell(280, -2.5, 1.0), _bell(3300, 2.5, 0.8), _high(9500, 3.0)),
    StemName.BACKING_VOCALS: (_hp(180), _bell(300, -3.0), _bell(3000, -2.0, 0.8), _high(11500, 2.0)),
    StemName.DRUMS: (_hp(28), _bell(380, -2.5, 1.2), _bell(4500, 1.0), _high(11000, 1.0)),
    StemName.PERCUSSION: (_hp(160), _bell(450, -2.0), _high(10000, 1.0)),
    StemName.BASS: (_hp(30), _bell(240, -2.5), _bell(850, 1.5), _lp(6500)),
    StemName.GUITAR: (_hp(95), _bell(320, -2.0), _bell(2600, -1.0), _high(9000, 1.0)),
    StemName.KEYBOARD: (_hp(80), _bell(300, -3.0), _bell(2600, -1.5, 0.8), _high(7000, 1.0)),
    StemName.STRINGS: (_hp(150), _bell(320, -2.5), _bell(2800, -2.0, 0.8), _high(9000, 1.5)),
    StemName.SYNTH: (_hp(120), _bell(320, -2.0), _bell(2800, -1.5, 0.8)),
    StemName.FX: (_hp(90), _bell(2800, -1.5, 0.7)),
    StemName.BRASS: (_hp(110), _bell(350, -2.0), _bell(1500, 1.0), _bell(4000, -1.5)),
    StemName.WOODWINDS: (_hp(150), _bell(350, -1.5), _bell(3000, -1.0)),
}
_PAD_EQ = (_hp(170), _bell(320, -3.0), _bell(2800, -2.5, 0.7), _lp(15000))
_LEAD_EQ = (_hp(140), _bell(350, -1.5), _bell(1200, 1.0))

_VOICE_1 = Compression(threshold_db=-12.0, ratio=4.0, attack_ms=3.0, release_ms=70.0)
_VOICE_2 = Compression(threshold_db=-25.0, ratio=2.6, attack_ms=15.0, release_ms=180.0, rms_ms=15.0)
_GLUE: dict[StemName, Compression] = {
    StemName.BACKING_VOCALS: Compression(threshold_db=-24.0, ratio=3.5, attack_ms=5.0, release_ms=100.0, rms_ms=8.0),
    StemName.DRUMS: Compression(threshold_db=-10.0, ratio=2.5, attack_ms=18.0, release_ms=110.0),
    StemName.PERCUSSION: Compression(threshold_db=-10.0, ratio=2.5, attack_ms=12.0, release_ms=100.0),
    StemName.BASS: Compression(threshold_db=-23.0, ratio=4.0, attack_ms=20.0, release_ms=150.0, rms_ms=10.0),
    StemName.GUITAR: Compression(threshold_db=-20.0, ratio=2.5, attack_ms=15.0, release_ms=120.0, rms_ms=10.0),
    StemName.KEYBOARD: Compression(threshold_db=-20.0, ratio=2.2, attack_ms=20.0, release_ms=200.0, rms_ms=10.0),
}
_LEAD_GLUE = Compression(threshold_db=-21.0, ratio=2.5, attack_ms=12.0, release_ms=140.0, rms_ms=10.0)


def start_strip(name: str, stem: StemName, role: str, hint: MixHint, plan: MixPlan) -> StripSettings:
    """The strip of a track before anything is measured."""
    lead = stem is StemName.VOCALS
    bands = _with_highpass(_equaliser(stem, role), hint.highpass_hz)
    if 0 < hint.lowpass_hz < 20000:
        bands.append(_lp(max(hint.lowpass_hz, 200.0)))
    drive = max(hint.drive, 0.12 if lead else 0.0)
    bass = stem is StemName.BASS
    return StripSettings(
        name=name,
        stem=stem,
        role=role,
        bands=tuple(bands),
        deess_hz=7200.0 if stem in VOCAL_STEMS else 0.0,
        compressors=_compressors(stem, role),
        drive=min(1.0, drive),
        chorus=min(1.0, max(0.0, hint.chorus)),
        width=0.0 if bass or lead else min(1.0, max(0.0, hint.width)),
        pan=0.0 if bass or (lead and role == "lead") else min(1.0, max(-1.0, hint.pan)),
        reverb_db=-120.0 if bass else min(hint.reverb_db, -6.0),
        echo_db=min(hint.delay_db, -8.0),
        pump_db=_pump(stem, hint, plan),
        pump_release_ms=90.0 if bass and hint.duck == 0 else 180.0,
        rides=lead,
    )


def _with_highpass(bands: tuple[Band, ...], freq_hz: float) -> list[Band]:
    """``bands`` and a track's own high-pass; where the track reaches lower than its stem's usual one, instead of it."""
    if freq_hz <= 0:
        return list(bands)
    kept = [b for b in bands if b.kind != "highpass" or b.freq_hz <= freq_hz]
    return [*kept, _hp(min(freq_hz, 2000.0))]


def _equaliser(stem: StemName, role: str) -> tuple[Band, ...]:
    if role == "pad" and stem not in VOCAL_STEMS:
        return _PAD_EQ
    if role == "lead_inst" and stem is StemName.SYNTH:
        return _LEAD_EQ
    return _EQ[stem]


def _compressors(stem: StemName, role: str) -> tuple[Compression, ...]:
    if stem is StemName.VOCALS:
        return (_VOICE_1, _VOICE_2)
    if role == "lead_inst":
        return (_LEAD_GLUE,)
    if role in ("pad", "fx") and stem not in VOCAL_STEMS:
        return ()
    return (_GLUE[stem],) if stem in _GLUE else ()


def _pump(stem: StemName, hint: MixHint, plan: MixPlan) -> float:
    asked = max(0.0, min(1.0, hint.duck)) * plan.pump_db
    return max(asked, 2.0) if stem is StemName.BASS else asked


def space_of(stem: StemName, plan: MixPlan) -> Space:
    """The reverb a stem stands in: plate for voices and far sounds, room for the band."""
    if stem is StemName.VOCALS:
        return Space(stem=stem, kind="plate", rt60_s=plan.plate_rt60_s, predelay_s=plan.predelay_s, bright_hz=5500.0)
    if stem in _PLATE_STEMS:
        return Space(stem=stem, kind="plate", rt60_s=plan.plate_rt60_s, predelay_s=0.02, bright_hz=4500.0)
    return Space(stem=stem, kind="room", rt60_s=plan.room_rt60_s, predelay_s=0.006, bright_hz=6000.0)
