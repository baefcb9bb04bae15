"""Forms of whole songs over genres and lengths: complete, as long as wanted, every boundary marked."""

from __future__ import annotations

import functools
import itertools
from collections import Counter
from dataclasses import replace

import pytest

from songwright.domain.action import GenerateAction
from songwright.domain.lyrics import SectionKind as K
from songwright.domain.plan import Plan
from songwright.domain.score import Note, PartRole, StemName
from songwright.engines.native.compose.form import least_needed
from songwright.engines.native.compose.harmony import broken
from songwright.engines.native.lyrics.write import without
from songwright.engines.native.planning import plan_take
from songwright.engines.native.styles import Roman
from songwright.evaluation.planned import on_paper

GENRES = ("ballad", "blues", "bossa nova", "dubstep", "house", "punk", "bluegrass")
MIDDLES = (K.BRIDGE, K.SOLO, K.BREAKDOWN, K.INTERLUDE)


@functools.cache
def plan_of(genre: str, duration_s: float | None = None, seed: int = 3) -> Plan:
    wish = GenerateAction(prompt=f"a {genre} song about boats in the harbour", seed=seed, duration_s=duration_s)
    return plan_take(wish, take=1, versions={"songwright": "test"})


@pytest.mark.parametrize("genre", GENRES)
def test_a_whole_song_has_all_its_parts(genre: str) -> None:
    plan = plan_of(genre)
    kinds = [s.kind for s in plan.score.sections]
    count = Counter(kinds)
    assert kinds[0] is K.INTRO
    assert kinds[-1] is K.OUTRO
    assert count[K.VERSE] >= 2
    assert count[K.CHORUS] >= 2
    assert any(count[k] for k in MIDDLES)
    assert abs(plan.performance.duration_s - plan.brief.target_duration_s) <= 5.0


@pytest.mark.parametrize("genre", ["funk", "ballad", "rock"])
@pytest.mark.parametrize("duration_s", [30.0, 60.0, 100.0, 200.0])
def test_an_asked_length_is_met_to_the_bar(genre: str, duration_s: float) -> None:
    plan = plan_of(genre, duration_s)
    bar_s = plan.score.axis.seconds_at(plan.score.axis.meter.bar_ticks)
    assert abs(plan.performance.duration_s - duration_s) <= bar_s
    assert any(s.kind is K.CHORUS for s in plan.score.sections)
    assert plan.lyrics.text.count("[") == len(plan.lyrics.sections)


def test_a_section_taken_out_of_written_words_leaves_the_others_numbered() -> None:
    words = plan_of("rock").lyrics
    verses = [i for i, s in enumerate(words.sections) if s.kind is K.VERSE]
    fewer = without(words, verses[0])
    assert [s.lines for s in fewer.sections] == [s.lines for i, s in enumerate(words.sections) if i != verses[0]]
    assert fewer.sections[verses[1] - 1].tag in ("[Verse]", "[Verse 1]")
    assert words.sections[verses[0]].lines[0].text not in fewer.text


def test_a_whole_song_gives_up_neither_its_second_verse_nor_its_last_middle() -> None:
    kinds = [K.INTRO, K.VERSE, K.CHORUS, K.VERSE, K.BRIDGE, K.CHORUS, K.OUTRO]
    assert least_needed(kinds, whole=True) is None
    assert kinds[least_needed(kinds, whole=False) or 0] is K.BRIDGE
    assert least_needed([K.VERSE, K.CHORUS], whole=False) is None
    assert least_needed([K.VERSE, K.CHORUS], whole=False, short=True) == 0


@pytest.mark.parametrize("genre", ["bluegrass", "classical piano", "lullaby", "chamber", "rock", "reggae"])
def test_every_boundary_is_heard(genre: str) -> None:
    found = {one.name: one for one in on_paper(plan_of(genre))}
    assert found["transitions"].ok, found["transitions"]
    assert found["parts_change"].ok, found["parts_change"]


@pytest.mark.parametrize("genre", ["rock", "indie rock", "pop", "metal", "disco"])
def test_no_fill_comes_twice_in_a_row(genre: str) -> None:
    assert [one.value for one in on_paper(plan_of(genre)) if one.name == "same_fill_twice"] == [0.0]


@pytest.mark.parametrize("genre", ["rock", "r&b", "synthwave", "hip hop"])
def test_a_chorus_has_more_players_than_the_first_verse(genre: str) -> None:
    plan = plan_of(genre)
    playing = {}
    for kind in (K.VERSE, K.CHORUS):
        section = next(s for s in plan.score.sections if s.kind is kind)
        playing[kind] = {
            p.name
            for p in plan.score.parts
            if any(section.start_tick <= n.start_tick < section.end_tick for n in p.notes)
        }
    assert len(playing[K.CHORUS]) > len(playing[K.VERSE])


def drums(plan: Plan, figure_of_bar) -> Plan:
    """The plan with other drums: ``figure_of_bar`` gives (16th, key) strokes of each bar."""
    bar = plan.score.axis.meter.bar_ticks
    bars = plan.score.end_tick // bar
    notes = tuple(
        Note(start_tick=b * bar + step * 120, duration_ticks=60, pitch_midi=key, velocity=90)
        for b in range(bars)
        for step, key in sorted(figure_of_bar(b))
    )
    parts = tuple(
        replace(p, notes=notes) if p.role is PartRole.DRUMS and p.stem is StemName.DRUMS else p
        for p in plan.score.parts
    )
    return replace(plan, score=replace(plan.score, parts=parts))


GROOVE = [(0, 36), (4, 38), (8, 36), (12, 38)]
FILLS = ([(12, 50), (14, 47)], [(12, 38), (13, 50), (14, 47), (15, 43)])


def same_fill(plan: Plan) -> float:
    return next(one.value for one in on_paper(plan) if one.name == "same_fill_twice")


def test_the_measure_of_fills_tells_fills_from_grooves_with_toms() -> None:
    good = plan_of("rock")
    alternating = drums(good, lambda b: GROOVE + (FILLS[b // 4 % 2] if b % 4 == 3 else []))
    repeated = drums(good, lambda b: GROOVE + (FILLS[0] if b % 4 == 3 else []))
    tribal = drums(good, lambda b: [*GROOVE, (10, 43), (14, 43)])
    assert same_fill(alternating) == 0
    assert same_fill(repeated) > 5
    assert same_fill(tribal) == 0


def test_a_bass_that_anticipates_the_chord_is_on_its_root() -> None:
    plan = plan_of("rock")
    spans = plan.score.chords

    def with_bass(ahead: int, rest: int) -> Plan:
        notes = tuple(
            Note(
                start_tick=a.start_tick - ahead,
                duration_ticks=a.duration_ticks - rest,
                pitch_midi=36 + root,
                velocity=90,
            )
            for a, b in itertools.pairwise(spans[1:])
            if (root := a.chord.root_pc if a.chord.bass_pc is None else a.chord.bass_pc) >= 0 and b
        )
        parts = tuple(replace(p, notes=notes) if p.role is PartRole.BASS else p for p in plan.score.parts)
        return replace(plan, score=replace(plan.score, parts=parts))

    def value(changed: Plan) -> float:
        return next(one.value for one in on_paper(changed) if one.name == "bass_on_root")

    assert value(with_bass(ahead=240, rest=20)) > 0.95  # held over the change
    assert value(with_bass(ahead=0, rest=20)) > 0.95
    assert value(with_bass(ahead=720, rest=900)) < 0.95  # gone before the chord comes


def test_twenty_songs_of_one_request_have_their_own_grooves_and_chords() -> None:
    grooves, chords = set(), set()
    for seed in range(20):
        plan = plan_of("rock", 30.0, seed)
        bar, bars = plan.score.axis.meter.bar_ticks, {}
        for n in (n for p in plan.score.parts if p.role is PartRole.DRUMS for n in p.notes):
            bars.setdefault(n.start_tick // bar, set()).add((n.start_tick % bar, n.pitch_midi))
        patterns = Counter(tuple(sorted(b)) for b in bars.values())
        grooves.add(max(patterns, key=lambda p: (patterns[p], p)))
        tonic = plan.score.key.tonic_pc
        chords.add(tuple(((c.chord.root_pc - tonic) % 12, c.chord.quality) for c in plan.score.chords))
    assert len(grooves) >= 15
    assert len(chords) >= 15


def test_a_chord_that_stands_too_long_is_lifted_at_the_end_of_a_section() -> None:
    home, lift = (Roman(step=0),), Roman(step=7, quality="7")
    bars = broken([home] * 10, [4, 10], lift)
    assert bars[3] == (lift,)
    assert bars.count((lift,)) == 1
    assert broken([home] * 6, [6], lift).index((lift,)) == 4
    assert broken([home] * 4, [4], lift) == [home] * 4


@pytest.mark.parametrize("genre", ["blues", "trance", "trap", "rock", "country"])
def test_no_chord_stands_longer_than_four_bars(genre: str) -> None:
    found = {one.name: one for one in on_paper(plan_of(genre))}
    assert found["longest_chord"].ok, found["longest_chord"]
