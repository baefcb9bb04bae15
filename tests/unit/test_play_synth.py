"""Our own instruments: in tune, in time, clean, and the same however blocks are cut and wherever they run."""

from __future__ import annotations

import hashlib
import subprocess
import sys

import numpy as np
import pytest

from songwright.engines.native.play import Player, render_part
from songwright.engines.native.play.fallback import stand_in
from songwright.engines.native.play.patches import PATCHES
from songwright.engines.native.play.sweeps import SweepSpec
from songwright.engines.native.play.synthpart import Phrase, render_phrase
from songwright.engines.native.play.voice import VoiceSpec
from tests.unit.play_measures import RATE_HZ, cents, midi_hz, note, onset_s, part, period_hz, rms_db

pytestmark = pytest.mark.audio

PITCHED = [name for name, spec in PATCHES.items() if not isinstance(spec, SweepSpec)]
PROMISED = {
    "bass_sub",
    "bass_saw",
    "bass_pluck",
    "bass_808",
    "bass_fm",
    "bass_drone",
    "lead_saw",
    "lead_square",
    "lead_supersaw",
    "lead_bell",
    "pad_warm",
    "pad_air",
    "pad_string",
    "pluck",
    "arp_saw",
    "stab",
    "ep_fm",
    "organ",
    "guitar_pluck",
    "vox_chop",
    "noise_sweep_up",
    "noise_sweep_down",
    "riser",
    "impact",
    "reverse_cymbal",
    "chip_square",
    "chip_triangle",
}


@pytest.fixture(scope="module")
def player():
    player = Player(None)
    player.load()
    return player


def test_every_promised_patch_exists():
    assert set(PATCHES) >= PROMISED


@pytest.mark.parametrize("patch", PITCHED)
def test_tuning(player, patch):
    for pitch in (31.0, 43.0) if patch.startswith("bass") else (48.0, 60.0, 76.5):
        sound = render_part(player, part("synth", patch, note(0.0, 1.4, pitch)), 2 * RATE_HZ)
        start = 19200 if PATCHES[patch].__class__.__name__ == "VoiceSpec" else 4800
        error = cents(period_hz(sound[start : start + 43200], midi_hz(pitch)), pitch)
        assert abs(error) < 5.0, (pitch, error)


@pytest.mark.parametrize("patch", list(PATCHES))
def test_clean(player, patch):
    low = 36.0 if patch.startswith("bass") else 60.0
    notes = (note(0.1, 0.4, low), note(0.5, 0.4, low + 7, 127), note(0.9, 0.01, low + 12, 20), note(1.0, 0.5, low + 3))
    sound = render_part(player, part("synth", patch, *notes), 5 * RATE_HZ)
    assert np.isfinite(sound).all()
    assert not np.any(sound[: int(0.1 * RATE_HZ) - 1])
    assert abs(sound.mean()) < 2e-3 * np.abs(sound).max()  # no offset
    assert rms_db(sound[-RATE_HZ // 10 :]) < -90  # it ends
    assert 0.02 < np.abs(sound).max() < 2.0


@pytest.mark.parametrize("patch", PITCHED)
def test_ends_without_a_click(player, patch):
    """The last samples of a note fade: the largest step near the end is far below the sound."""
    sound = render_part(player, part("synth", patch, note(0.0, 0.3, 45)), 3 * RATE_HZ)
    last = int(np.flatnonzero(np.abs(sound).max(axis=1) > 0)[-1])
    steps = np.abs(np.diff(sound[last - 90 : last + 2], axis=0)).max()
    assert steps < 1e-3 * np.abs(sound).max()


@pytest.mark.parametrize("patch", ["bass_808", "lead_saw", "lead_supersaw", "ep_fm", "guitar_pluck"])
def test_slides_arrive_and_glide(player, patch):
    base = 36.0 if patch.startswith("bass") else 60.0
    joined = (note(0.0, 0.5, base), note(0.5, 0.9, base + 7, slide=True))
    sound = render_part(player, part("synth", patch, *joined), 2 * RATE_HZ)
    arrived = sound[int(0.75 * RATE_HZ) : int(1.35 * RATE_HZ)]
    assert abs(cents(period_hz(arrived, midi_hz(base + 7)), base + 7)) < 6
    steps = np.abs(np.diff(sound[23000:26000], axis=0)).max()
    body = np.abs(np.diff(sound[9600:22000], axis=0)).max()
    assert steps < 3.0 * body  # no jump at the seam


def test_velocity_is_louder_and_brighter(player):
    def centroid(sound):
        power = np.abs(np.fft.rfft(sound.sum(axis=1))) ** 2
        return (power * np.arange(len(power))).sum() / power.sum()

    for patch in ("bass_saw", "lead_saw", "pluck", "ep_fm", "guitar_pluck", "stab"):
        soft, hard = (render_part(player, part("synth", patch, note(0.0, 0.5, 55, v)), RATE_HZ // 2) for v in (40, 120))
        assert rms_db(hard) > rms_db(soft) + 5
        assert centroid(hard) > 1.1 * centroid(soft)


@pytest.mark.parametrize("pitch", [60.0, 81.0, 93.0])
def test_little_folds_back(pitch):
    """A bare saw: everything that is not a harmonic lies far below."""
    sound = render_phrase(VoiceSpec(), Phrase((note(0.0, 2.0, pitch),)), 1)
    one = sound[RATE_HZ // 4 : RATE_HZ // 4 + 65536].sum(axis=1) * np.blackman(65536)
    power = np.abs(np.fft.rfft(one)) ** 2
    hz = np.fft.rfftfreq(65536, 1 / RATE_HZ)
    near = np.abs(hz - midi_hz(pitch) * np.round(hz / midi_hz(pitch))) < 6
    assert 10 * np.log10(power[~near].sum() / power[near].sum()) < -60


@pytest.mark.parametrize("patch", ["lead_supersaw", "ep_fm", "guitar_pluck", "noise_sweep_up", "bass_808"])
def test_blocks_do_not_matter(player, patch):
    notes = (note(0.0, 0.06, 50), note(0.02, 0.05, 54.3), note(0.05, 0.1, 57, slide=True), note(0.1, 0.1, 50))
    played = part("synth", patch, *notes)
    whole = render_part(player, played, 12000)
    for sizes in ((1,) * 700 + (11300,), (13,) * 923 + (1,), (512,) * 23 + (224,), (4096, 4096, 3808)):
        stream = player.open(played, n_frames=12000)
        assert np.array_equal(np.concatenate([stream.render(n) for n in sizes]), whole)


def test_long_blocks_equal_short_ones(player):
    played = part("synth", "pluck", *(note(i * 0.17, 0.3, 50 + i % 12) for i in range(30)))
    whole = render_part(player, played, 6 * RATE_HZ)
    stream = player.open(played, n_frames=6 * RATE_HZ)
    assert np.array_equal(np.concatenate([stream.render(4000) for _ in range(72)]), whole)


@pytest.mark.parametrize("patch", ["pluck", "arp_saw", "stab", "bass_pluck", "ep_fm", "guitar_pluck", "chip_square"])
def test_onsets(player, patch):
    for start in (0.0, 0.25, 0.50001):
        sound = render_part(player, part("synth", patch, note(start, 0.2, 60)), RATE_HZ)
        assert onset_s(sound, 0.02) == pytest.approx(start, abs=0.004)


@pytest.mark.parametrize(("patch", "rises"), [("noise_sweep_up", True), ("riser", True), ("reverse_cymbal", True),
                                              ("noise_sweep_down", False), ("impact", False)])  # fmt: skip
def test_sweeps_go_their_way(player, patch, rises):
    sound = render_part(player, part("synth", patch, note(0.0, 2.0, 60)), 2 * RATE_HZ)
    early, late = rms_db(sound[: RATE_HZ // 2]), rms_db(sound[-RATE_HZ // 2 : -2400])
    assert (late > early + 8) if rises else (late < early - 8)
    assert abs(np.corrcoef(sound[:, 0], sound[:, 1])[0, 1]) < 0.9 or patch == "impact"


def test_pads_are_wide_and_basses_are_not(player):
    def side_db(patch, pitch):
        sound = render_part(player, part("synth", patch, note(0.0, 1.5, pitch)), RATE_HZ)
        return rms_db(sound[:, :1] - sound[:, 1:]) - rms_db(sound[:, :1] + sound[:, 1:])

    assert all(side_db(patch, 60) > -15 for patch in ("pad_warm", "pad_air", "pad_string", "lead_supersaw"))
    assert all(side_db(patch, 36) < -60 for patch in ("bass_sub", "bass_saw", "bass_808", "bass_pluck", "bass_drone"))


_DIGEST = """
import hashlib
from songwright.engines.native.play import Player, render_part
from tests.unit.play_measures import note, part
player = Player(None)
sums = hashlib.sha256()
for engine, patch in (("synth", "lead_supersaw"), ("synth", "guitar_pluck"), ("synthdrums", "trap")):
    notes = [note(i * 0.05, 0.1, 40 + i % 9, 60 + 5 * i) for i in range(10)]
    sums.update(render_part(player, part(engine, patch, *notes), 24000).tobytes())
print(sums.hexdigest())
"""


def test_other_processes_make_the_same_samples(player):
    sums = hashlib.sha256()
    for engine, patch in (("synth", "lead_supersaw"), ("synth", "guitar_pluck"), ("synthdrums", "trap")):
        notes = [note(i * 0.05, 0.1, 40 + i % 9, 60 + 5 * i) for i in range(10)]
        sums.update(render_part(player, part(engine, patch, *notes), 24000).tobytes())
    other = subprocess.run(
        [sys.executable, "-c", _DIGEST], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": "7"}
    )
    assert other.stdout.strip() == sums.hexdigest()


def test_every_program_and_kit_has_a_stand_in(player):
    for program in range(128):
        chosen = stand_in(part("gm", program).instrument)
        assert chosen.engine == "synth"
        assert chosen.patch in PATCHES
    for program in (0, 33, 48, 73):
        sound = render_part(player, part("gm", program, note(0.0, 0.5, 48)), RATE_HZ // 2)
        assert rms_db(sound) > -50
    assert rms_db(render_part(player, part("gmdrums", 0, note(0.0, 0.1, 38)), RATE_HZ // 4)) > -40
