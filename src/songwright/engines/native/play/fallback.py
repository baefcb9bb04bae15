"""Without a soundfont: which of our own instruments stands in for a General MIDI program or kit."""

from __future__ import annotations

from songwright.domain.score import Instrument

_RUNS: tuple[tuple[int, str], ...] = (  # first program, patch up to the next entry
    (0, "ep_fm"), (6, "guitar_pluck"), (8, "lead_bell"), (12, "pluck"), (14, "lead_bell"), (15, "guitar_pluck"),
    (16, "organ"), (24, "guitar_pluck"), (29, "lead_saw"), (31, "guitar_pluck"), (32, "bass_pluck"), (33, "bass_saw"),
    (35, "bass_sub"), (36, "bass_fm"), (38, "bass_saw"), (40, "pad_string"), (45, "pluck"), (46, "guitar_pluck"),
    (47, "bass_pluck"), (48, "pad_string"), (52, "vox_chop"), (55, "stab"), (56, "brass_saw"), (64, "lead_square"),
    (71, "lead_square"), (72, "chip_triangle"), (80, "lead_square"), (81, "lead_saw"), (82, "chip_triangle"),
    (83, "lead_saw"), (85, "vox_chop"), (87, "bass_saw"), (88, "pad_air"), (89, "pad_warm"), (91, "vox_chop"),
    (92, "pad_air"), (94, "pad_warm"), (96, "pad_air"), (98, "lead_bell"), (99, "pad_air"), (101, "pad_warm"),
    (104, "guitar_pluck"), (108, "pluck"), (109, "lead_square"), (110, "pad_string"), (111, "lead_square"),
    (112, "lead_bell"), (113, "pluck"), (116, "bass_808"), (119, "reverse_cymbal"), (120, "noise_sweep_down"),
    (123, "noise_sweep_up"), (127, "impact"),
)  # fmt: skip
_KITS = {0: "boombap", 8: "boombap", 16: "synthwave", 24: "909", 25: "808", 32: "lofi", 40: "lofi", 48: "boombap"}


def stand_in(instrument: Instrument) -> Instrument:
    """The synth instrument for a GM one; a synth instrument is returned as it is."""
    if instrument.engine == "gm":
        patch = next(patch for first, patch in reversed(_RUNS) if first <= instrument.program)
        return Instrument(engine="synth", patch=patch)
    if instrument.engine == "gmdrums":
        kit = next(_KITS[first] for first in sorted(_KITS, reverse=True) if first <= max(0, instrument.program))
        return Instrument(engine="synthdrums", patch=kit)
    return instrument
