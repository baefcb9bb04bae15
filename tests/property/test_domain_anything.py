"""Properties of the domain's arithmetic."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from songwright.domain.audio import FULL_SCALE_24, from_pcm24, sum_stems, to_pcm24
from songwright.domain.codec import from_data, to_data
from songwright.domain.score import MixHint, Note
from songwright.domain.time import Meter, TempoChange, TimeAxis

bpms = st.floats(20.0, 300.0)
steps = st.lists(st.tuples(st.integers(1, 5000), bpms), max_size=5)
integers24 = st.integers(-FULL_SCALE_24, FULL_SCALE_24 - 1)


def axis_of(first: float, changes: list[tuple[int, float]]) -> TimeAxis:
    tempi, at = [TempoChange(tick=0, bpm=first)], 0
    for step, bpm in changes:
        at += step
        tempi.append(TempoChange(tick=at, bpm=bpm))
    return TimeAxis(tempi=tuple(tempi), meter=Meter())


@given(bpms, steps, st.integers(0, 100_000))
def test_ticks_come_back_from_seconds(first, changes, tick):
    axis = axis_of(first, changes)
    assert axis.tick_at(axis.seconds_at(tick)) == tick


@given(bpms, steps, st.lists(st.integers(0, 100_000), min_size=2, max_size=8))
def test_time_only_moves_forward(first, changes, ticks):
    axis = axis_of(first, changes)
    seconds = [axis.seconds_at(t) for t in sorted(set(ticks))]
    assert all(a < b for a, b in itertools.pairwise(seconds))


@given(st.lists(integers24, min_size=1, max_size=50))
def test_24_bits_survive_floats(values):
    pcm = np.array(values, np.int32)
    assert np.array_equal(to_pcm24(from_pcm24(pcm)), pcm)


@given(st.lists(st.lists(integers24, min_size=4, max_size=4), min_size=1, max_size=12))
def test_the_sum_of_stems_is_the_sum(stems):
    arrays = [np.array(stem, np.int32).reshape(2, 2) for stem in stems]
    assert sum_stems(arrays).ravel().tolist() == [sum(column) for column in zip(*stems, strict=True)]


@given(st.floats(-60, 12), st.floats(-1, 1), st.floats(0, 1))
def test_values_survive_the_codec(level_db, pan, width):
    hint = MixHint(level_db=level_db, pan=pan, width=width)
    assert from_data(MixHint, to_data(hint)) == hint


@given(st.integers(0, 10**7), st.integers(1, 10**5), st.integers(0, 127), st.integers(1, 127), st.booleans())
def test_notes_survive_the_codec(start, duration, pitch, velocity, slide):
    note = Note(start_tick=start, duration_ticks=duration, pitch_midi=pitch, velocity=velocity, slide=slide)
    assert from_data(Note, to_data(note)) == note
