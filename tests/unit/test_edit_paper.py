"""Cutting and joining on paper: what is heard stays where it is heard."""

from __future__ import annotations

from dataclasses import replace

import pytest

from songwright.domain.action import GenerateAction
from songwright.domain.plan import Plan
from songwright.domain.time import TempoChange, TimeAxis
from songwright.engines.native.edit import paper
from songwright.engines.native.edit.score_paper import cut_score, joined_scores, overwritten
from songwright.engines.native.planning import plan_take

LYRICS = "[Verse]\nsilver rain is falling slow\nover every road I know\n[Chorus]\ncarry me over\ncarry me home"


def made(**fields) -> Plan:
    action = GenerateAction(custom=True, style="pop", **{"lyrics": LYRICS, "seed": 3, "max_duration_s": 40.0, **fields})
    return plan_take(action, take=1, versions={})


@pytest.fixture(scope="module")
def song() -> Plan:
    return made()


def onsets_s(score) -> list[float]:
    return sorted(score.axis.seconds_at(n.start_tick) for part in score.parts for n in part.notes)


def sung_s(score) -> list[float]:
    notes = [n for v in score.vocals for line in v.lines for s in line.syllables for n in s.notes]
    return sorted(score.axis.seconds_at(n.start_tick) for n in notes)


def bar_lines_s(axis: TimeAxis, until_s: float) -> list[float]:
    lines = [axis.seconds_at(axis.bar_tick(bar)) for bar in range(400)]
    return [line for line in lines if line < until_s]


@pytest.mark.parametrize("at_s", [0.0, 2.0, 7.77, 13.001, 22.2])
def test_two_halves_of_a_performance_are_the_whole(song, at_s):
    show = song.performance
    first, second = paper.cut(show, 0.0, at_s), paper.cut(show, at_s, show.duration_s)
    assert first.duration_s + second.duration_s == pytest.approx(show.duration_s, abs=1e-9)
    again = paper.joined(first, second, one_form=True)
    assert [s.name for s in again.sections] == [s.name for s in show.sections]
    assert [w.text for w in again.words] == [w.text for w in show.words]
    for old, new in zip(show.parts, again.parts, strict=True):
        whole = {(round(n.start_s, 4), n.pitch_midi) for n in old.notes}
        rejoined = {(round(n.start_s, 4), n.pitch_midi) for n in new.notes}
        crossing = {(at_s, n.pitch_midi) for n in old.notes if n.start_s < at_s < n.start_s + n.duration_s}
        assert whole - rejoined == set() or all(at_s - start < 0.011 for start, _ in whole - rejoined)
        assert rejoined - whole <= {(round(t, 4), p) for t, p in crossing}


def test_what_crosses_a_cut_is_shortened(song):
    show = song.performance
    phrase = show.vocals[0].phrases[0]
    at_s = 0.5 * (phrase.syllables[1].start_s + phrase.syllables[1].end_s)
    left, right = paper.cut(show, 0.0, at_s), paper.cut(show, at_s, show.duration_s)
    assert left.vocals[0].phrases[0].end_s == pytest.approx(at_s, abs=1e-4)
    assert right.vocals[0].phrases[0].start_s == pytest.approx(0.0, abs=1e-4)
    sung = sum(s.end_s - s.start_s for s in phrase.syllables)
    halves = [*left.vocals[0].phrases[0].syllables, *right.vocals[0].phrases[0].syllables]
    assert sum(s.end_s - s.start_s for s in halves) == pytest.approx(sung, abs=1e-3)
    for s in halves:
        assert s.notes[0].start_s == pytest.approx(s.start_s, abs=1e-3)


@pytest.mark.parametrize("at_s", [0.0, 2.243, 3.0, 7.77, 13.001, 22.2])
@pytest.mark.parametrize("tempi", [None, ((0, 96.0), (1000, 110.0), (5000, 87.5), (13000, 121.0))])
def test_a_cut_score_keeps_its_times_and_bar_lines(song, at_s, tempi):
    score = song.score
    if tempi:
        axis = TimeAxis(tempi=tuple(TempoChange(tick=t, bpm=b) for t, b in tempi), meter=score.axis.meter)
        score = replace(score, axis=axis)
    rest = cut_score(score, at_s, 1000.0)
    tick_s = 60 / (87 * 480)
    for of in (onsets_s, sung_s):
        expected = [s - at_s for s in of(score) if s > at_s + 0.01]
        found = [s for s in of(rest) if s > 0.01]
        assert len(found) == len(expected)
        assert found == pytest.approx(expected, abs=tick_s)
    lines = bar_lines_s(score.axis, 30.0)
    for line in bar_lines_s(rest.axis, 25.0 - at_s)[1:]:
        assert min(abs(line + at_s - known) for known in lines) < 1e-4
    assert rest.sections[0].start_tick == 0
    assert all(a.end_tick == b.start_tick for a, b in zip(rest.sections, rest.sections[1:], strict=False))


@pytest.mark.parametrize("at_s", [2.243, 7.77, 13.001, 22.2])
def test_a_cut_and_rejoined_score_is_as_before(song, at_s):
    score = song.score
    again = joined_scores(score, cut_score(score, at_s, 1000.0), at_s)
    assert onsets_s(again) == pytest.approx(onsets_s(score), abs=0.003) or len(onsets_s(again)) >= len(onsets_s(score))
    lines = bar_lines_s(score.axis, 26.0)
    assert bar_lines_s(again.axis, 26.0) == pytest.approx(lines, abs=1e-4)
    assert again.end_tick == score.end_tick
    words = [s.phonemes for v in again.vocals for line in v.lines for s in line.syllables]
    assert len(words) >= len([s for v in score.vocals for line in v.lines for s in line.syllables])


def test_joined_lyrics_are_both_texts_and_lines_point_into_them(song):
    other = made(seed=4, lyrics="[Bridge]\nnothing left to say")
    lyrics = paper.joined_lyrics(song.lyrics, other.lyrics)
    assert lyrics.text == f"{LYRICS}\n[Bridge]\nnothing left to say"
    offset = len(song.lyrics.sections)
    score = joined_scores(song.score, other.score, 20.0, lyrics_offset=offset)
    for line in next(v for v in score.vocals if v.name == "lead").lines:
        text = lyrics.sections[line.lyrics_section_index].lines[line.line_index]
        assert line.syllables[0].word_index < len(text.words)
        assert score.sections[line.section_index].start_tick <= line.syllables[-1].notes[-1].start_tick


def test_overwriting_changes_nothing_outside(song):
    other = made(seed=8).score
    score, bar = song.score, song.score.axis.meter.bar_ticks
    mixed = overwritten(score, replace(other, axis=score.axis), 4 * bar, 6 * bar)

    def outside(s) -> set:
        notes = {(p.name, n) for p in s.parts for n in p.notes}
        return {(p, n) for p, n in notes if n.start_tick + n.duration_ticks <= 4 * bar or n.start_tick >= 6 * bar}

    assert {x for x in outside(score)} <= outside(mixed)
    assert mixed.end_tick == score.end_tick


def test_a_plan_knows_how_long_it_sounds(song):
    assert paper.frames_of(song) == round(song.performance.duration_s * 48_000)
    assert paper.frame_at(1.5) == 72_000
