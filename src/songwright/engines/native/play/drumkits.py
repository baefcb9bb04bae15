"""The synthesised drum kits: GM key -> layers of tone, noise and metal."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .drumkernels import BAND, HIGH, LOW, Metal, Noise, Tone


@dataclass(frozen=True, slots=True)
class DrumSound:
    """One drum. ``choke``: sounds of a group cut each other off."""

    tones: tuple[Tone, ...] = ()
    noises: tuple[Noise, ...] = ()
    metals: tuple[Metal, ...] = ()
    level_db: float = 0.0
    pan: float = 0.0
    drive: float = 0.0
    choke: str = ""


@dataclass(frozen=True, slots=True)
class Kit:
    """A set of drums and the machine they come out of."""

    sounds: dict[int, DrumSound]
    lowpass_hz: float = 0.0  # 0 = none
    bits: int = 0  # of an old sampler; 0 = none
    hold: int = 1  # frames per sampler frame


def _kick(
    hz: float, from_hz: float, fall_s: float, decay_s: float, *, click: float, drive: float, hold_s: float = 0.0
) -> DrumSound:
    return DrumSound(
        tones=(Tone(hz=hz, from_hz=from_hz, fall_s=fall_s, decay_s=decay_s, hold_s=hold_s, drive=drive),),
        noises=(
            Noise(hz=3200, mode=BAND, q=0.7, decay_s=0.004, level=click, width=0.0),
            Noise(hz=900, mode=LOW, decay_s=0.012, level=click * 0.6, width=0.0),
        ),
    )


def _snare(
    hz: float, tone_s: float, noise_hz: float, noise_s: float, *, body: float, snap: float, drive: float = 0.1
) -> DrumSound:
    return DrumSound(
        tones=(
            Tone(hz=hz, from_hz=hz * 1.9, fall_s=0.008, decay_s=tone_s, level=0.75 * body),
            Tone(hz=hz * 1.78, from_hz=hz * 2.6, fall_s=0.006, decay_s=tone_s * 0.6, level=0.4 * body),
        ),
        noises=(
            Noise(hz=noise_hz, mode=HIGH, q=0.7, decay_s=noise_s, level=0.62 * snap, hold_s=0.006),
            Noise(hz=4800, mode=BAND, q=0.9, decay_s=0.012, level=0.8 * snap, width=0.1),
        ),
        level_db=-2.0,
        drive=drive,
    )


def _clap(hz: float, decay_s: float, bursts: int = 4) -> DrumSound:
    return DrumSound(
        noises=(
            Noise(hz=hz, mode=BAND, q=1.6, decay_s=decay_s, level=1.6, bursts=bursts, low_hz=500, width=0.6),
            Noise(
                hz=hz * 2.6, mode=BAND, q=0.9, decay_s=decay_s * 0.6, level=0.5, bursts=bursts, low_hz=900, width=0.9
            ),
        ),
        level_db=2.0,
        pan=-0.05,
    )


def _hats(
    hz: float, high_hz: float, closed_s: float, open_s: float, *, air: float = 0.35, level_db: float = -9.0
) -> dict[int, DrumSound]:
    def one(decay_s: float, extra_db: float, dull: float = 1.0) -> DrumSound:
        return DrumSound(
            metals=(Metal(hz=hz, band_hz=9500 * dull, q=0.8, high_hz=high_hz, decay_s=decay_s, level=1.6),),
            noises=(Noise(hz=8200 * dull, mode=HIGH, decay_s=decay_s * 0.8, level=air, width=0.6),),
            level_db=level_db + extra_db,
            pan=0.22,
            choke="hat",
        )

    return {42: one(closed_s, 0.0), 44: one(closed_s * 0.75, -3.0, 0.8), 46: one(open_s, -1.0)}


def _toms(scale: float, decay_s: float, *, fall: float = 1.6, air: float = 0.12) -> dict[int, DrumSound]:
    keys = ((41, 78, 0.45), (43, 92, 0.35), (45, 112, 0.15), (47, 134, 0.0), (48, 160, -0.2), (50, 192, -0.35))
    return {
        key: DrumSound(
            tones=(
                Tone(hz=hz * scale, from_hz=hz * scale * fall, fall_s=0.035, decay_s=decay_s, level=0.9, drive=0.1),
                Tone(hz=hz * scale * 1.59, decay_s=decay_s * 0.35, level=0.22),
            ),
            noises=(Noise(hz=2600, mode=BAND, q=0.6, decay_s=0.03, level=air, width=0.3),),
            level_db=-2.0,
            pan=pan,
        )
        for key, hz, pan in keys
    }


def _drumhead(hz: float, decay_s: float, *, slap: float, level_db: float = -6.0, pan: float = 0.0) -> DrumSound:
    return DrumSound(
        tones=(
            Tone(hz=hz, from_hz=hz * 1.25, fall_s=0.012, decay_s=decay_s),
            Tone(hz=hz * 1.62, decay_s=decay_s * 0.3, level=0.3),
        ),
        noises=(Noise(hz=3500, mode=BAND, q=0.7, decay_s=0.008 + 0.012 * slap, level=0.25 + 0.8 * slap, width=0.2),),
        level_db=level_db,
        pan=pan,
    )


def _wood(hz: float, decay_s: float, *, level_db: float = -8.0, pan: float = 0.0) -> DrumSound:
    return DrumSound(
        tones=(Tone(hz=hz, decay_s=decay_s), Tone(hz=hz * 2.42, decay_s=decay_s * 0.5, level=0.35)),
        noises=(Noise(hz=hz * 1.5, mode=BAND, q=2.0, decay_s=0.003, level=0.6, width=0.1),),
        level_db=level_db,
        pan=pan,
    )


def _bell(hz: float, decay_s: float, *, spread: float = 1.0, level_db: float = -12.0, pan: float = 0.0) -> DrumSound:
    return DrumSound(
        tones=(
            Tone(hz=hz, decay_s=decay_s, level=0.5, triangle=0.5),
            Tone(hz=hz * 1.482, decay_s=decay_s * 0.8, level=0.5, triangle=0.5),
            Tone(hz=hz * (2.1 + 0.9 * spread), decay_s=decay_s * 0.4, level=0.2),
        ),
        noises=(Noise(hz=6000, mode=BAND, decay_s=0.003, level=0.4, width=0.1),),
        level_db=level_db,
        pan=pan,
    )


def _shake(hz: float, attack_s: float, decay_s: float, *, level_db: float = -12.0, pan: float = -0.3) -> DrumSound:
    return DrumSound(
        noises=(Noise(hz=hz, mode=BAND, q=0.9, decay_s=decay_s, attack_s=attack_s, level=1.5, low_hz=2500, width=0.5),),
        level_db=level_db,
        pan=pan,
    )


def _cymbal(hz: float, decay_s: float, *, level_db: float, pan: float, wash: float = 0.5) -> DrumSound:
    return DrumSound(
        metals=(
            Metal(hz=hz, band_hz=7200, q=0.5, high_hz=2600, decay_s=decay_s * 0.7, level=1.2, spread=1.35, width=0.8),
            Metal(hz=hz * 1.83, band_hz=4200, q=0.6, high_hz=1800, decay_s=decay_s * 0.35, level=0.5, width=0.8),
        ),
        noises=(
            Noise(hz=5200, mode=HIGH, decay_s=decay_s, level=0.5 * wash, attack_s=0.002, width=1.0),
            Noise(hz=8000, mode=BAND, q=0.5, decay_s=0.05, level=0.6 * wash, width=0.7),
        ),
        level_db=level_db,
        pan=pan,
    )


SLEIGH_BELLS = DrumSound(
    metals=(
        Metal(hz=3150, band_hz=7600, q=0.6, high_hz=2600, decay_s=0.055, level=2.0, sines=1.0, spread=0.9, jingles=7,
              jingle_s=0.02, width=0.9),
        Metal(hz=4420, band_hz=9800, q=0.6, high_hz=3500, decay_s=0.04, level=1.6, sines=1.0, spread=0.7, jingles=6,
              jingle_s=0.024, width=0.9),
    ),
    noises=(Noise(hz=9000, mode=HIGH, decay_s=0.05, level=0.12, width=0.9),),
    level_db=-14.0,
    pan=0.15,
)  # fmt: skip


def _percussion() -> dict[int, DrumSound]:
    """What every kit shares."""
    ride = DrumSound(
        metals=(
            Metal(hz=420, band_hz=5600, q=0.7, high_hz=3000, decay_s=0.42, level=0.9, spread=1.2, width=0.6),
            Metal(
                hz=2900, band_hz=5200, q=1.0, high_hz=2500, decay_s=0.12, level=0.8, sines=1.0, spread=0.4, width=0.2
            ),
        ),
        noises=(Noise(hz=7000, mode=HIGH, decay_s=0.25, level=0.08, width=0.8),),
        level_db=-11.0,
        pan=-0.3,
    )
    tambourine = DrumSound(
        metals=(Metal(hz=2850, band_hz=8200, q=0.7, high_hz=4500, decay_s=0.05, level=1.5, jingles=3, jingle_s=0.014),),
        noises=(Noise(hz=7500, mode=HIGH, decay_s=0.05, level=0.25, width=0.5),),
        level_db=-10.0,
        pan=0.25,
    )
    triangle = DrumSound(
        metals=(
            Metal(
                hz=2450, band_hz=6000, q=0.4, high_hz=1800, decay_s=0.5, level=1.6, sines=1.0, spread=1.15, width=0.3
            ),
        ),
        level_db=-12.0,
        pan=0.35,
    )
    guiro = DrumSound(
        noises=(
            Noise(hz=3200, mode=BAND, q=2.2, decay_s=0.03, level=1.6, bursts=9, burst_s=0.014, low_hz=900, width=0.2),
        ),
        level_db=-10.0,
        pan=0.3,
    )
    whistle = DrumSound(
        tones=(Tone(hz=2350, decay_s=0.05, hold_s=0.12, attack_s=0.01, level=0.4),),
        noises=(Noise(hz=2400, mode=BAND, q=4, decay_s=0.05, hold_s=0.12, attack_s=0.01, level=0.5),),
        level_db=-12.0,
    )
    cymbals = {
        49: _cymbal(318, 0.75, level_db=-7.0, pan=-0.35),
        57: _cymbal(287, 0.85, level_db=-7.0, pan=0.4),
        55: _cymbal(410, 0.28, level_db=-8.0, pan=0.2),
        52: _cymbal(246, 0.45, level_db=-7.0, pan=0.45, wash=0.7),
        51: ride,
        59: replace(ride, pan=0.3),
        53: _bell(1180, 0.35, level_db=-13.0, pan=-0.3),
    }
    hand = {
        54: tambourine,
        56: _bell(540, 0.09, level_db=-9.0, pan=0.15),
        60: _drumhead(395, 0.05, slap=0.5, pan=-0.25),
        61: _drumhead(292, 0.07, slap=0.4, pan=-0.2),
        62: _drumhead(330, 0.03, slap=0.9, pan=0.25),
        63: _drumhead(298, 0.13, slap=0.3, pan=0.25),
        64: _drumhead(206, 0.17, slap=0.25, pan=0.2),
        65: _drumhead(520, 0.12, slap=0.8, pan=-0.3),
        66: _drumhead(372, 0.14, slap=0.8, pan=-0.3),
        67: _bell(920, 0.12, level_db=-13.0, pan=0.3),
        68: _bell(690, 0.13, level_db=-13.0, pan=0.3),
        69: _shake(7200, 0.006, 0.022, level_db=-12.0, pan=0.3),
        70: _shake(6800, 0.004, 0.018, level_db=-12.0, pan=0.3),
        71: whistle,
        72: replace(whistle, level_db=-11.0),
        73: replace(guiro, noises=(replace(guiro.noises[0], bursts=5),)),
        74: replace(guiro, noises=(replace(guiro.noises[0], bursts=16, burst_s=0.017),)),
        75: _wood(2480, 0.03, pan=-0.15),
        76: _wood(1020, 0.028, pan=0.25),
        77: _wood(760, 0.032, pan=0.25),
        78: _drumhead(620, 0.06, slap=0.1, level_db=-9.0, pan=0.2),
        79: _drumhead(410, 0.12, slap=0.1, level_db=-9.0, pan=0.2),
        80: replace(triangle, metals=(replace(triangle.metals[0], decay_s=0.05),)),
        81: triangle,
        82: _shake(5600, 0.014, 0.032),
        83: SLEIGH_BELLS,
        84: replace(SLEIGH_BELLS, metals=(replace(SLEIGH_BELLS.metals[0], jingles=16, jingle_s=0.05, decay_s=0.3),)),
        85: _wood(1850, 0.014, pan=0.3),
        86: _drumhead(96, 0.07, slap=0.3, level_db=-3.0),
        87: _drumhead(72, 0.3, slap=0.2, level_db=-3.0),
    }
    return cymbals | hand


def _kit(
    kick: DrumSound, snare: DrumSound, clap: DrumSound, hats: dict[int, DrumSound], toms: dict[int, DrumSound],
    rim: DrumSound, **machine: float,
) -> Kit:  # fmt: skip
    sounds = _percussion() | hats | toms
    deeper = replace(kick, tones=tuple(replace(t, hz=t.hz * 0.94) for t in kick.tones))
    softer = replace(snare, tones=tuple(replace(t, hz=t.hz * 1.06) for t in snare.tones))
    sounds |= {35: deeper, 36: kick, 37: rim, 38: snare, 39: clap, 40: softer}
    return Kit(
        sounds=sounds,
        lowpass_hz=float(machine.get("lowpass_hz", 0.0)),
        bits=int(machine.get("bits", 0)),
        hold=int(machine.get("hold", 1)),
    )


_RIM = _wood(1720, 0.012, level_db=-5.0, pan=0.1)
_RIM_808 = _wood(1660, 0.007, level_db=-5.0, pan=0.1)


def _chip_kit() -> Kit:
    """The noise and the falling triangle of an old console."""

    def burst(hz: float, decay_s: float, level_db: float, hold_s: float = 0.0) -> DrumSound:
        layer = Noise(hz=hz, mode=HIGH, q=0.7, decay_s=decay_s, hold_s=hold_s, width=0.0)
        return DrumSound(noises=(layer,), level_db=level_db, choke="noise")

    def fall(hz: float, from_hz: float, fall_s: float, decay_s: float) -> DrumSound:
        tone = Tone(hz=hz, from_hz=from_hz, fall_s=fall_s, decay_s=decay_s, triangle=1.0, hold_s=0.02)
        return DrumSound(tones=(tone,), level_db=-1.0)

    hats = {42: burst(8500, 0.009, -9.0), 44: burst(9000, 0.006, -12.0), 46: burst(7000, 0.035, -9.0)}
    toms = {key: fall(hz, hz * 2.6, 0.06, 0.05) for key, hz in ((41, 80), (43, 95), (45, 115), (47, 140), (50, 190))}
    snare, clap = burst(1400, 0.03, -4.0, 0.03), burst(2600, 0.03, -5.0, 0.02)
    return _kit(fall(52, 420, 0.028, 0.035), snare, clap, hats, toms, burst(5200, 0.008, -7.0), bits=7, hold=2)


KITS: dict[str, Kit] = {
    "house": _kit(
        _kick(49, 265, 0.018, 0.17, click=0.35, drive=0.35, hold_s=0.05),
        _snare(196, 0.07, 1900, 0.095, body=0.75, snap=1.0),
        _clap(1250, 0.11), _hats(540, 7400, 0.026, 0.2, air=0.5), _toms(1.05, 0.16), _RIM,
    ),
    "808": _kit(
        _kick(46, 120, 0.022, 0.42, click=0.14, drive=0.1, hold_s=0.03),
        _snare(178, 0.085, 1500, 0.075, body=1.0, snap=0.75),
        _clap(1050, 0.12), _hats(540, 7200, 0.028, 0.24, air=0.06, level_db=-4),
        _toms(0.98, 0.24, fall=1.25, air=0.04), _RIM_808,
    ),
    "909": _kit(
        _kick(51, 330, 0.016, 0.2, click=0.6, drive=0.3, hold_s=0.03),
        _snare(208, 0.065, 1700, 0.12, body=0.8, snap=1.15),
        _clap(1300, 0.1), _hats(610, 6800, 0.032, 0.26, air=0.6), _toms(1.1, 0.22, fall=1.9), _RIM,
    ),
    "lofi": _kit(
        _kick(58, 170, 0.02, 0.13, click=0.2, drive=0.3),
        _snare(188, 0.06, 1300, 0.085, body=0.95, snap=0.7),
        _clap(1050, 0.09, 3), _hats(500, 5600, 0.02, 0.13, air=0.5, level_db=-5), _toms(1.0, 0.15), _RIM,
        lowpass_hz=7200, bits=12, hold=2,
    ),
    "boombap": _kit(
        _kick(62, 215, 0.017, 0.12, click=0.55, drive=0.5, hold_s=0.012),
        _snare(206, 0.075, 1500, 0.1, body=1.1, snap=1.1, drive=0.4),
        _clap(1150, 0.09), _hats(520, 5800, 0.024, 0.16, air=0.6, level_db=-5), _toms(1.0, 0.17), _RIM,
        lowpass_hz=10500, bits=12, hold=2,
    ),
    "synthwave": _kit(
        _kick(54, 210, 0.022, 0.16, click=0.6, drive=0.4, hold_s=0.02),
        _snare(184, 0.12, 1100, 0.26, body=1.1, snap=1.0, drive=0.2),
        _clap(1150, 0.2), _hats(480, 6500, 0.028, 0.2, air=0.45), _toms(0.92, 0.34, fall=2.1, air=0.3), _RIM,
    ),
    "trap": _kit(
        _kick(52, 290, 0.014, 0.16, click=0.5, drive=0.5, hold_s=0.02),
        _snare(224, 0.06, 2200, 0.09, body=0.7, snap=1.25, drive=0.2),
        _clap(1400, 0.1), _hats(640, 8200, 0.016, 0.18, air=0.35), _toms(0.9, 0.26, fall=1.4), _RIM_808,
    ),
    "breaks": _kit(
        _kick(60, 240, 0.015, 0.1, click=0.6, drive=0.4),
        _snare(236, 0.055, 2100, 0.11, body=1.05, snap=1.2, drive=0.3),
        _clap(1350, 0.09), _hats(560, 6400, 0.03, 0.17, air=0.55, level_db=-7), _toms(1.25, 0.14), _RIM,
        lowpass_hz=14000,
    ),
    "dubstep": _kit(
        _kick(49, 310, 0.016, 0.2, click=0.7, drive=0.5, hold_s=0.02),
        _snare(198, 0.12, 1500, 0.2, body=1.35, snap=1.2, drive=0.45),
        _clap(1200, 0.14), _hats(620, 7200, 0.024, 0.2, air=0.5), _toms(0.85, 0.26), _RIM,
    ),
    "chip": _chip_kit(),
}  # fmt: skip
"""Kit id -> drums."""
