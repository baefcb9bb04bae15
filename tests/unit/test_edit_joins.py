"""Extend, concat and replace on paper: time, key, voice, words and odd places."""

from __future__ import annotations

import hashlib
import itertools
from dataclasses import replace

import numpy as np
import pytest

from songwright.domain.action import ActionKind, EditAction, GenerateAction, VoiceGender
from songwright.domain.lyrics import Lyrics, SectionKind
from songwright.domain.performance import Performance, SectionSpan
from songwright.domain.plan import Plan, PlanSpan, Recorded, Sound
from songwright.domain.score import Chord, ChordSpan, Score, ScoreSection, VocalRole
from songwright.domain.style import Brief, Key
from songwright.domain.time import Meter, TempoChange, TimeAxis
from songwright.engines.native.edit import plan_edit
from songwright.engines.native.edit.paper import duration_of, frames_of
from songwright.engines.native.planning import plan_take
from songwright.engines.native.splicing import levels, stem_levels
from songwright.engines.native.voice.voices import voice
from songwright.engines.protocols import Materials, Source
from songwright.errors import BadRequest

RATE = 48_000
LYRICS = "[Verse]\nsilver rain is falling slow\nover every road I know\n[Chorus]\ncarry me over\ncarry me home"
MORE = "[Bridge]\nnothing left to say\nnothing but the day"


def song(**fields) -> Plan:
    wanted = {"lyrics": LYRICS, "style": "pop", "seed": 3, "max_duration_s": 30.0, **fields}
    return plan_take(GenerateAction(custom=True, **wanted), take=1, versions={})


def source(plan: Plan, clip_id: str = "a") -> Source:
    def silent() -> np.ndarray:
        return np.zeros((frames_of(plan), 2), np.int32)

    return Source(clip_id=clip_id, plan=plan, title="Rain", style="pop", lyrics=plan.lyrics.text, load_master=silent)


def edit(kind: ActionKind, *plans: Plan, take: int = 1, wishes: dict | None = None, **fields) -> Plan:
    names = [chr(ord("a") + i) for i in range(len(plans))]
    action = EditAction(
        kind=kind, wishes=GenerateAction(custom=True, **{"seed": 9, **(wishes or {})}), sources=tuple(names), **fields
    )
    materials = Materials(sources=tuple(source(p, n) for p, n in zip(plans, names, strict=True)))
    (made,) = plan_edit(action, take=take, materials=materials, versions={})
    return made


def extend(plan: Plan, at_s: float, *, take: int = 1, **wishes) -> Plan:
    return edit(ActionKind.EXTEND, plan, take=take, wishes={"lyrics": MORE, **wishes}, start_s=at_s)


def concat(*plans: Plan, at_s: tuple[float, ...]) -> Plan:
    return edit(ActionKind.CONCAT, *plans, continue_at_s=at_s)


def replaced(plan: Plan, start_s: float, end_s: float, *, full: bool = True, take: int = 1, **wishes) -> Plan:
    return edit(ActionKind.REPLACE, plan, take=take, wishes=wishes, start_s=start_s, end_s=end_s, full_song=full)


def upload(*, brief: Brief | None = None) -> Plan:
    """A recording of 20 s as an analysis writes it down: uneven tempo, chords, one section, no words."""
    bars = range(9)
    tempi = tuple(TempoChange(tick=1920 * b, bpm=92.0 + 0.7 * (b % 3)) for b in bars)
    loop = (0, 9, 5, 7)
    score = Score(
        axis=TimeAxis(tempi=tempi, meter=Meter()),
        key=Key(tonic_pc=0),
        sections=(ScoreSection(kind=SectionKind.VERSE, name="Verse", start_tick=0, end_tick=8 * 1920, energy=0.5),),
        chords=tuple(
            ChordSpan(
                start_tick=1920 * b, duration_ticks=1920, chord=Chord(root_pc=loop[b % 4], quality="m" * (b % 4 == 1))
            )
            for b in range(8)
        ),
        parts=(),
    )
    duration_s = 20.0
    show = Performance(
        duration_s=duration_s,
        sections=(SectionSpan(name="Verse", kind="verse", start_s=0.0, end_s=duration_s, energy=0.5),),
        parts=(),
        vocals=(),
        words=(),
    )
    return Plan(
        engine="native",
        seed=1,
        take=1,
        brief=brief or Brief(genre="", bpm=92.7, key=Key(tonic_pc=0)),
        lyrics=Lyrics(title="Tape"),
        score=score,
        performance=show,
        sound=Sound(recorded=Recorded(blob="f" * 64, n_frames=960_000)),
    )


@pytest.fixture(scope="module")
def rain() -> Plan:
    return song()


def bar_lines_s(axis: TimeAxis, from_bar: int, n: int) -> list[float]:
    return [axis.seconds_at(axis.bar_tick(bar)) for bar in range(from_bar, from_bar + n)]


def phase_error_s(plan: Plan, segment: Plan, at_s: float) -> float:
    """How far the segment's bar lines lie from the source's, carried on at the source's last tempo."""
    grid = np.array(bar_lines_s(plan.score.axis, 0, 60))
    mine = np.array(bar_lines_s(segment.score.axis, 1, 6)) + at_s
    return float(max(np.abs(grid - line).min() for line in mine))


ODD_PLACES = {
    "very start": 0.01,
    "bar line": 4.48598,
    "inside a bar": 7.3,
    "last beat": 8.5,
    "inside a word": 9.02,
    "a breath before a bar line": 8.97,
    "in the tail": 28.9,
    "last frame": 29.9,
}


@pytest.mark.parametrize("at_s", ODD_PLACES.values(), ids=ODD_PLACES)
def test_a_continuation_keeps_bars_tempo_key_and_voice(rain, at_s):
    segment = extend(rain, at_s)
    assert phase_error_s(rain, segment, at_s) < 0.002
    assert segment.score.axis.bpm_at(segment.score.axis.bar_tick(1)) == rain.brief.bpm
    assert segment.score.key == rain.score.key
    assert {v.voice for v in segment.score.vocals} == {v.voice for v in rain.score.vocals}
    assert [w.text for w in segment.performance.words] == MORE.split("\n", 1)[1].split()
    assert segment.performance.words[0].start_s > 0.0
    assert segment.performance.sections[0].kind != "intro"
    assert segment.performance.words[-1].end_s < duration_of(segment)
    players = {p.name for p in rain.performance.parts if p.notes}
    assert sum(p.name in players for p in segment.performance.parts) >= len(segment.performance.parts) / 2
    sounds = {p.name: p.instrument for p in rain.score.parts}
    assert all(p.instrument == sounds.get(p.name, p.instrument) for p in segment.score.parts)


@pytest.mark.parametrize("meter", ["3/4", "6/8"])
def test_other_meters_go_on(meter):
    waltz = song(meter=meter)
    segment = extend(waltz, 9.1)
    assert segment.score.axis.meter == waltz.score.axis.meter
    assert phase_error_s(waltz, segment, 9.1) < 0.002


def test_chords_go_on_where_the_bar_had_begun(rain):
    segment = extend(rain, 9.5)
    axis = rain.score.axis
    here = next(c.chord for c in reversed(rain.score.chords) if axis.seconds_at(c.start_tick) <= 9.5)
    assert segment.score.chords[0].chord.root_pc == here.root_pc
    assert segment.score.chords[-1].chord.root_pc == rain.score.key.tonic_pc


def test_takes_differ_and_equal_requests_give_equal_plans(rain):
    one, again, two = extend(rain, 9.5), extend(rain, 9.5), extend(rain, 9.5, take=2)
    assert one.key == again.key
    assert one.performance.vocals != two.performance.vocals
    assert replaced(rain, 5.0, 9.0).key == replaced(rain, 5.0, 9.0).key
    assert replaced(rain, 5.0, 9.0).performance.vocals != replaced(rain, 5.0, 9.0, take=2).performance.vocals


@pytest.mark.parametrize("at_s", [29.915, 31.0, -1.0, None])
def test_a_continuation_begins_inside_the_source(rain, at_s):
    with pytest.raises(BadRequest, match="continue_at"):
        edit(ActionKind.EXTEND, rain, wishes={"lyrics": MORE}, start_s=at_s)


def test_wishes_change_style_voice_and_words(rain):
    metal = extend(rain, 9.5, style="heavy metal")
    assert metal.brief.genre == "metal"
    assert metal.score.axis.meter == rain.score.axis.meter
    assert phase_error_s(rain, metal, 9.5) < 0.002
    own = voice(rain.score.vocals[0].voice).gender
    other = VoiceGender.MALE if own == "female" else VoiceGender.FEMALE
    sung = extend(rain, 9.5, voice_gender=other)
    assert {voice(v.voice).gender for v in sung.score.vocals if v.role is VocalRole.LEAD} == {other.value}
    band = extend(rain, 9.5, lyrics="", instrumental=True)
    assert not band.performance.vocals
    assert band.performance.parts
    written = extend(rain, 9.5, lyrics="", prompt="going home by train")
    assert written.performance.words


def test_a_chain_of_three_continuations(rain):
    plans, times = [rain], []
    for number, at_s in enumerate((9.5, 7.77, 11.3)):
        times.append(at_s)
        plans.append(extend(plans[-1], at_s, seed=20 + number))
    whole = concat(*plans, at_s=tuple(times))
    frames = [round(t * 48_000) for t in times]
    assert frames_of(whole) == sum(frames) + frames_of(plans[-1])
    assert duration_of(whole) == pytest.approx(sum(times) + duration_of(plans[-1]), abs=1 / 48_000)
    assert whole.lyrics.text == "\n".join([LYRICS, MORE, MORE, MORE])
    grid = np.array(bar_lines_s(rain.score.axis, 0, 80))
    joined = np.array(bar_lines_s(whole.score.axis, 0, 20))
    assert np.abs(grid[:20] - joined).max() < 0.004
    starts = [w.start_s for w in whole.performance.words]
    assert starts == sorted(starts)
    assert [w.text for w in whole.performance.words][-8:] == MORE.split("\n", 1)[1].split()
    last = plans[-1].performance.words[-1]
    assert whole.performance.words[-1].start_s == pytest.approx(sum(times) + last.start_s, abs=0.001)
    for line in next(v for v in whole.score.vocals if v.name == "lead").lines:
        words = whole.lyrics.sections[line.lyrics_section_index].lines[line.line_index].words
        assert line.syllables[0].word_index < len(words)


def test_a_continuation_of_a_joined_song(rain):
    whole = concat(rain, extend(rain, 9.5), at_s=(9.5,))
    again = extend(whole, 20.3, seed=31)
    assert phase_error_s(rain, again, 20.3) < 0.004


@pytest.mark.parametrize("times", [(40.0,), (-2.0,)])
def test_a_join_lies_inside_the_source(rain, times):
    with pytest.raises(BadRequest, match="continue_at"):
        concat(rain, extend(rain, 9.5), at_s=times)


NEW_LINE = LYRICS.replace("over every road I know", "under moons of long ago")


def outside(plan: Plan, start_s: float, end_s: float) -> list:
    found = [(p.name, n) for p in plan.performance.parts for n in p.notes]
    sung = [(v.name, s) for v in plan.performance.vocals for x in v.phrases for s in x.syllables]
    notes = [x for x in found if x[1].start_s + x[1].duration_s <= start_s or x[1].start_s >= end_s]
    syllables = [x for x in sung if x[1].end_s <= start_s or x[1].start_s >= end_s]
    return [*notes, *syllables]


def around(word_text: str, plan: Plan) -> tuple[float, float]:
    """A span that holds the line that begins with a word."""
    first = next(w for w in plan.performance.words if w.text.startswith(word_text) and w.line_start)
    mine = [w for w in plan.performance.words if w.line_index == first.line_index]
    return mine[0].start_s - 0.2, mine[-1].end_s + 0.3


@pytest.mark.parametrize("full", [True, False])
def test_a_replaced_line_sings_new_words_and_nothing_else_changes(rain, full):
    start_s, end_s = around("over", rain)
    made = replaced(rain, start_s, end_s, lyrics=NEW_LINE, full=full)
    assert made.lyrics.text == NEW_LINE
    whole = made if full else concat(rain, made, at_s=())
    assert frames_of(whole) == frames_of(rain)
    assert whole.lyrics.text == NEW_LINE
    assert set(outside(rain, start_s, end_s)) <= set(outside(whole, start_s - 0.001, end_s + 0.001)) | set(
        outside(whole, start_s + 0.01, end_s - 0.01)
    )
    inside = [w.text for w in whole.performance.words if start_s <= w.start_s < end_s]
    assert inside == ["under", "moons", "of", "long", "ago"]
    others = [w.text for w in whole.performance.words if not start_s <= w.start_s < end_s]
    assert others == [w.text for w in rain.performance.words if not start_s <= w.start_s < end_s]
    if not full:
        assert duration_of(made) == pytest.approx(end_s - start_s + 4.0, abs=2 / 48_000)


@pytest.mark.parametrize(
    ("wishes", "expected"),
    [
        ({"prompt": "golden light"}, ["golden", "light"]),
        ({"lyrics": "golden light"}, ["golden", "light"]),
        ({}, ["over", "every", "road", "I", "know"]),
        ({"instrumental": True}, []),
    ],
)
def test_new_words_may_come_in_any_way(rain, wishes, expected):
    start_s, end_s = around("over", rain)
    made = replaced(rain, start_s, end_s, **wishes)
    assert [w.text for w in made.performance.words if start_s <= w.start_s < end_s] == expected


def test_too_many_words_are_sung_faster_then_left_out_and_nothing_is_shifted(rain):
    start_s, end_s = around("over", rain)
    words = "\n".join(["many many words that never ever fit in here at all"] * 12)
    made = replaced(rain, start_s, end_s, prompt=words)
    inside = [w for w in made.performance.words if start_s <= w.start_s < end_s]
    assert len(inside) >= 11
    assert all(w.end_s <= end_s + 0.001 for w in inside)
    after = [(w.text, w.start_s) for w in made.performance.words if w.start_s >= end_s]
    assert after == [(w.text, w.start_s) for w in rain.performance.words if w.start_s >= end_s]
    short = replaced(rain, 10.0, 10.9, prompt=words)
    assert [w for w in short.performance.words if 10.0 <= w.start_s < 10.9]


@pytest.mark.parametrize(("start_s", "end_s"), [(0.0, 6.0), (20.0, 29.915), (0.0, 29.915), (12.0, 12.4)])
def test_spans_at_the_edges(rain, start_s, end_s):
    for full, take in itertools.product((True, False), (1, 2)):
        made = replaced(rain, start_s, end_s, prompt="golden light", full=full, take=take)
        assert made.sound
        assert made.sound.spliced
        assert all(s.end_frame > s.start_frame >= 0 for s in made.sound.spliced.spans)
        assert all(s.end_frame <= frames_of(s.plan) for s in made.sound.spliced.spans)
    assert frames_of(concat(rain, made, at_s=())) == frames_of(rain)


@pytest.mark.parametrize(
    ("start_s", "end_s"), [(5.0, 5.0), (6.0, 5.0), (-1.0, 5.0), (5.0, 60.0), (40.0, 50.0), (None, 5.0)]
)
def test_impossible_spans_are_refused(rain, start_s, end_s):
    with pytest.raises(BadRequest, match="section"):
        replaced(rain, start_s, end_s)


def test_an_instrumental_gets_a_new_lead():
    band = song(instrumental=True, lyrics="", prompt="calm piano piece")
    made = replaced(band, 10.0, 16.0)
    assert not made.performance.words
    assert set(outside(band, 9.99, 16.01)) <= set(outside(made, 9.99, 16.01))
    inside = {(p.name, n) for p in made.performance.parts for n in p.notes if 10.0 <= n.start_s < 16.0}
    assert inside - {(p.name, n) for p in band.performance.parts for n in p.notes}


@pytest.mark.parametrize("genre", ["", "folk"])
def test_recordings_can_be_continued_joined_and_replaced(genre):
    tape = upload(brief=Brief(genre=genre, bpm=92.7, key=Key(tonic_pc=0)))
    segment = extend(tape, 13.3)
    assert segment.performance.words
    assert abs(segment.brief.bpm - 92.7) < 0.7
    assert phase_error_s(tape, segment, 13.3) < 0.15  # a played tempo is carried on as its mean
    first = segment.score.axis.seconds_at(segment.score.axis.bar_tick(1)) + 13.3
    assert min(abs(first - line) for line in bar_lines_s(tape.score.axis, 0, 9)) < 0.002
    whole = concat(tape, segment, at_s=(13.3,))
    assert frames_of(whole) == round(13.3 * 48_000) + frames_of(segment)
    assert whole.blobs == ("f" * 64,)
    made = replaced(tape, 6.0, 11.0, prompt="golden light is on the floor")
    assert [w.text for w in made.performance.words][:2] == ["golden", "light"]
    window = next(s.plan for s in made.sound.spliced.spans if s.matched)
    assert not window.blobs
    assert any(p.notes for p in window.performance.parts)
    assert frames_of(concat(tape, replaced(tape, 6.0, 11.0, prompt="golden", full=False), at_s=())) == 960_000


def test_plans_survive_storage(rain):
    made = concat(rain, extend(rain, 9.5), at_s=(9.5,))
    stored = made.to_bytes()
    assert hashlib.sha256(stored).digest() == hashlib.sha256(Plan.from_bytes(stored).to_bytes()).digest()
    assert Plan.from_bytes(stored) == made
    assert replace(made, take=2) != made


def test_lines_that_do_not_fit_are_named(rain):
    made = replaced(rain, 5.0, 7.0, prompt="one two three\n" + "far too many words to sing in here\n" * 4)
    assert made.brief.unused_words[-4:] == ("far too many words to sing in here",) * 4
    assert "one two three" not in made.brief.unused_words


def test_words_nobody_can_sing_are_refused(rain):
    with pytest.raises(BadRequest, match="cannot read"):
        replaced(rain, 5.0, 7.0, prompt="مرحبا بالعالم يا صديقي")


def edited(plan: Plan) -> dict[str, Plan]:
    """The results of other edits."""
    action = EditAction(kind=ActionKind.STEMS, wishes=GenerateAction(), sources=("a",))
    vocals, band = plan_edit(action, take=1, materials=Materials(sources=(source(plan),)), versions={})
    return {
        "faster": edit(ActionKind.SPEED, plan, factor=1.3),
        "slower": edit(ActionKind.SPEED, plan, factor=0.5, keep_pitch=True),
        "joined": concat(plan, extend(plan, 9.5), at_s=(9.5,)),
        "replaced": replaced(plan, 5.0, 9.0, prompt="golden light"),
        "segment": replaced(plan, 5.0, 9.0, prompt="golden light", full=False),
        "continuation": extend(plan, 9.5),
        "vocals": vocals,
        "band": band,
        "recording continued": concat(upload(), extend(upload(), 13.3), at_s=(13.3,)),
    }


@pytest.fixture(scope="module")
def others(rain) -> dict[str, Plan]:
    return edited(rain)


KINDS = (
    "faster", "slower", "joined", "replaced", "segment", "continuation", "vocals", "band", "recording continued",
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_results_of_edits_can_be_edited(others, kind):
    plan = others[kind]
    length_s = duration_of(plan)
    assert plan.performance.duration_s == pytest.approx(length_s, abs=0.002)
    at_s = 0.6 * length_s
    segment = extend(plan, at_s)
    assert phase_error_s(plan, segment, at_s) < (0.15 if kind == "recording continued" else 0.004)
    assert frames_of(concat(plan, segment, at_s=(at_s,))) == round(at_s * 48_000) + frames_of(segment)
    assert segment.score.key == plan.score.key
    heard = {c.chord.root_pc for c in plan.score.chords}
    assert heard & {c.chord.root_pc for c in segment.score.chords}
    for full in (True, False):
        made = replaced(plan, 0.3 * length_s, 0.7 * length_s, prompt="golden morning", full=full)
        assert made.sound
        assert made.sound.spliced
        window = next(s.plan for s in made.sound.spliced.spans if s.matched)
        assert {p.name for p in window.performance.parts} <= {p.name for p in window.score.parts}
        for voice_part in window.performance.vocals:
            for one, two in itertools.pairwise(voice_part.phrases):
                assert one.end_s <= two.start_s + 0.001
        whole = made if full else concat(plan, made, at_s=())
        assert frames_of(whole) == frames_of(plan)
        starts = [w.start_s for w in whole.performance.words]
        assert starts == sorted(starts)
    assert bool(window.performance.parts) == (kind != "vocals")


def test_a_recording_is_as_loud_in_stems_as_what_was_performed_beside_it(rain):
    recording = replace(rain, sound=Sound(recorded=Recorded(blob="ab" * 32, n_frames=RATE)))
    noise = np.random.default_rng(4).integers(-(1 << 20), 1 << 20, (RATE, 2)).astype(np.int32)
    quiet, spans = noise // 2, [PlanSpan(plan=p, start_frame=0, end_frame=RATE) for p in (recording, rain)]
    assert stem_levels([noise, quiet], [noise, noise], spans) == pytest.approx([0.5, 1.0], rel=1e-3)
    assert stem_levels([quiet, quiet], [noise, noise], [spans[1]] * 2) == [1.0, 1.0]
    assert stem_levels([noise, noise], [noise, noise], [spans[0]] * 2) == [1.0, 1.0]
    matched = [spans[0], replace(spans[1], matched=True)]
    assert stem_levels([noise, quiet], [noise, noise], matched) == levels([noise, quiet], matched)
