"""The knobs of a request: each changes what it names, the more the further it is turned, measured on plans."""

from __future__ import annotations

import itertools
import statistics
from dataclasses import replace

import pytest

from songwright.domain.action import GenerateAction, VoiceGender
from songwright.domain.plan import Plan
from songwright.domain.score import Chord
from songwright.domain.style import Brief
from songwright.engines.native.compose.harmony import plan_harmony
from songwright.engines.native.interpret import interpret
from songwright.engines.native.lyrics import write_lyrics
from songwright.engines.native.lyrics.genres import strange
from songwright.engines.native.planning import plan_take
from songwright.engines.native.styles.load import style as style_of
from songwright.engines.native.voice.voices import voice
from songwright.workshop.encoding import plan_metadata

TURNS = (0.0, 0.5, 1.0)


def plan(seed: int = 5, take: int = 1, **fields: object) -> Plan:
    return plan_take(GenerateAction(**{"prompt": "a song about rain", "seed": seed, **fields}), take=take, versions={})


def brief(seed: int, **fields: object) -> Brief:
    return interpret(GenerateAction(**{"prompt": "a song about rain", "seed": seed, **fields}))


def foreign_chords(made: Brief, seed: int) -> float:
    """Share of chords with a note that is not of the key."""
    found = plan_harmony(made, style_of(made.genre), seed=seed, take=1)
    chords: list[Chord] = [c.chord(made.key.tonic_pc) for loop in found.loops.values() for bar in loop for c in bar]
    return statistics.fmean(not set(chord.pcs) <= set(made.key.scale_pcs) for chord in chords)


def rises(values: list[float], by: float) -> bool:
    return all(a < b for a, b in itertools.pairwise(values)) and values[-1] - values[0] >= by


def test_weird_songs_leave_the_key():
    shares = [
        statistics.fmean(foreign_chords(replace(brief(s, style="pop, C major"), weirdness=w), s) for s in range(30))
        for w in TURNS
    ]
    assert rises(shares, by=0.1), shares


def test_weird_words_are_stranger():
    dreams = {line.lower() for c in (*strange().verse, *strange().turns, *strange().heart) for line in c}
    shares = []
    for w in TURNS:
        songs = [write_lyrics(replace(brief(s), weirdness=w), seed=s) for s in range(8)]
        lines = [line.text.lower() for song in songs for line in song.lines()]
        shares.append(sum(line in dreams for line in lines) / len(lines))
    assert shares[0] == 0.0
    assert rises(shares, by=0.2), shares


def leaps(made: Plan) -> float:
    """Share of a fourth and more among the intervals of the tune."""
    tune = [
        n.pitch_midi for part in made.score.vocals[:1] for line in part.lines for s in line.syllables for n in s.notes
    ]
    return statistics.fmean(abs(a - b) >= 5 for a, b in itertools.pairwise(tune))


def test_weird_tunes_leap():
    shares = [statistics.fmean(leaps(plan(s, style="pop", weirdness=w)) for s in range(4)) for w in (0.0, 1.0)]
    assert rises(shares, by=0.01), shares


def test_influence_keeps_to_the_tempo_of_the_genre():
    def distance(seed: int, influence: float) -> float:
        made = brief(seed, style="disco", style_influence=influence)
        span = style_of("disco").bpm
        return abs(made.bpm - span.median) / (span.high - span.low)

    means = [statistics.fmean(distance(s, i) for s in range(60)) for i in (1.0, 0.5, 0.0)]
    assert rises(means, by=0.05), means


def strangers(seed: int, influence: float) -> float:
    """Share of a band that its genre does not have."""
    made = plan(seed, style="bluegrass", style_influence=influence)
    own = {p.id for p in style_of(made.brief.genre).players}
    names = [p.name for p in made.score.parts if p.name not in ("drums", "bass", "percussion", "effects")]
    return sum(all(not name.startswith(i) for i in own) for name in names) / max(len(names), 1)


def test_influence_keeps_to_the_instruments_and_chords_of_the_genre():
    means = [statistics.fmean(strangers(s, i) for s in range(4)) for i in (1.0, 0.0)]
    assert rises(means, by=0.1), means
    made = [replace(brief(s, style="folk, G major"), weirdness=0.0) for s in range(40)]
    chords = [
        statistics.fmean(foreign_chords(replace(b, style_influence=i), s) for s, b in enumerate(made))
        for i in (1.0, 0.0)
    ]
    assert rises(chords, by=0.05), chords


@pytest.mark.parametrize(
    ("style", "refused", "programs"),
    [("country", "banjo", {105}), ("rock", "electric guitar", set(range(26, 32))),
     ("jazz", "piano, brass", {0, 1, 2, 56, 57, 60, 61})],
)  # fmt: skip
def test_refused_instruments_never_play(style, refused, programs):
    for seed in range(2):
        parts = plan(seed, style=style, negative_style=refused).score.parts
        assert not {p.instrument.program for p in parts if p.instrument.engine == "gm"} & programs
        assert {p.instrument.program for p in plan(seed, style=style).score.parts} & programs


def test_refused_drums_never_play():
    parts = plan(style="pop", negative_style="drums").score.parts
    assert not {p.instrument.engine for p in parts} & {"gmdrums", "synthdrums"}


def test_refused_genres_moods_and_voices_stay_away():
    for seed in range(6):
        assert brief(seed, style="jazz, pop", negative_style="jazz").genre != "jazz_swing"
        sad = brief(seed, prompt="a sad song about rain", negative_style="sad")
        assert "sad" not in sad.moods
        assert sad.valence > brief(seed, prompt="a sad song about rain").valence
        assert brief(seed, negative_style="male vocals").voice_gender is VoiceGender.FEMALE
        assert brief(seed, negative_style="female voice").voice_gender is VoiceGender.MALE
        assert brief(seed, prompt="no male vocals, a song about rain").voice_gender is VoiceGender.FEMALE
        assert "whispered" not in brief(seed, style="whispered pop", negative_style="whispered").voice_words
        assert brief(seed, negative_style="vocals").instrumental


@pytest.mark.parametrize("gender", list(VoiceGender))
def test_the_singer_has_the_gender_asked_for(gender):
    for style in ("metal", "soul", "folk"):
        made = plan(style=style, voice_gender=gender)
        ids = {part.voice for part in made.score.vocals}
        assert made.brief.voice_gender is gender
        assert all(voice(i).gender == gender.value for i in ids if i)


def test_tempo_key_meter_and_duration_are_as_asked():
    made = plan(bpm=93, key="F# minor", meter="3/4", duration_s=90.0)
    assert made.score.axis.bpm_at(0) == 93
    assert made.score.axis.meter.beats == 3
    assert str(made.brief.key) == "F# minor"
    assert abs(made.performance.duration_s - 90.0) <= 25.0
    assert plan(duration_s=200.0).performance.duration_s > plan(duration_s=80.0).performance.duration_s + 50


def test_takes_share_words_and_differ_in_notes():
    first, second = plan(take=1), plan(take=2)
    assert first.lyrics == second.lyrics
    assert first.score != second.score


def test_a_language_without_a_writer_is_told():
    told = plan_metadata(plan(prompt="une chanson sur la mer et le soleil"))
    assert (told["language"], told["language_asked"]) == ("en", "fr")
    assert "language_asked" not in plan_metadata(plan(prompt="una canción sobre el mar"))
