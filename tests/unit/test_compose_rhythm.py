"""Rhythm and pitch of single lines, against hand-made expectations."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from songwright.domain.score import Chord
from songwright.domain.style import Key
from songwright.domain.time import Meter
from songwright.engines.native.compose.backing import harmony_pitch
from songwright.engines.native.compose.grid import Grid
from songwright.engines.native.compose.melody import PitchTask, Spot, chord_fit, set_pitches
from songwright.engines.native.compose.prosody import Stress, least_duration_s, split_units, units_of
from songwright.engines.native.compose.rhythm import RhythmTask, set_rhythm

from ..support.songs_by_hand import VERSE_1, VERSE_2, line

COMMON = Grid.of(Meter(), 100.0)


@pytest.mark.parametrize(
    ("meter", "expected"),
    [
        ("4/4", [4, 0, 1, 0, 2, 0, 1, 0, 3, 0, 1, 0, 2, 0, 1, 0]),
        ("3/4", [4, 0, 1, 0, 2, 0, 1, 0, 2, 0, 1, 0]),
        ("6/8", [4, 0, 1, 0, 1, 0, 3, 0, 1, 0, 1, 0]),
    ],
)
def test_weights_of_the_bar(meter: str, expected: list[int]) -> None:
    grid = Grid.of(Meter.parse(meter), 100.0)
    assert [grid.weight_at(i) for i in range(grid.bar_steps)] == expected
    assert grid.weight_at(grid.bar_steps) == 4


def test_very_fast_songs_are_felt_in_half_time_and_very_slow_ones_in_double() -> None:
    assert Grid.of(Meter(), 170.0).weight_at(16) == 3
    assert Grid.of(Meter(), 50.0).bar_steps == 32


@pytest.mark.parametrize(
    ("phonemes", "expected_s"), [("ə", 0.110), ("sə", 0.110), ("kæt", 0.120), ("stɹɛŋθs", 0.210), ("plænt", 0.165)]
)
def test_least_durations_follow_the_consonants(phonemes: str, expected_s: float) -> None:
    assert least_duration_s(phonemes) == pytest.approx(expected_s, abs=0.002)


def test_kinds_of_syllables() -> None:
    kinds = [u.kind for u in units_of(line("the CI-ty hums"))]
    assert kinds == [Stress.FUNCTION, Stress.PRIMARY, Stress.UNSTRESSED, Stress.CONTENT]


def test_long_lines_are_cut_between_words() -> None:
    units = units_of(line(" ".join(["the CI-ty hums be-LOW"] * 6)))
    pieces = split_units(units, 14)
    assert [u for p in pieces for u in p] == list(units)
    assert all(len(p) <= 14 and p[-1].word_end for p in pieces)


@pytest.mark.parametrize("text", [*VERSE_1, *VERSE_2])
def test_unstressed_syllables_never_take_the_first_beat(text: str) -> None:
    units = units_of(line(text))
    found = set_rhythm(
        units, RhythmTask(grid=COMMON, first_step=0, window_steps=32, lead_steps=4, tail_steps=6, syncopation=0.3)
    )
    assert found is not None
    assert list(found.onsets) == sorted(set(found.onsets))
    assert all(e <= o for e, o in zip(found.ends, found.onsets[1:], strict=False))
    assert found.ends[-1] <= 26
    for onset, unit in zip(found.onsets, units, strict=True):
        if unit.kind is Stress.UNSTRESSED:
            assert COMMON.weight_at(onset) < 3


def test_a_line_that_cannot_fit_is_refused() -> None:
    units = units_of(line(VERSE_2[0]))
    assert set_rhythm(units, RhythmTask(grid=COMMON, first_step=0, window_steps=8, lead_steps=2, tail_steps=2)) is None


def test_a_parallel_line_takes_over_the_rhythm() -> None:
    one, two = units_of(line(VERSE_1[0])), units_of(line("a GOLD-en bird a-BOVE my KITCH-en door"))
    task = RhythmTask(grid=COMMON, first_step=0, window_steps=32, lead_steps=4, tail_steps=6)
    rng = np.random.default_rng(3)
    first = set_rhythm(one, RhythmTask(**{**_fields(task), "figure": rng.normal(0, 1.2, 36)}))
    second = set_rhythm(two, RhythmTask(**{**_fields(task), "template": first}))
    assert first is not None
    assert second is not None
    assert second.onsets == first.onsets


def _fields(task: RhythmTask) -> dict[str, object]:
    return {name: getattr(task, name) for name in task.__dataclass_fields__}


def test_chord_fit() -> None:
    major = Chord(root_pc=0)
    assert chord_fit(64, major) == 1.0
    assert chord_fit(65, major) == -2.0
    assert chord_fit(61, major) == -2.0
    assert chord_fit(62, major) == 0.35
    assert chord_fit(63, Chord(root_pc=0, quality="m")) == 1.0
    assert chord_fit(64, Chord(root_pc=0, quality="m")) == -2.0


def _spots(n: int) -> tuple[Spot, ...]:
    chord = Chord(root_pc=7)
    return tuple(
        Spot(beats=2.0 if i == n - 1 else 0.5, weight=2, chord=chord, later=None, strong=i % 2 == 0, word_start=True)
        for i in range(n)
    )


def test_the_melody_ends_where_it_is_asked_to_and_stays_in_range() -> None:
    for seed in range(8):
        task = PitchTask(
            spots=_spots(8),
            key=Key(tonic_pc=0),
            scale="diatonic",
            floor_midi=58,
            ceiling_midi=72,
            lo_midi=60,
            hi_midi=70,
            curve_midi=(64.0,) * 8,
            ends={7: 9.0},
        )
        pitches = set_pitches(task, np.random.default_rng(seed).normal(0, 1, (8, 40)))
        assert pitches[-1] % 12 == 7
        assert all(58 <= p <= 72 and p % 12 in (0, 2, 4, 5, 7, 9, 11) for p in pitches)
        assert max(abs(b - a) for a, b in itertools.pairwise(pitches)) <= 12


def test_a_reference_is_followed() -> None:
    wanted = (60, 62, 64, 67, 65, 64, 62, 60)
    task = PitchTask(
        spots=_spots(8),
        key=Key(tonic_pc=0),
        scale="diatonic",
        floor_midi=58,
        ceiling_midi=72,
        lo_midi=58,
        hi_midi=72,
        curve_midi=(64.0,) * 8,
        reference=wanted,
        reference_weight=6.0,
    )
    pitches = set_pitches(task, np.zeros((8, 40)))
    assert sum(a == b for a, b in zip(pitches, wanted, strict=True)) >= 7


@pytest.mark.parametrize(
    ("lead", "chord", "expected"),
    [(60, Chord(root_pc=0), 64), (64, Chord(root_pc=0), 67), (65, Chord(root_pc=5), 69), (67, Chord(root_pc=0), 72)],
)
def test_harmony_is_a_third_corrected_to_the_chord(lead: int, chord: Chord, expected: int) -> None:
    assert harmony_pitch(lead, chord, Key(tonic_pc=0), 2) == expected
