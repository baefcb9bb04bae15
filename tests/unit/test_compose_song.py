"""A whole song on paper."""

from __future__ import annotations

import itertools

import pytest

from songwright.domain.codec import canonical_json
from songwright.domain.lyrics import Lyrics, SectionKind
from songwright.domain.score import Score, VocalRole
from songwright.engines.native.compose.checks import check_score
from songwright.engines.native.compose.compose import compose, form_for, unsung
from songwright.engines.native.styles.load import style

from ..support.songs_by_hand import (
    CHORUS,
    VERSE_1,
    VERSE_2,
    VOICE,
    K,
    brief,
    full_song,
    line,
    lyrics,
    section,
)

POP = style("pop")


def lead_notes(score: Score) -> list[tuple[int, int, int, int]]:
    """(start, duration, pitch, section) of the lead voice."""
    lead = next(p for p in score.vocals if p.name == "lead")
    return [
        (n.start_tick, n.duration_ticks, n.pitch_midi, x.section_index)
        for x in lead.lines
        for s in x.syllables
        for n in s.notes
    ]


def sung_phonemes(score: Score, words: Lyrics) -> list[str]:
    """Phonemes of lead and answers in the order of the lyrics' lines."""
    lines = [x for p in score.vocals if p.name in ("lead", "answers") for x in p.lines]
    lines.sort(key=lambda x: (x.lyrics_section_index, x.line_index, x.syllables[0].notes[0].start_tick))
    return [s.phonemes for x in lines for s in x.syllables]


def written_phonemes(words: Lyrics) -> list[str]:
    return [s.phonemes for x in words.lines() for s in x.syllables]


@pytest.fixture(scope="module")
def song() -> Score:
    return compose(brief(), POP, full_song(), VOICE, seed=7, take=1)


def test_every_syllable_is_sung_once_and_in_order(song: Score) -> None:
    assert sung_phonemes(song, full_song()) == written_phonemes(full_song())
    starts = [n[0] for n in lead_notes(song)]
    assert starts == sorted(set(starts))


def test_notes_do_not_overlap_and_stay_inside_the_song(song: Score) -> None:
    notes = lead_notes(song)
    assert all(a[0] + a[1] <= b[0] for a, b in itertools.pairwise(notes))
    assert notes[0][0] >= 0
    assert notes[-1][0] + notes[-1][1] <= song.end_tick


def test_notes_stay_in_the_voice(song: Score) -> None:
    notes = lead_notes(song)
    assert all(VOICE.lo_midi - 3 <= p <= VOICE.top_midi for _, _, p, _ in notes)
    inside = sum(d for _, d, p, _ in notes if VOICE.lo_midi <= p <= VOICE.hi_midi)
    assert inside / sum(d for _, d, _, _ in notes) >= 0.7


def test_choruses_with_the_same_words_are_the_same(song: Score) -> None:
    tunes = []
    for i, s in enumerate(song.sections):
        if s.kind is SectionKind.CHORUS:
            tunes.append([(t - s.start_tick, d, p) for t, d, p, at in lead_notes(song) if at == i])
    assert len(tunes) == 3
    assert tunes[0] == tunes[1] == tunes[2]


def test_the_second_verse_keeps_the_tune_of_the_first(song: Score) -> None:
    verses = [i for i, s in enumerate(song.sections) if s.kind is SectionKind.VERSE]
    lead = next(p for p in song.vocals if p.name == "lead")
    first, second = ([x for x in lead.lines if x.section_index == i] for i in verses)
    same = total = 0
    for a, b in zip(first, second, strict=True):
        if len(a.syllables) == len(b.syllables):
            pairs = list(zip(a.syllables, b.syllables, strict=True))
            total += len(pairs)
            same += sum(x.notes[-1].pitch_midi == y.notes[-1].pitch_midi for x, y in pairs)
    assert total >= 20
    assert same / total >= 0.75


def test_the_chorus_lies_higher_than_the_verse(song: Score) -> None:
    def mean(kind: SectionKind) -> float:
        notes = [(d, p) for _, d, p, at in lead_notes(song) if song.sections[at].kind is kind]
        return sum(d * p for d, p in notes) / sum(d for d, _ in notes)

    assert mean(SectionKind.CHORUS) >= mean(SectionKind.VERSE) + 0.5


def test_lines_end_with_a_breath(song: Score) -> None:
    lead = next(p for p in song.vocals if p.name == "lead")
    for a, b in itertools.pairwise(lead.lines):
        end = a.syllables[-1].notes[-1]
        gap_ticks = b.syllables[0].notes[0].start_tick - end.start_tick - end.duration_ticks
        assert song.axis.seconds_at(gap_ticks) >= 0.24


def test_sections_and_chords_cover_the_song_without_gaps(song: Score) -> None:
    assert song.sections[0].start_tick == 0
    assert all(a.end_tick == b.start_tick for a, b in itertools.pairwise(song.sections))
    assert song.chords[0].start_tick == 0
    assert all(a.start_tick + a.duration_ticks == b.start_tick for a, b in itertools.pairwise(song.chords))
    assert song.chords[-1].start_tick + song.chords[-1].duration_ticks == song.end_tick
    assert song.chords[-1].chord.root_pc == song.key.tonic_pc


def test_syllables_are_slow_enough_to_be_understood(song: Score) -> None:
    notes = lead_notes(song)
    gaps_s = sorted(song.axis.seconds_at(b[0] - a[0]) for a, b in itertools.pairwise(notes) if a[3] == b[3])
    assert gaps_s[0] >= 0.17
    assert 0.22 <= gaps_s[len(gaps_s) // 2] <= 0.7


def test_stressed_syllables_stand_on_beats_or_anticipate_them(song: Score) -> None:
    lead = next(p for p in song.vocals if p.name == "lead")
    good = total = 0
    for x in lead.lines:
        for s in x.syllables:
            if s.stress == 2:
                note = s.notes[0]
                to_beat = -note.start_tick % 480
                total += 1
                good += to_beat == 0 or (to_beat <= 240 and note.duration_ticks > to_beat)
    assert total > 30
    assert good / total >= 0.75


def test_harmonies_only_in_later_choruses_and_in_chord_or_scale(song: Score) -> None:
    lead = next(p for p in song.vocals if p.name == "lead")
    harmony = next(p for p in song.vocals if p.name == "harmony")
    assert harmony.role is VocalRole.HARMONY
    choruses = [i for i, s in enumerate(song.sections) if s.kind is SectionKind.CHORUS]
    assert {x.section_index for x in harmony.lines} <= set(choruses[1:])
    pitch_at = {n.start_tick: n.pitch_midi for x in lead.lines for s in x.syllables for n in s.notes}
    for x in harmony.lines:
        for s in x.syllables:
            for n in s.notes:
                assert n.pitch_midi != pitch_at[n.start_tick]
    total = sum(n.duration_ticks for x in lead.lines for s in x.syllables for n in s.notes)
    assert sum(n.duration_ticks for x in harmony.lines for s in x.syllables for n in s.notes) <= total / 2.9


def test_lines_in_parentheses_are_sung_by_the_answers() -> None:
    chorus = section(K.CHORUS, *CHORUS[:2])
    words = lyrics(
        section(K.VERSE, *VERSE_1),
        type(chorus)(kind=K.CHORUS, lines=(*chorus.lines, line("COM-ing home", backing=True))),
    )
    score = compose(brief(), POP, words, VOICE, seed=1, take=1)
    answers = next(p for p in score.vocals if p.name == "answers")
    assert [s.phonemes for x in answers.lines for s in x.syllables] == ["com", "ing", "home"]
    lead = next(p for p in score.vocals if p.name == "lead")
    assert all((x.lyrics_section_index, x.line_index) != (1, 2) for x in lead.lines)


def test_equal_seeds_give_equal_scores_and_takes_differ() -> None:
    again = compose(brief(), POP, full_song(), VOICE, seed=7, take=1)
    other = compose(brief(), POP, full_song(), VOICE, seed=7, take=2)
    first = compose(brief(), POP, full_song(), VOICE, seed=7, take=1)
    assert canonical_json(first) == canonical_json(again)
    assert canonical_json(first) != canonical_json(other)


@pytest.mark.parametrize("seed", range(6))
def test_takes_have_different_tunes(seed: int) -> None:
    steps = []
    for take in (1, 2):
        score = compose(brief(), POP, full_song(), VOICE, seed=seed, take=take)
        pitches = [p for _, _, p, _ in lead_notes(score)]
        steps.append([b - a for a, b in itertools.pairwise(pitches)])
    same = sum(a == b for a, b in zip(*steps, strict=False)) / min(map(len, steps))
    assert same < 0.6


@pytest.mark.parametrize("target_s", [60.0, 90.0, 150.0, 200.0])
def test_the_form_aims_at_the_target(target_s: float) -> None:
    wanted = brief(target_s=target_s)
    for seed in range(5):
        form = form_for(wanted, POP, seed=seed, take=1)
        length_s = sum(s.bars for s in form) * 4 * 60 / 108 + 3.0
        assert abs(length_s - target_s) <= 12
        kinds = [s.kind for s in form]
        assert SectionKind.VERSE in kinds
        assert SectionKind.CHORUS in kinds


@pytest.mark.parametrize("meter", ["4/4", "3/4", "6/8"])
@pytest.mark.parametrize("bpm", [60.0, 100.0, 170.0])
def test_meters_and_tempi(meter: str, bpm: float) -> None:
    wanted = brief(bpm=bpm, meter=meter, key="A minor", target_s=170.0)
    score = compose(wanted, POP, full_song(), VOICE, seed=2, take=1)
    assert unsung(score, full_song()) == ()
    assert score.axis.seconds_at(score.end_tick) + 3.0 <= 240.0
    assert abs(score.axis.seconds_at(score.end_tick) + 3.0 - 170.0) <= 6.0
    failed = [c for c in check_score(score, full_song(), VOICE, wanted) if not c.ok]
    assert not [c for c in failed if c.hard]
    assert len(failed) <= 2


def test_the_key_and_tempo_asked_for_are_kept() -> None:
    score = compose(brief(key="F# minor", bpm=93.5), POP, full_song(), VOICE, seed=2, take=2)
    assert str(score.key) == "F# minor"
    assert score.axis.bpm_at(0) == 93.5
    scale = set(score.key.scale_pcs)
    pcs = [p % 12 for _, _, p, _ in lead_notes(score)]
    assert sum(p in scale for p in pcs) / len(pcs) >= 0.97


def test_repeated_words_do_not_lose_their_verse() -> None:
    words = lyrics(section(K.VERSE, *VERSE_1), section(K.VERSE, *VERSE_2), section(K.VERSE, *VERSE_1))
    score = compose(brief(), POP, words, VOICE, seed=4, take=1)
    assert sung_phonemes(score, words) == written_phonemes(words)


def test_instrumental_song_has_a_tune_and_no_voice() -> None:
    score = compose(brief(instrumental=True), POP, lyrics(), VOICE, seed=4, take=1)
    assert score.vocals == ()
    (tune,) = score.parts
    assert tune.name == "lead_melody"
    assert len(tune.notes) > 80
    starts = [n.start_tick for n in tune.notes]
    assert starts == sorted(set(starts))
    assert abs(score.axis.seconds_at(score.end_tick) + 3.0 - 150.0) <= 8.0
