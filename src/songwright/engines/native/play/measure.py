"""Measure the loudness of every instrument and write the gain table.

Run ``python -m songwright.engines.native.play.measure SOUNDFONT.sf2 OUTPUT.json``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pyloudnorm

from songwright.domain.audio import F32, SAMPLE_RATE_HZ
from songwright.domain.score import Instrument

from .drumkits import KITS
from .gains import LIMIT_DB, PASSAGE_S, TARGET_LUFS, gain_db, passage
from .patches import PATCHES
from .player import Player, render_part

GM_KITS = (0, 8, 16, 24, 25, 32, 40, 48)


def loudness_lufs(samples: F32) -> float:
    """Integrated loudness of (n, 2) samples; -inf for silence."""
    if not np.any(samples):
        return float("-inf")
    return float(pyloudnorm.Meter(SAMPLE_RATE_HZ).integrated_loudness(samples.astype(np.float64)))


def instruments() -> list[Instrument]:
    """Everything the table has an entry for."""
    return [
        *(Instrument(engine="gm", program=program) for program in range(128)),
        *(Instrument(engine="gmdrums", program=kit) for kit in GM_KITS),
        *(Instrument(engine="synth", patch=patch) for patch in PATCHES),
        *(Instrument(engine="synthdrums", patch=kit) for kit in KITS),
    ]


def measured_gain_db(player: Player, instrument: Instrument) -> float:
    """The gain that brings ``instrument`` to TARGET_LUFS, at most +-LIMIT_DB."""
    samples = render_part(player, passage(instrument), round(PASSAGE_S * SAMPLE_RATE_HZ))
    found = loudness_lufs(samples) - gain_db(instrument)
    if not np.isfinite(found):
        return 0.0
    return float(np.clip(round(TARGET_LUFS - found, 2), -LIMIT_DB, LIMIT_DB))


def main(soundfont: Path, output: Path) -> None:
    """Write the whole table."""
    player = Player(soundfont)
    player.load()
    table: dict[str, dict[str, float]] = {}
    for instrument in instruments():
        name = instrument.patch or str(instrument.program)
        table.setdefault(instrument.engine, {})[name] = measured_gain_db(player, instrument)
    output.write_text(json.dumps(table, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
