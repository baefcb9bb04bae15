"""Songs made from songs, on paper: what is kept, what is new."""

from __future__ import annotations

from dataclasses import fields, replace
from itertools import pairwise

import pytest
from remade import RATE, bar_of, edited, generated, kept, roots, similarity, source, spliced, tune_of, uploaded

from songwright.domain.action import ActionKind, EditAction, GenerateAction, Variation, VoiceGender
from songwright.domain.lyrics import SectionKind
from songwright.domain.plan import Plan, Sound, Stretched
from songwright.domain.score import Note, SungLine, VocalRole
from songwright.engines.native.edit import plan_edit
from songwright.engines.native.edit.setting import fit
from songwright.engines.native.styles.load import style
from songwright.engines.native.voice.voices import voice
from songwright.engines.protocols import Materials
from songwright.errors import BadRequest

A = ActionKind
SONG = generated()
OTHER = generated(style="minor house, 132 bpm", seed=14, lyrics="[Verse]\nnight train\n[Chorus]\nrun on and on")
SOURCES = {"generated": SONG, "upload": uploaded(), "spliced": spliced(SONG), "kept": kept(SONG)}
KINDS = {
    A.COVER: {"style": "synthwave"},
    A.REMASTER: {},
    A.PERSONA: {"voice": "sol"},
    A.INSPIRE: {},
    A.SAMPLE: {"start_s": 4.0, "end_s": 12.0},
    A.MASHUP: {},
}


def made(kind: ActionKind, plan: Plan, take: int = 1, **fields) -> Plan:
    plans = (plan, OTHER) if kind is A.MASHUP else (plan,)
    return edited(kind, *plans, take=take, **{**KINDS[kind], **fields})


def lead_voices(plan: Plan) -> set[str]:
    return {part.voice for part in plan.score.vocals if part.role is VocalRole.LEAD}


def sung_phonemes(plan: Plan) -> list[str]:
    parts = [part for part in plan.score.vocals if part.name in ("lead", "answers")]
    lines = sorted(
        (line for part in parts for line in part.lines), key=lambda x: (x.lyrics_section_index, x.line_index)
    )
    return [s.phonemes for line in lines for s in line.syllables]


CASES = [(k, n) for k in KINDS for n in SOURCES if k not in (A.PERSONA, A.INSPIRE) or n in ("generated", "upload")]


@pytest.mark.parametrize(("kind", "name"), CASES)
def test_every_remake_of_every_source_is_a_whole_song(kind, name):
    plan = made(kind, SOURCES[name])
    assert Plan.from_bytes(plan.to_bytes()) == plan
    assert plan.to_bytes() == made(kind, SOURCES[name]).to_bytes()
    assert plan != replace(made(kind, SOURCES[name], take=2), take=1)
    assert plan.lineage.edit == kind.value
    assert plan.lineage.sources[0] == "a"
    assert plan.lyrics.title
    score, show = plan.score, plan.performance
    assert score.sections[0].start_tick == 0
    assert all(a.end_tick == b.start_tick for a, b in pairwise(score.sections))
    assert all(a.start_tick + a.duration_ticks == b.start_tick for a, b in pairwise(score.chords))
    if kind is not A.REMASTER:
        assert [part.name for part in score.parts] == [part.name for part in show.parts]
        assert len(score.parts) >= 3
        assert tune_of(plan)
    for part in show.parts:
        assert all(n.start_s >= 0.0 and n.start_s + n.duration_s <= show.duration_s + 1e-3 for n in part.notes)
    assert all(word.end_s <= show.duration_s for word in show.words)


@pytest.mark.parametrize(("influence", "least"), [(1.0, 0.9), (None, 0.75), (0.0, 0.75)])
@pytest.mark.parametrize("name", SOURCES)
def test_a_cover_keeps_the_tune(name, influence, least):
    plan = made(A.COVER, SOURCES[name], audio_influence=influence)
    assert similarity(tune_of(plan), tune_of(SOURCES[name])) >= least
    assert [s.kind for s in plan.score.sections] == [s.kind for s in SOURCES[name].score.sections]


def test_a_cover_keeps_harmony_in_proportion():
    def share(influence: float) -> float:
        pairs = list(zip(roots(SONG), roots(made(A.COVER, SONG, audio_influence=influence)), strict=True))
        return sum(a == b for a, b in pairs) / len(pairs)

    assert share(1.0) == 1.0
    assert share(0.0) < share(0.6) < 1.0


def test_a_cover_moves_to_the_tempo_of_its_genre():
    bpm = style("synthwave").bpm
    assert made(A.COVER, SONG, audio_influence=1.0).score.axis.bpm_at(0) == SONG.score.axis.bpm_at(0)
    free = made(A.COVER, SONG, audio_influence=0.0).score.axis.bpm_at(0)
    half = made(A.COVER, SONG, audio_influence=0.5).score.axis.bpm_at(0)
    assert bpm.low <= free <= bpm.high
    assert min(SONG.brief.bpm, free) < half < max(SONG.brief.bpm, free)
    assert made(A.COVER, SONG, bpm=100.0).score.axis.bpm_at(0) == 100.0


def test_a_cover_in_a_far_tempo_takes_double_bars():
    plan = made(A.COVER, SONG, style="punk, 180 bpm")
    assert plan.score.axis.bpm_at(0) == 180.0
    assert plan.score.end_tick == 2 * SONG.score.end_tick
    assert similarity(tune_of(plan), tune_of(SONG)) == 1.0
    assert 0.8 < plan.performance.duration_s / SONG.performance.duration_s < 1.3


def test_words_that_would_be_hurried_go_in_double_bars():
    dense = replace(SONG.score.vocals[0], lines=tuple(_halved(line) for line in SONG.score.vocals[0].lines))
    quick = replace(SONG, score=replace(SONG.score, vocals=(dense,)))
    bpm = SONG.brief.bpm * 1.35
    assert made(A.COVER, SONG, bpm=bpm).score.end_tick == SONG.score.end_tick
    assert made(A.COVER, quick, bpm=bpm).score.end_tick == 2 * SONG.score.end_tick


def _halved(line: SungLine) -> SungLine:
    """The line with every note a thirty-second long."""
    syllables = tuple(replace(s, notes=(replace(s.notes[0], duration_ticks=60),)) for s in line.syllables)
    return replace(line, syllables=syllables)


def test_a_cover_fits_its_singer():
    for take, gender in enumerate(VoiceGender, start=1):
        plan = made(A.COVER, SONG, take=take, voice_gender=gender)
        (name,) = lead_voices(plan)
        singer = voice(name)
        assert singer.gender == gender.value
        notes = tune_of(plan)
        inside = sum(n.duration_ticks for n in notes if singer.lo_midi - 1 <= n.pitch_midi <= singer.hi_midi + 1)
        assert inside >= 0.75 * sum(n.duration_ticks for n in notes)
        assert max(n.pitch_midi for n in notes) <= singer.belt_midi
    assert lead_voices(made(A.COVER, SONG, voice="fenn")) == {"fenn"}
    assert str(made(A.COVER, SONG, key="D major").score.key) == "D major"


def test_a_cover_without_style_is_another_arrangement():
    plan = made(A.COVER, SONG, style="")
    assert plan.brief.genre == SONG.brief.genre
    assert plan.score.parts != SONG.score.parts
    assert made(A.COVER, SONG).brief.genre == "synthwave"


NEW_WORDS = {
    "fewer": "[Verse]\nslow\nso slow\n[Chorus]\nhome\nmy home",
    "more": "[Verse]\nlong is the road that is winding through mountains and valleys below\nso\n[Chorus]\n"
    "over and over and over we carry the fire of the evening\nhey\nand one more line\n(la la la)",
    "sections": "[Verse]\none day\n[Verse]\ntwo days\n[Chorus]\nthree\n[Bridge]\nfour and five\n[Chorus]\nthree",
}


@pytest.mark.parametrize("name", ["generated", "upload"])
@pytest.mark.parametrize("words", NEW_WORDS.values(), ids=NEW_WORDS)
def test_a_cover_sings_given_words_once_and_in_order(name, words):
    plan = made(A.COVER, SOURCES[name], lyrics=words)
    expected = [s.phonemes for line in plan.lyrics.lines() for s in line.syllables]
    assert sung_phonemes(plan) == expected
    notes = tune_of(plan)
    assert all(a.start_tick + a.duration_ticks <= b.start_tick for a, b in pairwise(notes))
    assert all(n.duration_ticks > 0 for n in notes)
    assert similarity(notes, tune_of(SOURCES[name])) > 0.3


def test_a_cover_of_a_long_recording_is_not_longer_than_its_words_need():
    long = uploaded(n_bars=80)
    plan = made(A.COVER, long, lyrics=NEW_WORDS["sections"])
    assert plan.performance.duration_s <= long.performance.duration_s
    assert sung_phonemes(plan) == [s.phonemes for line in plan.lyrics.lines() for s in line.syllables]


def test_words_with_as_many_syllables_keep_every_note():
    words = SONG.lyrics.text.replace("carry me home tonight", "bury me here at last")
    plan = made(A.COVER, SONG, lyrics=words, audio_influence=1.0)
    assert [n.start_tick for n in tune_of(plan)] == [n.start_tick for n in tune_of(SONG)]
    assert similarity(tune_of(plan), tune_of(SONG)) == 1.0


@pytest.mark.parametrize("n", range(1, 25))
def test_any_number_of_syllables_fits_a_phrase(n):
    notes = [
        Note(start_tick=240 * i, duration_ticks=200 + 10 * (i % 4), pitch_midi=60 + i, velocity=80) for i in range(8)
    ]
    fitted = fit([(note,) for note in notes], n)
    assert len(fitted) == n
    flat = [note for position in fitted for note in position]
    assert all(a.start_tick + a.duration_ticks <= b.start_tick for a, b in pairwise(flat))
    if n >= 8:
        assert {note.start_tick for note in notes} <= {note.start_tick for note in flat}
    for position in fitted:
        assert all(a.start_tick + a.duration_ticks == b.start_tick for a, b in pairwise(position))


def test_an_upload_without_words_is_played():
    plan = made(A.COVER, SOURCES["upload"])
    assert not plan.score.vocals
    assert plan.brief.instrumental
    assert similarity(tune_of(plan), tune_of(SOURCES["upload"])) == 1.0
    assert len(plan.score.axis.tempi) == 1
    assert made(A.COVER, SONG, instrumental=True).score.vocals == ()


@pytest.mark.parametrize("variation", Variation)
def test_a_remaster_keeps_every_note(variation):
    plan = made(A.REMASTER, SONG, variation=variation)
    changed = {f.name for f in fields(plan.mix) if getattr(plan.mix, f.name) != getattr(SONG.mix, f.name)}
    master = {"saturation", "glue_ratio", "width"}
    assert changed == master if variation is Variation.SUBTLE else changed > master
    assert plan.performance.duration_s == SONG.performance.duration_s
    assert [p.notes for p in plan.score.parts] == [p.notes for p in SONG.score.parts]
    assert plan.score.vocals == SONG.score.vocals
    assert plan.performance.words == SONG.performance.words
    instruments = [p.instrument for p in plan.performance.parts] != [p.instrument for p in SONG.performance.parts]
    assert instruments == (variation is Variation.HIGH)
    assert (plan.performance == SONG.performance) == (variation is not Variation.HIGH)
    for mine, theirs in zip(plan.performance.parts, SONG.performance.parts, strict=True):
        assert sorted(n.pitch_midi for n in mine.notes) == sorted(n.pitch_midi for n in theirs.notes)


def test_a_remaster_says_so_once():
    once = made(A.REMASTER, SONG)
    assert once.lyrics.title == f"{SONG.lyrics.title}  (Remastered)"
    assert made(A.REMASTER, once).lyrics.title == once.lyrics.title


def test_sound_that_is_not_performed_is_mastered_again():
    stretched = replace(SONG, sound=Sound(stretched=Stretched(plan=SONG, factor=1.5)))
    for plan in (SOURCES["upload"], SOURCES["spliced"], stretched):
        again = made(A.REMASTER, plan)
        assert again.sound is not None
        assert again.sound.remastered is not None
        assert again.sound.remastered.plan == plan
        assert again.inner == (plan,)
        assert again.blobs == plan.blobs
        twice = made(A.REMASTER, again, take=2)
        assert twice.sound is not None
        assert twice.sound.remastered is not None
        assert twice.sound.remastered.plan == plan
        assert twice.mix != again.mix
    assert made(A.REMASTER, SOURCES["kept"]).sound == SOURCES["kept"].sound


def test_a_persona_keeps_voice_and_manner():
    plan = made(A.PERSONA, SONG)
    assert lead_voices(plan) == {"sol"}
    assert plan.brief.genre == SONG.brief.genre
    assert plan.score.key.mode == SONG.score.key.mode
    assert plan.brief.bpm == pytest.approx(SONG.brief.bpm, rel=0.06)
    assert plan.mix.curve == SONG.mix.curve
    assert plan.lyrics != SONG.lyrics
    other = made(A.PERSONA, SONG, voice="miles", prompt="a metal song about winning")
    assert lead_voices(other) == {"miles"}
    assert other.brief.genre == "metal"
    given = made(A.PERSONA, SONG, custom=True, lyrics="[Verse]\nhello there\n[Chorus]\nhello again", title="Hi")
    assert [w.text for w in given.performance.words] == ["hello", "there", "hello", "again"]
    assert given.lyrics.title == "Hi"
    assert lead_voices(edited(A.PERSONA, prompt="a pop song", voice="sol")) == {"sol"}


def test_inspiration_is_blended_from_all():
    slow, fast = generated(style="folk, 80 bpm", seed=5), generated(style="folk, 120 bpm", seed=6)
    plan = edited(A.INSPIRE, slow, SONG, fast, prompt="a song about rain")
    assert plan.brief.genre == "folk"
    assert plan.brief.bpm == SONG.brief.bpm
    assert plan.lineage.sources == ("a", "b", "c")
    assert "rain" in plan.brief.topic
    asked = edited(A.INSPIRE, slow, SONG, fast, style="synthwave", prompt="a song about rain", audio_influence=0.0)
    assert asked.brief.genre == "synthwave"
    near = edited(A.INSPIRE, slow, SONG, fast, style="synthwave", prompt="a song about rain", audio_influence=1.0)
    assert near.brief.bpm == SONG.brief.bpm


@pytest.mark.parametrize("name", SOURCES)
def test_a_sample_lies_on_the_new_songs_bars(name):
    whole = SOURCES[name]
    plan = made(A.SAMPLE, whole)
    assert plan.sound is not None
    (part,) = plan.sound.kept
    assert part.plan == whole
    assert plan.score.key == whole.score.key
    assert plan.brief.bpm == pytest.approx(whole.brief.bpm, rel=0.02)
    lines = [round(plan.score.axis.seconds_at(t) * RATE) for t in range(0, plan.score.end_tick, bar_of(plan))]
    old = [round(whole.score.axis.seconds_at(t) * RATE) for t in range(0, whole.score.end_tick + 1, bar_of(whole))]
    for piece in part.slices:
        downbeat = next(t for t in old if t >= piece.start_frame)
        at = piece.at_frame + downbeat - piece.start_frame
        assert min(abs(at - line) for line in lines) <= 1
        assert 4.0 * RATE - RATE // 10 <= piece.start_frame < piece.end_frame <= 12.1 * RATE
    ends = [s.at_frame + s.end_frame - s.start_frame for s in part.slices]
    assert all(end <= b.at_frame + RATE // 50 for end, b in zip(ends, part.slices[1:], strict=False))
    assert ends[-1] <= plan.performance.duration_s * RATE
    choruses = [s for s in plan.score.sections if s.kind is SectionKind.CHORUS]
    starts = {round(plan.score.axis.seconds_at(s.start_tick) * RATE) for s in choruses}
    assert len(part.slices) > len(starts) > 0


def test_a_sample_sounds_over_its_own_chords():
    plan = made(A.SAMPLE, SONG, start_s=0.0, end_s=SONG.score.axis.seconds_at(4 * bar_of(SONG)))
    wanted = roots(SONG)[:4]
    chorus = next(s for s in plan.score.sections if s.kind is SectionKind.CHORUS)
    first = chorus.start_tick // bar_of(plan)
    assert roots(plan)[first : first + 4] == wanted


def test_a_sample_outside_the_song_is_refused():
    with pytest.raises(BadRequest, match="samples_start"):
        made(A.SAMPLE, SONG, start_s=500.0, end_s=510.0)


@pytest.mark.parametrize("name", SOURCES)
def test_a_mashup_carries_both(name):
    first = SOURCES[name]
    plan = made(A.MASHUP, first)
    assert plan.score.axis.bpm_at(0) == OTHER.score.axis.bpm_at(0)
    assert plan.score.key == OTHER.score.key
    assert plan.brief.genre == OTHER.brief.genre
    assert similarity(tune_of(plan), tune_of(first)) >= 0.5
    assert len(tune_of(plan)) == len(tune_of(first))
    shifts = [b.pitch_midi - a.pitch_midi for a, b in zip(tune_of(first), tune_of(plan), strict=True)]
    usual = max(set(shifts), key=shifts.count)
    assert sum(s != usual for s in shifts) <= 0.25 * len(shifts)
    theirs = {
        s.kind: roots(OTHER)[s.start_tick // bar_of(OTHER) : s.end_tick // bar_of(OTHER)]
        for s in reversed(OTHER.score.sections)
    }
    matched = total = 0
    for section in plan.score.sections:
        wanted = theirs.get(section.kind)
        if wanted:
            mine = roots(plan)[section.start_tick // bar_of(plan) : section.end_tick // bar_of(plan)]
            matched += sum(root == wanted[i % len(wanted)] for i, root in enumerate(mine))
            total += len(mine)
    assert total > 0
    assert matched >= 0.8 * total


def test_a_mashup_sings_the_first_songs_words_with_its_voice():
    plan = made(A.MASHUP, SONG)
    assert lead_voices(plan) == lead_voices(SONG)
    assert [w.text for w in plan.performance.words] == [w.text for w in SONG.performance.words]
    assert lead_voices(made(A.MASHUP, SONG, voice="fenn")) == {"fenn"}
    swapped = edited(A.MASHUP, OTHER, SONG)
    assert swapped.brief.genre == SONG.brief.genre
    played = edited(A.MASHUP, uploaded(), uploaded(bpm=80.0))
    assert not played.score.vocals
    assert tune_of(played)


@pytest.mark.parametrize(("mine", "theirs"), [("4/4", "3/4"), ("3/4", "4/4"), ("6/8", "4/4"), ("2/4", "6/8")])
def test_a_mashup_of_two_meters_keeps_the_first_songs_bars(mine, theirs):
    first, second = generated(meter=mine), generated(meter=theirs, style="folk, 96 bpm", seed=21)
    plan = edited(A.MASHUP, first, second)
    assert str(plan.score.axis.meter) == str(plan.brief.meter) == mine
    places = [n.start_tick % bar_of(first) for n in tune_of(first)]
    assert [n.start_tick % bar_of(plan) for n in tune_of(plan)] == places
    chords = plan.score.chords
    assert all(a.start_tick + a.duration_ticks == b.start_tick for a, b in pairwise(chords))
    assert chords[0].start_tick == 0
    assert chords[-1].start_tick + chords[-1].duration_ticks == plan.score.sections[-1].end_tick
    played = [note for part in plan.performance.parts for note in part.notes]
    assert len(played) > 100
    assert all(0 <= note.start_s <= plan.performance.duration_s for note in played)


def test_a_mashup_needs_two():
    with pytest.raises(BadRequest, match="2 audio ids"):
        edited(A.MASHUP, SONG)


def test_nothing_is_drawn_from_anywhere_but_the_seed():
    action = EditAction(kind=A.COVER, wishes=GenerateAction(style="jazz", seed=1), sources=("a",))
    materials = Materials(sources=(source(SONG),))
    first = plan_edit(action, take=1, materials=materials, versions={})
    other = plan_edit(replace(action, wishes=replace(action.wishes, seed=2)), take=1, materials=materials, versions={})
    assert first != other
