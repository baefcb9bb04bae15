"""Synthesised kits: complete, in time, choked where hats choke, varied but repeatable."""

from __future__ import annotations

import numpy as np
import pytest

from songwright.engines.native.play import Player, render_part
from songwright.engines.native.play.drumkits import KITS
from tests.unit.play_measures import RATE_HZ, note, onset_s, part, rms_db

pytestmark = pytest.mark.audio

PROMISED = ("house", "808", "909", "lofi", "boombap", "synthwave", "trap")


@pytest.fixture(scope="module")
def player():
    player = Player(None)
    player.load()
    return player


def _hit(player, kit, key, velocity=90, seconds=0.5):
    return render_part(player, part("synthdrums", kit, note(0.0, 0.1, key, velocity)), int(seconds * RATE_HZ))


def _centroid_hz(sound):
    power = np.abs(np.fft.rfft(sound.sum(axis=1).astype(np.float64))) ** 2
    return float((power * np.fft.rfftfreq(len(sound), 1 / RATE_HZ)).sum() / power.sum())


@pytest.mark.parametrize("kit", PROMISED)
def test_every_general_midi_key_sounds(player, kit):
    assert set(range(35, 88)) - {58} <= set(KITS[kit].sounds)
    for key in (35, 36, 37, 38, 39, 41, 42, 44, 46, 49, 51, 54, 56, 69, 75, 82, 83):
        sound = _hit(player, kit, key)
        assert np.isfinite(sound).all()
        assert rms_db(sound[:4800]) > -55, key
        assert np.abs(sound).max() < 1.5
        assert abs(sound.mean()) < 3e-3
        assert onset_s(sound, 0.02) < 0.02


@pytest.mark.parametrize("kit", PROMISED)
def test_drums_lie_where_drums_lie(player, kit):
    kick, snare, hat = (_centroid_hz(_hit(player, kit, key)) for key in (36, 38, 42))
    assert kick < 200
    assert 200 < snare < 9000
    assert hat > 4500
    assert _centroid_hz(_hit(player, kit, 83)) > 3000


def test_a_closed_hat_chokes_an_open_one(player):
    alone = render_part(player, part("synthdrums", "909", note(0.0, 0.1, 46)), RATE_HZ)
    choked = render_part(player, part("synthdrums", "909", note(0.0, 0.1, 46), note(0.2, 0.1, 44, 1)), RATE_HZ)
    late = slice(int(0.24 * RATE_HZ), int(0.4 * RATE_HZ))
    assert rms_db(choked[late]) < rms_db(alone[late]) - 20
    kick = render_part(player, part("synthdrums", "909", note(0.0, 0.1, 46), note(0.2, 0.1, 75, 1)), RATE_HZ)
    assert rms_db(kick[late]) > rms_db(alone[late]) - 1


def test_harder_is_louder_and_brighter(player):
    for key in (36, 38, 42):
        soft, hard = (_hit(player, "house", key, velocity) for velocity in (35, 120))
        assert rms_db(hard) > rms_db(soft) + 8
        assert _centroid_hz(hard) > _centroid_hz(soft)


def test_repeated_hits_differ_a_little_and_repeat(player):
    notes = [note(i * 0.5, 0.1, 42) for i in range(8)]
    sound = render_part(player, part("synthdrums", "808", *notes), 4 * RATE_HZ)
    hits = [sound[i * 24000 : i * 24000 + 4800] for i in range(8)]
    assert not np.array_equal(hits[0], hits[1])
    assert np.array_equal(hits[0], hits[4])
    assert np.ptp([rms_db(hit) for hit in hits]) < 2.5


def test_blocks_do_not_matter(player):
    played = part("synthdrums", "lofi", *(note(i * 0.011, 0.1, 36 + i % 12, 50 + i) for i in range(20)))
    whole = render_part(player, played, 12000)
    for sizes in ((1,) * 700 + (11300,), (13,) * 923 + (1,), (512,) * 23 + (224,), (4096, 4096, 3808)):
        stream = player.open(played, n_frames=12000)
        assert np.array_equal(np.concatenate([stream.render(n) for n in sizes]), whole)


def test_kits_differ(player):
    kicks = [_hit(player, kit, 36) for kit in PROMISED]
    for i, one in enumerate(kicks):
        for other in kicks[i + 1 :]:
            assert np.corrcoef(one[:9600, 0], other[:9600, 0])[0, 1] < 0.98
