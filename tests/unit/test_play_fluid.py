"""FluidSynth plays a font in tune, in time, and the same however blocks are cut."""

from __future__ import annotations

import threading

import numpy as np
import pyloudnorm
import pytest

from songwright.engines.native.play import Player, render_part, unpack_sf3
from songwright.engines.native.play.gains import PASSAGE_S, TARGET_LUFS, passage
from tests.unit import play_fonts
from tests.unit.play_measures import RATE_HZ, cents, fundamental_hz, midi_hz, note, onset_s, part, rms_db

pytestmark = pytest.mark.audio


@pytest.fixture(scope="module")
def player(tmp_path_factory):
    font = play_fonts.write(tmp_path_factory.mktemp("font") / "tiny.sf2", compressed=False)
    player = Player(font)
    player.load()
    assert player.uses_soundfont
    return player


def _pitch_error(samples, pitch):
    return cents(fundamental_hz(samples, midi_hz(pitch)), pitch) - play_fonts.ROOT_CENTS


@pytest.mark.parametrize("pitch", [45.0, 60.0, 64.37, 69.0, 83.5])
def test_pitch(player, pitch):
    sound = render_part(player, part("gm", 0, note(0.1, 1.0, pitch)), RATE_HZ)
    assert abs(_pitch_error(sound[9600:48000], pitch)) < 2.0


def test_onsets_within_one_step(player):
    for start in (0.0, 0.1, 0.5003, 0.77777):
        sound = render_part(player, part("gm", 0, note(start, 0.2, 81)), RATE_HZ)
        assert onset_s(sound) == pytest.approx(start, abs=0.003)


def test_slide_glides_from_the_note_before(player):
    notes = (note(0.0, 0.5, 60), note(0.5, 0.5, 67, slide=True))
    sound = render_part(player, part("gm", 0, *notes), RATE_HZ)
    assert abs(_pitch_error(sound[24000 + 7200 : 48000], 67)) < 5
    early = sound[24000 + 600 : 24000 + 2600]
    assert midi_hz(60) < fundamental_peak(early) < midi_hz(66.5)


def fundamental_peak(samples):
    spectrum = np.abs(np.fft.rfft(samples.sum(axis=1) * np.hanning(len(samples)), 1 << 17))
    return np.argmax(spectrum) * RATE_HZ / (1 << 17)


def test_blocks_do_not_matter(player):
    notes = (note(0.0, 0.06, 60), note(0.02, 0.05, 64.3), note(0.05, 0.1, 67, slide=True), note(0.1, 0.1, 60))
    played = part("gm", 0, *notes)
    whole = render_part(player, played, 12000)
    for sizes in ((1,) * 700 + (11300,), (13,) * 923 + (1,), (512,) * 23 + (224,), (4096, 4096, 3808), (64, 11936)):
        stream = player.open(played, n_frames=12000)
        assert np.array_equal(np.concatenate([stream.render(n) for n in sizes]), whole)
    assert np.abs(whole).max() > 0.01


def test_used_synths_sound_like_new_ones(player):
    played = part("gm", 0, note(0.0, 0.2, 60.5), note(0.1, 0.3, 67, slide=True))
    first = render_part(player, played, 9600)
    for _ in range(3):
        render_part(player, part("gm", 0, note(0.0, 9.0, 48), note(0.0, 9.0, 52.25)), 4800)
        assert np.array_equal(render_part(player, played, 9600), first)


def test_threads_do_not_matter(player):
    played = [part("gm", 0, *(note(i * 0.1, 0.1, 50 + k + i) for i in range(10))) for k in range(6)]
    alone = [render_part(player, p, RATE_HZ) for p in played]
    found: dict[int, np.ndarray] = {}

    def work(numbers):
        for k in numbers:
            found[k] = render_part(player, played[k], RATE_HZ)

    threads = [threading.Thread(target=work, args=(numbers,)) for numbers in ((0, 2, 4), (1, 3, 5))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(np.array_equal(found[k], alone[k]) for k in range(6))


def test_a_key_struck_again_keeps_sounding(player):
    notes = (note(0.0, 0.5, 60), note(0.3, 0.6, 60))
    sound = render_part(player, part("gm", 0, *notes), RATE_HZ)
    assert rms_db(sound[int(0.7 * RATE_HZ) : int(0.85 * RATE_HZ)]) > -45


def test_velocity_is_louder(player):
    levels = [rms_db(render_part(player, part("gm", 0, note(0, 0.4, 60, v)), 16000)) for v in (30, 60, 90, 127)]
    assert levels == sorted(levels)
    assert 8 < levels[3] - levels[0] < 40


def test_drums_the_font_lacks_are_synthesised(player):
    lacking = render_part(player, part("gmdrums", 0, note(0.1, 0.1, 83, 110)), 24000)
    assert rms_db(lacking[4800:9600]) > -60
    has = render_part(player, part("gmdrums", 0, note(0.1, 0.1, 38, 110)), 24000)
    spectrum = np.abs(np.fft.rfft(has[6000:20000].sum(axis=1)))
    assert spectrum.max() ** 2 > 0.3 * (spectrum**2).sum() / 3  # the font's sine, not noise


def test_silence_after_the_end_and_of_an_empty_part(player):
    stream = player.open(part("gm", 0, note(0.0, 5.0, 60)), n_frames=1000)
    assert np.any(stream.render(1000))
    assert not np.any(stream.render(500))
    assert not np.any(render_part(player, part("gm", 0), 1000))


def test_unpacked_font_plays_at_its_authored_level(tmp_path):
    plain = play_fonts.write(tmp_path / "MuseScore_General_plain.sf2", compressed=False)  # a name the table knows
    unpacked = tmp_path / "MuseScore_General_unpacked.sf2"
    unpack_sf3(play_fonts.write(tmp_path / "tiny.sf3", compressed=True), unpacked, None)
    played = part("gm", 0, note(0.0, 0.4, 64))
    levels = [rms_db(render_part(Player(font), played, 16000)) for font in (plain, unpacked)]
    assert levels[0] == pytest.approx(levels[1], abs=0.3)


def test_an_unknown_font_is_measured(player):
    played = passage(part("gm", 0).instrument)
    samples = render_part(player, played, round(PASSAGE_S * RATE_HZ)).astype(np.float64)
    assert pyloudnorm.Meter(RATE_HZ).integrated_loudness(samples) == pytest.approx(TARGET_LUFS, abs=0.2)


def test_unknown_instruments_are_refused(player):
    for engine, what in (("gmx", 0), ("synth", "no_such"), ("synthdrums", "no_such")):
        with pytest.raises(ValueError, match="there is no"):
            player.open(part(engine, what, note(0, 1, 60)), n_frames=10)


def test_a_broken_font_is_refused(tmp_path):
    (tmp_path / "broken.sf2").write_bytes(b"RIFF\x04\0\0\0sfbk")
    with pytest.raises(ValueError, match="cannot read"):
        Player(tmp_path / "broken.sf2").load()
