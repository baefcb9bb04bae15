"""Measure the loudness of every instrument and write the gain table.

Run ``python -m songwright.engines.native.play.measure SOUNDFONT.sf2 OUTPUT.json``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from songwright.domain.audio import SAMPLE_RATE_HZ
from songwright.domain.score import Instrument

from .drumkits import KITS
from .gains import PASSAGE_S, gain_db, loudness_lufs, needed_db, passage
from .patches import PATCHES
from .player import Player, render_part

GM_KITS = (0, 8, 16, 24, 25, 32, 40, 48)


def instruments() -> list[Instrument]:
    """Everything the table has an entry for."""
    return [
        *(Instrument(engine="gm", program=program) for program in range(128)),
        *(Instrument(engine="gmdrums", program=kit) for kit in GM_KITS),
        *(Instrument(engine="synth", patch=patch) for patch in PATCHES),
        *(Instrument(engine="synthdrums", patch=kit) for kit in KITS),
    ]


def measured_gain_db(player: Player, instrument: Instrument) -> float:
    """The gain that brings ``instrument`` to TARGET_LUFS."""
    samples = render_part(player, passage(instrument), round(PASSAGE_S * SAMPLE_RATE_HZ))
    return needed_db(loudness_lufs(samples) - gain_db(instrument))


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
