"""From score to seconds."""

from __future__ import annotations

import dataclasses
import itertools

import pytest

from songwright.domain.codec import canonical_json, from_data, to_data
from songwright.domain.lyrics import SectionKind
from songwright.domain.performance import Expression, Performance, SungPhrase
from songwright.domain.score import Instrument, Note, Part, PartRole, Score, StemName
from songwright.engines.native.compose.compose import compose
from songwright.engines.native.perform import perform
from songwright.engines.native.perform.delivery import manners
from songwright.engines.native.styles.load import style

from ..support.songs_by_hand import VOICE, brief, full_song

POP = style("pop")


@pytest.fixture(scope="module")
def score() -> Score:
    written = compose(brief(), POP, full_song(), VOICE, seed=7, take=1)
    notes = tuple(
        Note(start_tick=480 * i, duration_ticks=240, pitch_midi=36, velocity=100)
        for i in range(written.end_tick // 480)
    )
    kick = Part(
        name="drums", role=PartRole.DRUMS, stem=StemName.DRUMS, instrument=Instrument(engine="gmdrums"), notes=notes
    )
    return dataclasses.replace(written, parts=(kick,))


@pytest.fixture(scope="module")
def played(score: Score) -> Performance:
    return perform(score, full_song(), POP, brief(), seed=7, take=1)


def relative(phrase: SungPhrase) -> list[tuple[str, float, float, tuple[float, ...]]]:
    """A phrase from its own start, rounded as the singer rounds."""
    start = phrase.start_s
    return [
        (
            s.phonemes,
            round(s.start_s - start, 5),
            round(s.end_s - start, 5),
            tuple(x for n in s.notes for x in (round(n.start_s - start, 5), round(n.duration_s, 5), n.pitch_midi)),
        )
        for s in phrase.syllables
    ]


def test_the_song_lasts_to_its_last_bar_and_a_tail(score: Score, played: Performance) -> None:
    end_s = score.axis.seconds_at(score.end_tick)
    assert 2.0 <= played.duration_s - end_s <= 4.0
    assert played.duration_s * 1000 == pytest.approx(round(played.duration_s * 1000), abs=1e-6)
    assert played.sections[-1].end_s == pytest.approx(end_s, abs=1e-3)
    assert all(a.end_s == b.start_s for a, b in itertools.pairwise(played.sections))


def test_vowels_begin_on_their_written_places(score: Score, played: Performance) -> None:
    lead = next(p for p in score.vocals if p.name == "lead")
    written = [score.axis.seconds_at(s.notes[0].start_tick) for x in lead.lines for s in x.syllables]
    sung = [s.start_s for p in played.vocals if p.name == "lead" for x in p.phrases for s in x.syllables]
    assert len(written) == len(sung)
    late_s = [b - a for a, b in zip(written, sung, strict=True)]
    assert min(late_s) >= -0.02
    assert max(late_s) <= 0.06


def test_notes_cover_their_syllable_and_syllables_do_not_overlap(played: Performance) -> None:
    for part in played.vocals:
        syllables = [s for x in part.phrases for s in x.syllables]
        for s in syllables:
            assert s.notes[0].start_s == s.start_s
            assert s.notes[-1].start_s + s.notes[-1].duration_s == pytest.approx(s.end_s, abs=2e-4)
            assert s.end_s > s.start_s
        assert all(a.end_s <= b.start_s + 1e-9 for a, b in itertools.pairwise(syllables))


def test_phrases_are_short_enough_to_breathe(played: Performance) -> None:
    for part in played.vocals:
        assert all(x.end_s - x.start_s <= 10.0 for x in part.phrases)


def test_a_chorus_that_returns_is_the_same_phrase(played: Performance) -> None:
    lead = next(p for p in played.vocals if p.name == "lead")
    choruses = [
        [x for x in lead.phrases if x.section_index == i]
        for i, s in enumerate(played.sections)
        if s.kind == SectionKind.CHORUS.value
    ]
    assert len(choruses) == 3
    for other in choruses[1:]:
        for a, b in zip(choruses[0], other, strict=True):
            assert relative(a) == relative(b)
            assert dataclasses.replace(a.expression, breath=True) == dataclasses.replace(b.expression, breath=True)


def test_words_are_the_lyrics_in_order(played: Performance) -> None:
    assert [w.text for w in played.words] == [w.text + w.trailing for x in full_song().lines() for w in x.words]
    assert all(a.end_s <= b.start_s for a, b in itertools.pairwise(played.words))
    assert all(0 <= w.start_s < w.end_s <= played.duration_s for w in played.words)
    starts = [w.line_index for w in played.words if w.line_start]
    assert starts == list(range(len(list(full_song().lines()))))


def test_played_notes_stay_near_the_grid_and_inside_the_song(score: Score, played: Performance) -> None:
    (drums,) = played.parts
    assert len(drums.notes) == len(score.parts[0].notes)
    for written, note in zip(score.parts[0].notes, drums.notes, strict=True):
        assert abs(note.start_s - score.axis.seconds_at(written.start_tick)) < 0.02
        assert note.start_s + note.duration_s <= played.duration_s
    assert len({round(n.start_s - score.axis.seconds_at(w.start_tick), 5) for w, n in
                zip(score.parts[0].notes, drums.notes, strict=True)}) > 10  # fmt: skip


def test_the_performance_is_deterministic(score: Score, played: Performance) -> None:
    again = perform(score, full_song(), POP, brief(), seed=7, take=1)
    assert canonical_json(again) == canonical_json(played)
    other = perform(score, full_song(), POP, brief(), seed=8, take=1)
    assert canonical_json(other) != canonical_json(played)


def test_a_genre_has_its_head_voice_in_choruses_and_its_creak_now_and_then(score: Score) -> None:
    vocal = POP.vocal.model_copy(update={"falsetto": 0.4, "fry_s": 0.08, "fry_share": 0.5})
    coloured = perform(score, full_song(), POP.model_copy(update={"vocal": vocal}), brief(), seed=7, take=1)
    creaks = []
    for phrase in (x for part in coloured.vocals if part.name == "lead" for x in part.phrases):
        chorus = score.sections[phrase.section_index].kind in (SectionKind.CHORUS, SectionKind.POST_CHORUS)
        assert phrase.expression.falsetto == (0.4 if chorus else 0.0)
        creaks.append(phrase.expression.fry_s)
    assert set(creaks) == {0.0, 0.08}
    others = [x.expression for part in coloured.vocals if part.name != "lead" for x in part.phrases]
    assert others
    assert not any(own.fry_s for own in others)


@pytest.mark.parametrize(
    ("word", "falsetto", "fry_share"),
    [("falsetto", 0.9, 0.0), ("head voice", 0.9, 0.0), ("vocal fry", 0.0, 0.8), ("raspy", 0.0, 0.4), ("soft", 0, 0)],
)
def test_words_of_the_request_ask_for_colours_everywhere(
    score: Score, word: str, falsetto: float, fry_share: float
) -> None:
    asked = manners(score, POP, dataclasses.replace(brief(), voice_words=(word,)))
    assert set(asked) == set(range(len(score.sections)))
    assert {(m.falsetto, m.fry_share) for m in asked.values()} == {(falsetto, fry_share)}


def test_phrases_without_colours_are_written_as_before(played: Performance) -> None:
    own = played.vocals[0].phrases[0].expression
    assert not {"falsetto", "fry_s"} & set(to_data(own))
    assert from_data(Expression, to_data(own)) == own
