"""Duets, choirs, spoken delivery: who sings what, and how."""

from __future__ import annotations

import dataclasses

import pytest

from songwright.domain.action import GenerateAction, VoiceGender
from songwright.domain.lyrics import SectionKind
from songwright.domain.score import Score, VocalRole
from songwright.engines.native.company import DUET, with_company
from songwright.engines.native.compose.compose import compose
from songwright.engines.native.interpret import interpret
from songwright.engines.native.perform import perform
from songwright.engines.native.planning import voice_range
from songwright.engines.native.styles.load import style
from songwright.engines.native.voice.voices import voice

from ..support.songs_by_hand import brief, full_song

POP, LEAD = style("pop"), voice("lyra")
HOOKS = (SectionKind.CHORUS, SectionKind.POST_CHORUS, SectionKind.DROP)


@pytest.fixture(scope="module")
def written() -> Score:
    return compose(brief(), POP, full_song(), voice_range(LEAD), seed=7, take=1)


def asked(*words: str):
    return dataclasses.replace(brief(), voice_words=words)


def test_alone_stays_alone(written: Score) -> None:
    assert with_company(written, asked("soft"), POP, LEAD, seed=1) is written


def test_a_duet_shares_every_line_once(written: Score) -> None:
    score = with_company(written, asked("duet"), POP, LEAD, seed=1)
    leads = [v for v in score.vocals if v.role is VocalRole.LEAD]
    assert [v.name for v in leads] == ["lead", DUET]
    assert {voice(v.voice).gender for v in leads} == {"female", "male"}
    before = {(line.section_index, line.line_index) for line in written.vocals[0].lines}
    shares = [{(line.section_index, line.line_index) for line in v.lines} for v in leads]
    assert shares[0] | shares[1] == before
    assert not shares[0] & shares[1]
    assert min(map(len, shares)) >= 3
    kinds = {score.sections[line.section_index].kind for line in leads[1].lines}
    assert not kinds & set(HOOKS)


def test_company_sings_in_its_own_range(written: Score) -> None:
    score = with_company(written, asked("duet", "choir vocals"), POP, LEAD, seed=1)
    for part in score.vocals[1:]:
        who = voice(part.voice)
        pitches = [n.pitch_midi for line in part.lines for s in line.syllables for n in s.notes]
        assert sum(who.lo_midi - 5 <= p <= who.belt_midi + 3 for p in pitches) > 0.9 * len(pitches)


def test_a_choir_has_different_singers_of_both_genders_in_the_hooks(written: Score) -> None:
    score = with_company(written, asked("choir vocals"), POP, LEAD, seed=1)
    choir = [v for v in score.vocals if v.name.startswith("choir")]
    assert len(choir) == 4
    assert len({v.voice for v in choir} | {LEAD.id}) == 5
    assert {voice(v.voice).gender for v in choir} == {"female", "male"}
    assert {score.sections[line.section_index].kind for v in choir for line in v.lines} <= set(HOOKS)


def test_words_of_a_duet_are_all_in_the_timing(written: Score) -> None:
    alone = perform(written, full_song(), POP, brief(), seed=7, take=1)
    score = with_company(written, asked("duet"), POP, LEAD, seed=1)
    together = perform(score, full_song(), POP, asked("duet"), seed=7, take=1)
    assert [w.text for w in together.words] == [w.text for w in alone.words]


@pytest.mark.parametrize(
    ("genre", "words", "spoken", "sung"),
    [
        ("pop", (), set(), {SectionKind.VERSE, SectionKind.CHORUS}),
        ("hip_hop", (), {SectionKind.VERSE}, {SectionKind.CHORUS}),
        ("pop", ("rapping",), {SectionKind.VERSE}, {SectionKind.CHORUS}),
        ("pop", ("spoken word",), {SectionKind.VERSE, SectionKind.CHORUS}, set()),
    ],
)
def test_rap_speaks_its_verses(written: Score, genre, words, spoken, sung) -> None:
    played = perform(written, full_song(), style(genre), asked(*words), seed=7, take=1)
    lead = played.vocals[0]
    by_kind = {
        kind: {p.expression.spoken for p in lead.phrases if written.sections[p.section_index].kind is kind}
        for kind in (SectionKind.VERSE, SectionKind.CHORUS)
    }
    assert all(min(by_kind[kind]) > 0.5 for kind in spoken)
    assert all(by_kind[kind] == {0.0} for kind in sung)
    assert all(p.expression.vibrato_semitones == 0 for p in lead.phrases if p.expression.spoken)


def test_both_genders_make_a_duet_and_one_chosen_does_not() -> None:
    prompt = "a love song sung by male and female vocals"
    assert "duet" in interpret(GenerateAction(prompt=prompt, seed=1)).voice_words
    chosen = interpret(GenerateAction(prompt=prompt, seed=1, voice_gender=VoiceGender.MALE))
    assert "duet" not in chosen.voice_words
    assert chosen.voice_gender is VoiceGender.MALE
