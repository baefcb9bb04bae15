"""Loudness of every instrument, evened out: the measured table and the passage it is measured with.

Every instrument plays its own kind of passage at velocity 90 (:func:`passage`); the gains in ``gains.json`` bring its
integrated loudness (ITU-R BS.1770) to TARGET_LUFS. ``python -m songwright.engines.native.play.measure`` writes them.
"""

from __future__ import annotations

import functools
import json
from importlib import resources
from pathlib import Path

import numpy as np

from songwright.domain.audio import F32, SAMPLE_RATE_HZ
from songwright.domain.performance import PlayedNote, PlayedPart
from songwright.domain.score import Instrument, MixHint, StemName

TARGET_LUFS = -20.0
TABLE_FONT = "MuseScore_General"
PASSAGE_S = 8.5
LIMIT_DB = 40.0
_LOW = {*range(32, 40), 43, 47, 58}  # GM programs that play low single notes
_SINGLE = {
    9,
    10,
    11,
    13,
    14,
    22,
    40,
    41,
    42,
    56,
    57,
    59,
    60,
    *range(64, 88),
    104,
    105,
    106,
    107,
    109,
    110,
    111,
    112,
    114,
}
_STRUCK = {*range(113, 120), *range(120, 128)}  # sounds and effects


def passage(instrument: Instrument) -> PlayedPart:
    """Four bars in the middle of the instrument's range, velocity 90, PASSAGE_S long."""
    notes: list[PlayedNote] = []
    if instrument.engine in ("gmdrums", "synthdrums"):
        for eighth in range(16):
            keys = [42]
            keys += [36] if eighth % 4 == 0 else []
            keys += [38] if eighth % 4 == 2 else []
            notes += [_note(eighth * 0.5, 0.2, key) for key in keys]
        return _part(instrument, notes)
    for bar, (root, third, fifth) in enumerate(((60, 64, 67), (57, 60, 64), (53, 57, 60), (55, 59, 62))):
        kind = _kind(instrument)
        if kind == "low":
            notes += [_note(bar * 2.0 + half, 0.95, root - 24) for half in (0.0, 1.0)]
        elif kind == "single":
            notes += [_note(bar * 2.0, 0.95, root + 7), _note(bar * 2.0 + 1.0, 0.95, third + 7)]
        elif kind == "effect":
            notes.append(_note(bar * 2.0, 1.9, 60))
        else:
            notes += [_note(bar * 2.0, 1.9, pitch) for pitch in (root, third, fifth)]
    return _part(instrument, notes)


def _kind(instrument: Instrument) -> str:
    if instrument.engine == "gm":
        low, single, struck = (instrument.program in group for group in (_LOW, _SINGLE, _STRUCK))
        return "low" if low else "single" if single else "effect" if struck else "chords"
    if instrument.patch.startswith(("noise", "riser", "impact", "reverse")):
        return "effect"
    if instrument.patch.startswith("bass"):
        return "low"
    return "single" if instrument.patch.startswith(("lead", "arp", "chip", "vox")) else "chords"


def _note(start_s: float, duration_s: float, pitch: int) -> PlayedNote:
    return PlayedNote(start_s=start_s, duration_s=duration_s, pitch_midi=float(pitch), velocity=90)


def _part(instrument: Instrument, notes: list[PlayedNote]) -> PlayedPart:
    return PlayedPart(name="passage", stem=StemName.SYNTH, instrument=instrument, notes=tuple(notes), mix=MixHint())


@functools.cache
def _table() -> dict[str, dict[str, float]]:
    file = resources.files("songwright.engines.native.play").joinpath("gains.json")
    return json.loads(file.read_text("utf-8")) if file.is_file() else {}


def knows_font(soundfont: Path) -> bool:
    """Whether the table's figures hold for this soundfont: it was measured with the Lite one."""
    return soundfont.name.startswith(TABLE_FONT)


def loudness_lufs(samples: F32) -> float:
    """Integrated loudness of (n, 2) samples at 48 kHz; -inf for silence."""
    import pyloudnorm

    if not np.any(samples):
        return float("-inf")
    return float(pyloudnorm.Meter(SAMPLE_RATE_HZ).integrated_loudness(samples.astype(np.float64)))


def needed_db(loudness: float) -> float:
    """The gain from a passage's loudness to TARGET_LUFS, within +-LIMIT_DB; 0 for silence."""
    if not np.isfinite(loudness):
        return 0.0
    return float(np.clip(round(TARGET_LUFS - loudness, 2), -LIMIT_DB, LIMIT_DB))


def gain_db(instrument: Instrument) -> float:
    """What the table adds to an instrument; 0 for what it does not know."""
    name = instrument.patch if instrument.engine.startswith("synth") else str(instrument.program)
    return _table().get(instrument.engine, {}).get(name, 0.0)
