"""The steps of listening, on sounds and numbers whose truth is plain."""

from __future__ import annotations

import numpy as np
import pytest

from songwright.engines.native.analyse.beats import beat_frames
from songwright.engines.native.analyse.chroma import pitch_energy, tuned
from songwright.engines.native.analyse.form import sections_of
from songwright.engines.native.analyse.harmony import chords_of, key_of
from songwright.engines.native.analyse.notes import notes_of

RATE_HZ = 22_050


def likely_beats(beats_s: np.ndarray, duration_s: float) -> np.ndarray:
    """What a network says of beats: bumps of 60 ms on a little noise, 50 frames a second."""
    times = np.arange(round(duration_s * 50)) / 50
    bumps = np.exp(-0.5 * ((times[:, None] - beats_s[None, :]) / 0.02) ** 2).max(axis=1)
    return np.clip(0.85 * bumps + np.random.default_rng(1).uniform(0.0, 0.08, len(times)), 0.0, 1.0)


@pytest.mark.parametrize("bpm", [72.0, 97.0, 128.0, 160.0])
@pytest.mark.parametrize("drift", [0.0, 0.03])
def test_beats_follow_a_drifting_tempo(bpm: float, drift: float) -> None:
    even = np.arange(0.4, 38.0, 60.0 / bpm)
    beats_s = even + drift * 16.0 / (2 * np.pi) * np.sin(2 * np.pi * even / 16.0)
    found = np.array(beat_frames(likely_beats(beats_s, 40.0))) / 50
    near = np.abs(found[:, None] - beats_s[None, :]).min(axis=0) <= 0.035
    assert near[2:].mean() >= 0.95
    assert len(found) == pytest.approx(len(beats_s), abs=4)


def chord(midi: list[int], seconds: float, *, decay_s: float = 1.5) -> np.ndarray:
    """Struck tones with six overtones each."""
    t = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    hz = [440.0 * 2 ** ((m - 69) / 12) for m in midi]
    tone = sum(np.sin(2 * np.pi * f * k * t) / k**1.5 for f in hz for k in range(1, 7))
    return (0.05 * tone * np.exp(-t / decay_s)).astype(np.float32)


PROGRESSION = {  # bass, then upper voices without the root: its name hangs on the bass
    (5, "m7"): [29, 60, 63, 68, 67],  # Fm9, whose upper tones are those of Cm and Ab
    (1, "maj7"): [37, 60, 65, 68],
    (10, "m7"): [34, 61, 65, 68],
    (0, "m7"): [36, 63, 67, 70],
}


def test_rich_chords_are_named_by_their_bass() -> None:
    mono = np.concatenate(
        [chord(midi, 2.0) for _ in range(3) for midi in PROGRESSION.values()] + [chord([29, 60, 65, 68], 2.0)]
    )
    beats_s = np.arange(0.0, 26.0, 0.5)
    semitones = tuned(pitch_energy(mono))
    chords = chords_of(mono, semitones, beats_s.tolist(), list(range(0, len(beats_s), 4)), 26.0)
    want = [*list(PROGRESSION) * 3, (5, "m")]
    heard = [next(c.chord for c in chords if c.start_s <= 2 * i + 1 < c.end_s) for i in range(len(want))]
    right = [
        c is not None and (c.root_pc, c.quality[:1]) == (root, quality[:1])
        for c, (root, quality) in zip(heard, want, strict=True)
    ]
    assert np.mean(right) >= 0.9
    assert str(key_of(chords, semitones)[0]) == "F minor"


def bars_of(levels: list[tuple[float, float]], bar_s: float = 2.0) -> np.ndarray:
    """Bars of low tone and high noise at the given levels."""
    rng = np.random.default_rng(3)
    n = round(bar_s * RATE_HZ)
    low = np.sin(2 * np.pi * 110 * np.arange(n) / RATE_HZ)
    return np.concatenate([a * low + b * rng.normal(0, 1, n) for a, b in levels]).astype(np.float32)


def test_sections_begin_where_the_sound_changes_and_silence_is_none() -> None:
    quiet, loud = (0.1, 0.01), (0.2, 0.1)
    mono = bars_of([quiet] * 8 + [loud] * 8 + [quiet] * 8 + [loud] * 8 + [(0.0, 0.0)] * 2)
    edges = [2.0 * i for i in range(34)]
    found = sections_of(mono, edges, 68.0)
    assert [round(s.start_s) for s in found] == [0, 16, 32, 48]
    assert [s.kind for s in found] == ["verse", "chorus", "verse", "chorus"]
    assert found[-1].end_s == 68.0


STEP_S = 0.016


def sung(notes: list[tuple[float, float]], *, gap_s: float = 0.0) -> tuple[np.ndarray, ...]:
    """Frames of notes (pitch, seconds) with vibrato; each begins with a dip of the level."""
    midi, level = [], []
    for pitch, seconds in notes:
        n, hush = round(seconds / STEP_S), round(gap_s / STEP_S)
        midi += [np.nan] * hush + (pitch + 0.3 * np.sin(2 * np.pi * 5.5 * STEP_S * np.arange(n - hush))).tolist()
        level += [0.01] * max(hush, 3) + [0.1] * (n - max(hush, 3))
    values = np.array(midi)
    hz = np.where(np.isnan(values), 0.0, 440.0 * 2 ** ((np.nan_to_num(values) - 69) / 12))
    return np.arange(len(values)) * STEP_S, hz, np.where(hz > 0, 0.95, 0.0), np.array(level)


@pytest.mark.parametrize("cents", [-35, 0, 35])
@pytest.mark.parametrize("gap_s", [0.0, 0.08, 0.2])
def test_a_sung_line_becomes_its_notes(cents: int, gap_s: float) -> None:
    line = [(60, 0.4), (62, 0.4), (62, 0.4), (64, 0.8), (64, 0.4), (67, 0.4), (60, 0.8)]
    notes = notes_of(*sung([(pitch + cents / 100, seconds) for pitch, seconds in line], gap_s=gap_s))
    assert [note.pitch_midi for note in notes] == [pitch for pitch, _ in line]
    begins = np.cumsum([0.0, *[seconds for _, seconds in line[:-1]]])
    assert np.abs(np.array([note.start_s for note in notes]) - begins).max() <= gap_s + 0.07
    ends = [note.start_s + note.duration_s for note in notes]
    assert all(end <= after.start_s + 1e-3 for end, after in zip(ends, notes[1:], strict=False))


def test_silence_and_pitchless_sound_have_no_notes() -> None:
    at_s = np.arange(100) * STEP_S
    assert notes_of(at_s, np.zeros(100), np.zeros(100), np.full(100, 0.1)) == ()
    assert notes_of(at_s[:1], np.full(1, 440.0), np.ones(1), np.ones(1)) == ()
