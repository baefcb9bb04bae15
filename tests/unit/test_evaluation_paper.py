"""Plans that no songwriter would write fail the tests on paper; the composer's own plan passes them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from songwright.domain.action import GenerateAction
from songwright.domain.lyrics import SectionKind
from songwright.domain.plan import Plan
from songwright.domain.score import Note, PartRole
from songwright.domain.time import Meter, TimeAxis
from songwright.engines.native.planning import plan_take
from songwright.evaluation.catalogue import ALL, figure
from songwright.evaluation.figure import figures_of
from songwright.evaluation.heard import Heard
from songwright.evaluation.music import interval_similarity, takes_alike
from songwright.evaluation.plan_facts import Facts
from songwright.evaluation.plan_words import weight

ON_PAPER = [one for one in ALL if one.group == "plan"]
WISH = GenerateAction(prompt="happy pop song about the first coffee in the morning", seed=105, takes=2)
Change = Callable[[Plan], Plan]
RANDOM_PITCHES = np.random.default_rng(11).integers(50, 75, 2000).tolist()


@functools.cache
def good() -> Plan:
    return plan_take(WISH, take=1, versions={"songwright": "test"})


def heard(plan: Plan) -> Heard:
    """The plan with three minutes of silence: only the paper counts."""
    return Heard(master=np.zeros((48_000 * 160, 2), np.float32), plan=plan)


def sung(change: Callable[[Note, int, str], Note]) -> Change:
    """Every lead note changed: (note, its number, kind of its section)."""

    def of(plan: Plan) -> Plan:
        lead, number, lines = plan.score.vocals[0], 0, []
        for line in lead.lines:
            kind, syllables = plan.score.sections[line.section_index].kind, []
            for syllable in line.syllables:
                notes = []
                for note in syllable.notes:
                    notes.append(change(note, number, kind))
                    number += 1
                syllables.append(replace(syllable, notes=tuple(notes)))
            lines.append(replace(line, syllables=tuple(syllables)))
        vocals = (replace(lead, lines=tuple(lines)), *plan.score.vocals[1:])
        return replace(plan, score=replace(plan.score, vocals=vocals))

    return of


def pitched(of: Callable[[int, int, str], int]) -> Change:
    return sung(lambda note, i, kind: replace(note, pitch_midi=of(note.pitch_midi, i, kind)))


def score(**fields: Callable[[Plan], object]) -> Change:
    return lambda p: replace(p, score=replace(p.score, **{name: of(p) for name, of in fields.items()}))


def parts(role: PartRole, change: Callable[[Note], Note]) -> Change:
    def of(plan: Plan) -> tuple:
        return tuple(
            replace(part, notes=tuple(map(change, part.notes))) if part.role is role else part
            for part in plan.score.parts
        )

    return score(parts=of)


def lyrics(change: Callable[[object], object]) -> Change:
    def of(plan: Plan) -> Plan:
        sections = tuple(replace(s, lines=tuple(change(s))) for s in plan.lyrics.sections)
        return replace(plan, lyrics=replace(plan.lyrics, sections=sections))

    return of


def one_chord(plan: Plan) -> tuple:
    return tuple(replace(span, chord=plan.score.chords[0].chord) for span in plan.score.chords)


def a_syllable_less(plan: Plan) -> tuple:
    lead = plan.score.vocals[0]
    first = replace(lead.lines[0], syllables=lead.lines[0].syllables[1:])
    return (replace(lead, lines=(first, *lead.lines[1:])), *plan.score.vocals[1:])


WRONG: dict[str, tuple[str, Change]] = {
    "zigzag of sevenths": ("odd_leaps", pitched(lambda p, i, _: 60 + (0, 11, 1, 12, 2, 13)[i % 6])),
    "leaps only": ("leaps", pitched(lambda p, i, _: 50 + 5 * (i % 5))),
    "octaves only": ("wide_leaps", pitched(lambda p, i, _: 60 + (0, 12, 1, 13, 2, 14)[i % 6])),
    "no step": ("steps", pitched(lambda p, i, _: 52 + 4 * (i % 5))),
    "never a repeated note": ("repeated_notes", pitched(lambda p, i, _: 60 + (0, 2, 4, 5, 7, 5, 4, 2)[i % 8])),
    "far too high": ("unsingable", pitched(lambda p, i, _: p + 24)),
    "a wall of one pitch": ("same_pitch_run", pitched(lambda p, i, _: p if i % 40 > 30 else 64)),
    "chorus under the verse": ("chorus_lift", pitched(lambda p, i, kind: p - 7 if kind == SectionKind.CHORUS else p)),
    "all twelve tones": ("most_pitch_classes", pitched(lambda p, i, _: 58 + i % 12)),
    "a chromatic ladder": ("clashes", pitched(lambda p, i, _: 58 + (7 * i) % 12)),
    "tune apart from the chords": ("strong_chord_tones", pitched(lambda p, i, _: p + 6)),
    "random pitches": ("complexity", pitched(lambda p, i, _: RANDOM_PITCHES[i])),
    "everything on the beat": (
        "off_beat",
        sung(lambda n, i, _: replace(n, start_tick=round(n.start_tick / 480) * 480)),
    ),
    "no rests": ("breath_s", sung(lambda n, i, _: replace(n, duration_ticks=4000))),
    "notes too short to sing": ("too_short_notes", sung(lambda n, i, _: replace(n, duration_ticks=30))),
    "a syllable unsung": ("syllables_wrong", score(vocals=a_syllable_less)),
    "one chord for ever": ("longest_chord", score(chords=one_chord)),
    "one chord only": ("different_chords", score(chords=one_chord)),
    "bass a tritone off": ("bass_on_root", parts(PartRole.BASS, lambda n: replace(n, pitch_midi=n.pitch_midi + 6))),
    "bass off the kick": ("bass_with_kick", parts(PartRole.BASS, lambda n: replace(n, start_tick=n.start_tick + 100))),
    "dense where it should be calm": (
        "density_follows_energy",
        score(sections=lambda p: tuple(replace(s, energy=1 - s.energy) for s in p.score.sections)),
    ),
    "no band at all": ("transitions", score(parts=lambda p: (), vocals=lambda p: ())),
    "title nowhere": ("title_in_chorus", lambda p: replace(p, lyrics=replace(p.lyrics, title="Nine Purple Umbrellas"))),
    "one line for all": ("unique_lines", lyrics(lambda s: [good().lyrics.sections[0].lines[0]] * len(s.lines))),
    "a line twice in a verse": ("repeated_in_verse", lyrics(lambda s: [s.lines[0], *s.lines[:-1]] if s.lines else [])),
}


@pytest.mark.parametrize("fault", WRONG)
def test_a_wrong_plan_fails_its_test(fault):
    name, change = WRONG[fault]
    before, after = figure(name, heard(good())), figure(name, heard(change(good())))
    assert before.ok is True, f"the good plan has {name} {before.value}, bar {before.bar}"
    assert after.ok is False, f"{fault}: {name} is {after.value}, bar {after.bar}"


def test_the_good_plan_takes_nearly_all_tests_and_passes_nearly_all():
    found = figures_of(heard(good()), ON_PAPER)
    assert len(found) >= len(ON_PAPER) - 3
    assert sum(one.ok is False for one in found) <= 2, [one for one in found if one.ok is False]


def test_in_six_eight_three_eighths_are_a_beat():
    axis = TimeAxis.steady(bpm=70.0, meter=Meter.parse("6/8"))
    facts = Facts(score(axis=lambda p: axis)(good()))
    note = replace(facts.notes[0], d=0.25)
    weights = [weight(facts, replace(note, t=3.0 + at)) for at in (0.0, 0.5, 1.0, 1.5, 2.0, 2.25)]
    assert weights == [3, 1, 1, 3, 1, 0]
    assert facts.meant(replace(note, t=4.0, d=1.0)) == 4.5  # anticipates the fourth eighth
    assert facts.meant(replace(note, t=3.5, d=1.0)) == 3.5


def test_a_song_without_a_form_lacks_all_of_it():
    verse = next(s for s in good().score.sections if s.kind == SectionKind.VERSE)
    assert figure("form_missing", heard(good())).value == 0
    assert figure("form_missing", heard(score(sections=lambda p: (verse,))(good()))).value == 6  # all but one verse


def test_a_chorus_with_another_tune_is_no_hook():
    def other(plan: Plan) -> Plan:
        last = max(i for i, s in enumerate(plan.score.sections) if s.kind == SectionKind.CHORUS)
        start = plan.score.sections[last].start_tick
        return sung(
            lambda n, i, _: replace(n, pitch_midi=60 + (i * i) % 11) if n.start_tick >= start else n
        )(plan)  # fmt: skip

    assert figure("hook_returns", heard(good())).ok is True
    assert figure("hook_returns", heard(other(good()))).ok is False


def test_takes_differ_and_copies_do_not():
    second = plan_take(WISH, take=2, versions={"songwright": "test"})
    assert takes_alike(good(), second) < 0.6
    assert takes_alike(good(), good()) == 1.0
    assert interval_similarity([60, 62, 64, 65], [67, 69, 71, 72]) == 1.0  # moved as a whole
