"""Every instrument at velocity 90 is equally loud: the table is complete, and true."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pyloudnorm
import pytest

from songwright.domain.score import Instrument
from songwright.engines.native.play import Player, render_part
from songwright.engines.native.play.drumkits import KITS
from songwright.engines.native.play.gains import LIMIT_DB, PASSAGE_S, TARGET_LUFS, gain_db, passage
from songwright.engines.native.play.patches import PATCHES
from tests.unit.play_measures import RATE_HZ

ROOT = Path(__file__).parents[2]
PROGRAMS = (0, 4, 19, 25, 30, 33, 38, 48, 52, 56, 61, 66, 73, 81, 89, 105)


def _loudness(player, instrument):
    samples = render_part(player, passage(instrument), round(PASSAGE_S * RATE_HZ))
    return pyloudnorm.Meter(RATE_HZ).integrated_loudness(samples.astype(np.float64))


def test_the_table_is_complete():
    everything = [Instrument(engine="gm", program=p) for p in range(128)]
    everything += [Instrument(engine="gmdrums", program=k) for k in (0, 8, 16, 24, 25, 32, 40, 48)]
    everything += [Instrument(engine="synth", patch=p) for p in PATCHES]
    everything += [Instrument(engine="synthdrums", patch=k) for k in KITS]
    gains = [gain_db(instrument) for instrument in everything]
    assert all(gain != 0.0 and abs(gain) < LIMIT_DB for gain in gains)


@pytest.mark.audio
@pytest.mark.parametrize("patch", list(PATCHES))
def test_patches_are_equally_loud(patch):
    assert _loudness(Player(None), Instrument(engine="synth", patch=patch)) == pytest.approx(TARGET_LUFS, abs=1.0)


@pytest.mark.audio
@pytest.mark.parametrize("kit", list(KITS))
def test_kits_are_equally_loud(kit):
    assert _loudness(Player(None), Instrument(engine="synthdrums", patch=kit)) == pytest.approx(TARGET_LUFS, abs=1.0)


@pytest.mark.audio
def test_programs_of_the_font_are_equally_loud():
    font = Path(os.environ.get("SONGWRIGHT_DATA_DIR") or ROOT / "data") / "soundfont" / "MuseScore_General_Lite.sf2"
    assert font.is_file(), "the sampled instruments are not here: run `make setup`"
    player = Player(font)
    found = {program: _loudness(player, Instrument(engine="gm", program=program)) for program in PROGRAMS}
    found |= {1000 + kit: _loudness(player, Instrument(engine="gmdrums", program=kit)) for kit in (0, 24, 40)}
    assert all(value == pytest.approx(TARGET_LUFS, abs=1.0) for value in found.values()), found
