"""Listening: songs of our own, whose truth is known, as they come and spoilt in several ways."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import soxr

from songwright.assets.mp3 import decode_mp3, encode_mp3
from songwright.domain.analysis import Analysis
from songwright.domain.audio import from_pcm24, to_pcm24
from songwright.domain.plan import Plan
from songwright.domain.score import StemName
from songwright.engines.native.analyse import analyse, sings_alone
from songwright.engines.native.analyse.written import score_of
from songwright.engines.native.edit.upload import plan_of_recording
from tests.support.small_song import small_song

pytestmark = [pytest.mark.audio, pytest.mark.slow]


def _noisy(x: np.ndarray) -> np.ndarray:
    rng = np.random.default_rng(1)
    noise = rng.normal(0, np.sqrt(np.mean(x**2)) * 10 ** (-20 / 20), x.shape)
    return (x + noise).astype(np.float32)


def _detuned(x: np.ndarray) -> np.ndarray:
    return soxr.resample(x, 48_000 * 2 ** (30 / 1200), 48_000).astype(np.float32)


SPOILT = {
    "as it is": lambda x: x,
    "noise at 20 dB": _noisy,
    "128 k MP3": lambda x: np.asarray(decode_mp3(encode_mp3(to_pcm24(x), bitrate_kbps=128)), np.float32),
    "detuned 30 cents": _detuned,
}


@cache
def heard(how: str) -> tuple[Analysis, float]:
    """The analysis, and how much longer the spoilt sound is."""
    clean = from_pcm24(small_song().sound.master)
    spoilt = SPOILT[how](clean)
    return analyse(spoilt), len(spoilt) / len(clean)


@pytest.mark.parametrize("how", sorted(SPOILT))
def test_tempo_meter_and_key(how: str) -> None:
    found, slower = heard(how)
    assert found.bpm == pytest.approx(112.0 / slower, rel=0.02)
    assert str(found.meter) == "4/4"
    assert str(found.key) == str(small_song().plan.score.key)


@pytest.mark.parametrize("how", sorted(SPOILT))
def test_beats_lie_where_they_were_written(how: str) -> None:
    found, slower = heard(how)
    end_s = small_song().plan.score.axis.seconds_at(small_song().plan.score.end_tick)
    true = np.arange(0.0, end_s, 60 / 112.0) * slower
    hits = [np.abs(np.array(found.beats_s) - beat).min() < 0.05 for beat in true]
    assert np.mean(hits) >= 0.9


@pytest.mark.parametrize("how", sorted(SPOILT))
def test_chords_have_the_written_roots(how: str) -> None:
    found, slower = heard(how)
    score = small_song().plan.score
    right = total = 0
    for span in score.chords:
        middle = score.axis.seconds_at(span.start_tick + span.duration_ticks / 2) * slower
        timed = next((c for c in found.chords if c.start_s <= middle < c.end_s), None)
        total += 1
        right += timed is not None and timed.chord is not None and timed.chord.root_pc == span.chord.root_pc
    assert right / total >= 0.85


def test_a_recording_becomes_a_plan_that_survives_its_file() -> None:
    plan = plan_of_recording(small_song().sound.master, blob="ab" * 32, title="", seed=1, versions={})
    assert Plan.from_bytes(plan.to_bytes()) == plan
    assert plan.blobs == ("ab" * 32,)
    assert plan.performance.duration_s == pytest.approx(len(small_song().sound.master) / 48_000)
    assert plan.score.sections[0].start_tick == 0
    assert all(a.end_tick == b.start_tick for a, b in zip(plan.score.sections, plan.score.sections[1:], strict=False))


def test_downbeats_fall_on_the_bars_of_the_score() -> None:
    found, _ = heard("as it is")
    axis = score_of(found).axis
    bar = axis.meter.bar_ticks
    off = [abs(axis.seconds_at(round(axis.tick_at(at) / bar) * bar) - at) for at in found.downbeats_s if at > 0.3]
    assert max(off) < 0.005


def test_a_voice_alone_is_known_and_its_tune_written_down() -> None:
    song = small_song()
    voice = from_pcm24(song.sound.stems[StemName.VOCALS])
    assert sings_alone(voice)
    assert not sings_alone(from_pcm24(song.sound.master))
    assert not sings_alone(np.zeros((48_000, 2), np.float32))
    notes = analyse(voice, alone=True).melody
    sung = [n for part in song.plan.performance.vocals[:1] for p in part.phrases for s in p.syllables for n in s.notes]

    def found(note) -> bool:
        middle = note.start_s + note.duration_s / 2
        near = [n for n in notes if n.start_s <= middle <= n.start_s + n.duration_s]
        return any(abs(n.pitch_midi - note.pitch_midi) <= 0.5 for n in near)

    assert np.mean([found(note) for note in sung]) >= 0.8


@pytest.mark.parametrize("seconds", [0.05, 1.0, 4.0])
def test_nothing_is_too_odd_to_listen_to(seconds: float) -> None:
    n = round(seconds * 48_000)
    rng = np.random.default_rng(2)
    for sound in (np.zeros((n, 2)), rng.normal(0, 0.1, (n, 2)), np.full((n, 2), 0.2)):
        found = analyse(sound.astype(np.float32))
        score = score_of(found)
        assert score.end_tick > 0
        assert found.duration_s == pytest.approx(seconds, abs=1e-3)
