"""How listening is scored: the scores react to what they measure, and spoilt times are known."""

from __future__ import annotations

import numpy as np
import pytest

from songwright.domain.analysis import MelodyNote, TimedChord
from songwright.domain.score import Chord
from songwright.domain.style import Key
from songwright.evaluation.hearing.report import markdown
from songwright.evaluation.hearing.score import chord_overlap, f_measure, melody, triad
from songwright.evaluation.hearing.songs import LISTS, entries
from songwright.evaluation.hearing.spoil import WAYS
from songwright.evaluation.hearing.truth import Truth


@pytest.mark.parametrize(
    ("found", "true", "expected"),
    [
        ([1.0, 2.0, 3.0], [1.0, 2.0, 3.0], 1.0),
        ([1.05, 2.1, 3.0], [1.0, 2.0, 3.0], 2 / 3),
        ([1.0, 1.5, 2.0, 2.5, 3.0], [1.0, 2.0, 3.0], 0.75),
        ([1.0, 1.01, 1.02], [1.0], 0.5),
        ([], [1.0], 0.0),
        ([], [], 1.0),
    ],
)
def test_f_measure(found: list[float], true: list[float], expected: float) -> None:
    assert f_measure(found, true, 0.07) == pytest.approx(expected)


def test_chords_count_by_time_and_bare_fifths_ask_for_no_triad() -> None:
    true = [(0.0, 2.0, Chord(root_pc=0, quality="maj7")), (2.0, 4.0, Chord(root_pc=9, quality="5"))]
    found = [
        TimedChord(start_s=0.0, end_s=1.0, chord=Chord(root_pc=0)),
        TimedChord(start_s=1.0, end_s=2.0, chord=Chord(root_pc=0, quality="m")),
        TimedChord(start_s=2.0, end_s=3.0, chord=Chord(root_pc=9, quality="m")),
        TimedChord(start_s=3.0, end_s=4.0, chord=None),
    ]
    assert chord_overlap(found, true) == pytest.approx((0.75, 0.5))
    assert triad(Chord(root_pc=2, quality="m7b5")) == (2, (3, 6))
    assert triad(Chord(root_pc=2, quality="7sus4")) == (2, (5, 7))


def truth(notes: list[tuple[float, float, float]]) -> Truth:
    none = np.zeros(0)
    return Truth(
        beats_s=none, downbeats_s=none, bpm=120.0, bar_s=2.0, meter="4/4", key=Key(tonic_pc=0), chords=(),
        boundaries_s=none, notes=np.array(notes),
    )  # fmt: skip


def test_notes_must_have_the_pitch_and_octaves_are_told_apart() -> None:
    want = truth([(0.0, 0.5, 60.3), (0.5, 1.0, 62.0), (1.0, 1.5, 64.0), (2.0, 2.5, 65.0)])
    found = [
        MelodyNote(start_s=0.05, duration_s=0.45, pitch_midi=60),
        MelodyNote(start_s=0.5, duration_s=0.5, pitch_midi=74),
        MelodyNote(start_s=1.2, duration_s=0.8, pitch_midi=64),
    ]
    scores = melody(found, want, prefix="x")
    assert scores["x: notes"] == 0.5
    assert scores["x: notes, any octave"] == 0.75
    assert scores["x: notes with onset"] == pytest.approx(2 / 7)
    assert scores["x: voiced precision"] == pytest.approx(1.25 / 1.75, abs=0.02)
    assert scores["x: voiced recall"] == pytest.approx(1.25 / 2.0, abs=0.02)


@pytest.mark.parametrize("way", WAYS)
def test_spoilt_sounds_keep_their_clock(way: str) -> None:
    rng = np.random.default_rng(5)
    sound = rng.normal(0, 1e-4, (48_000 * 10, 2))
    bursts_s = np.array([1.0, 4.0, 7.5])
    for at in bursts_s:
        first = round(at * 48_000)
        sound[first : first + 2400] += 0.3 * np.sin(2 * np.pi * 880 * np.arange(2400) / 48_000)[:, None]
    spoilt = WAYS[way](sound.astype(np.float32))
    level = np.convolve(np.abs(spoilt.samples).sum(axis=1), np.ones(480) / 480, mode="same")
    loud = np.flatnonzero(np.diff((level > 0.15).astype(int)) == 1) / 48_000
    want = spoilt.clock(bursts_s)
    assert len(loud) >= 3
    assert np.abs(loud[:, None] - want[None, :]).min(axis=0).max() < 0.015
    if way == "tempo ±3 %":
        assert np.abs(want - bursts_s).max() > 0.05


def test_the_lists_share_no_song_and_hold_every_kind() -> None:
    songs, tuning = (entries(name) for name in LISTS)
    assert not {s["seed"] for s in songs} & {s["seed"] for s in tuning}
    assert len({s["style"] for s in songs}) >= 10
    assert any(s.get("instrumental") for s in songs)
    assert any(s.get("alone") for s in songs)
    assert any(s.get("meter") == "3/4" for s in songs)


def test_the_table_names_every_task_once() -> None:
    rows = {way: {"a": {"beats": 0.5}, "b": {"beats": 1.0, "key": 0.3}} for way in WAYS}
    lines = markdown(rows).splitlines()
    assert lines[0].startswith("| task | clean | ")
    assert lines[2] == "| beats | " + "75 | " * len(WAYS) + "90 |"
    assert lines[3] == "| key | " + "30 | " * len(WAYS) + "90 |"
