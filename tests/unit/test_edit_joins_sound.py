"""Extend, concat and replace as sound, measured on the samples."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from songwright.domain.action import ActionKind, EditAction, GenerateAction
from songwright.domain.plan import Chosen, Plan, Sound
from songwright.domain.score import PartRole, StemName
from songwright.domain.time import TimeAxis
from songwright.engines.native.engine import NativeEngine
from songwright.engines.native.planning import plan_take
from songwright.engines.protocols import EngineSettings, Materials, Rendition, Source

pytestmark = [pytest.mark.audio, pytest.mark.slow, pytest.mark.timeout(300)]
RATE = 48_000
JOIN_S = 7.9
SPAN_S = (4.4, 7.1)  # where the original itself has no consonant or drum
FADE = 1440


class Studio:
    """Plans, renders once and remembers."""

    def __init__(self, data_dir: Path) -> None:
        self.engine = NativeEngine(EngineSettings(data_dir=data_dir))
        self.made: dict[str, Rendition] = {}

    def source(self, plan: Plan, clip_id: str) -> Source:
        return Source(
            clip_id=clip_id,
            plan=plan,
            title="Rain",
            style="pop",
            lyrics=plan.lyrics.text,
            load_master=lambda: self.made[plan.key].master,
        )

    def edit(self, kind: ActionKind, *plans: Plan, wishes: dict | None = None, **fields) -> Plan:
        names = tuple(chr(ord("a") + i) for i in range(len(plans)))
        wanted = GenerateAction(custom=True, **{"seed": 9, **(wishes or {})})
        materials = Materials(sources=tuple(self.source(p, n) for p, n in zip(plans, names, strict=True)))
        action = EditAction(kind=kind, wishes=wanted, sources=names, **fields)
        (made,) = self.engine.plan(action, take=1, materials=materials)
        return made

    def sound(self, plan: Plan, *sources: Plan) -> Rendition:
        if plan.key not in self.made:
            materials = Materials(sources=tuple(self.source(p, p.key[:8]) for p in sources))
            self.made[plan.key] = self.engine.render(
                plan,
                materials=materials,
                progress=lambda _f, _s: None,
                preview=None,
                should_stop=lambda: False,
                stems=True,
            )
            self.engine.let_go()
        return self.made[plan.key]


@pytest.fixture(scope="module")
def studio(tmp_path_factory) -> Studio:
    return Studio(tmp_path_factory.mktemp("joins"))


@pytest.fixture(scope="module")
def rain(studio) -> Plan:
    wishes = GenerateAction(
        custom=True, lyrics="[Verse]\nsilver rain is falling slow", style="dance pop", seed=3, max_duration_s=13.0
    )
    plan = plan_take(wishes, take=1, versions={})
    studio.sound(plan)
    return plan


@pytest.fixture(scope="module")
def segment(studio, rain) -> Plan:
    plan = studio.edit(
        ActionKind.EXTEND, rain, wishes={"lyrics": "nothing left to say", "max_duration_s": 13.0}, start_s=JOIN_S
    )
    studio.sound(plan)
    return plan


@pytest.fixture(scope="module")
def whole(studio, rain, segment) -> Plan:
    plan = studio.edit(ActionKind.CONCAT, rain, segment, continue_at_s=(JOIN_S,))
    studio.sound(plan, rain, segment)
    return plan


@pytest.fixture(scope="module")
def replaced(studio, rain) -> Plan:
    plan = studio.edit(
        ActionKind.REPLACE,
        rain,
        wishes={"prompt": "golden morning"},
        start_s=SPAN_S[0],
        end_s=SPAN_S[1],
        full_song=True,
    )
    studio.sound(plan, rain)
    return plan


def bar_lines_s(axis: TimeAxis, from_bar: int, n: int) -> list[float]:
    return [axis.seconds_at(axis.bar_tick(bar)) for bar in range(from_bar, from_bar + n)]


def digest(pcm: np.ndarray) -> str:
    return hashlib.sha256(np.ascontiguousarray(pcm).tobytes()).hexdigest()


def kicks_s(plan: Plan, pcm: np.ndarray) -> list[tuple[float, float]]:
    """(written time, measured onset) of the kicks of a plan, by the rise of energy below 150 Hz in the drum stem."""
    spectrum = np.fft.rfft(pcm.mean(axis=1))
    spectrum[np.fft.rfftfreq(len(pcm), 1 / RATE) > 150.0] = 0.0
    low = np.abs(np.fft.irfft(spectrum, len(pcm)))
    axis = plan.score.axis
    drums = next(p for p in plan.score.parts if p.role is PartRole.DRUMS)
    out = []
    for note in drums.notes:
        at = axis.seconds_at(note.start_tick)
        if note.pitch_midi not in (35, 36) or at < 0.1 or at > plan.performance.duration_s - 0.3:
            continue
        around = low[round((at - 0.06) * RATE) : round((at + 0.09) * RATE)]
        peak = around.max()
        if peak > 0.2 * low.max() and around[: round(0.03 * RATE)].max() < 0.3 * peak:
            out.append((at, at - 0.06 + float(np.argmax(around > 0.5 * peak)) / RATE))
    return out


def test_the_beat_goes_on(studio, rain, segment):
    grid = np.array(bar_lines_s(rain.score.axis, 0, 30))
    lines = np.array(bar_lines_s(segment.score.axis, 1, 5)) + JOIN_S
    assert max(np.abs(grid - line).min() for line in lines) < 0.001

    def late(plan: Plan, shift_s: float) -> list[float]:
        """Measured kicks against the source's grid of sixteenths."""
        step = 15.0 / rain.brief.bpm
        found = [heard + shift_s for _, heard in kicks_s(plan, studio.sound(plan).stems[StemName.DRUMS].astype(float))]
        return [(heard + step / 2) % step - step / 2 for heard in found]

    before, after = late(rain, 0.0), late(segment, JOIN_S)
    assert len(before) >= 4
    assert len(after) >= 4
    assert abs(np.median(after) - np.median(before)) <= 0.010


def test_a_join_is_exact_on_both_sides(studio, rain, segment, whole):
    at = round(JOIN_S * RATE)
    old, new, made = (studio.sound(p).master for p in (rain, segment, whole))
    assert len(made) == at + len(new)
    assert digest(made[:at]) == digest(old[:at])
    assert digest(made[at + FADE :]) == digest(new[FADE:])


def test_a_join_does_not_click(studio, whole):
    at, n = round(JOIN_S * RATE), RATE // 5
    steps = np.abs(np.diff(studio.sound(whole).master.astype(np.int64), axis=0)).max(axis=1)
    near = steps[at - 240 : at + FADE + 240].max()
    assert near <= max(steps[at - n : at - 240].max(), steps[at + FADE + 240 : at + FADE + n].max())


def test_stems_of_a_joined_song_are_its_premaster(studio, whole, replaced):
    for plan in (whole, replaced):
        made = studio.sound(plan)
        assert digest(sum(made.stems.values()).astype(np.int32)) == digest(made.premaster)
        assert len(made.premaster) == len(made.master)


def test_dry_stems_of_a_joined_song_are_those_of_its_parts(studio, rain, segment, whole):
    def dry(plan: Plan, *sources: Plan) -> dict[StemName, np.ndarray]:
        chosen = Sound(chosen=Chosen(plan=plan, stems=tuple(StemName), dry=True))
        return dict(studio.sound(replace(plan, sound=chosen), *sources).stems)

    first, second, joined = dry(rain), dry(segment), dry(whole, rain, segment)
    at = round(JOIN_S * RATE)
    for name in (StemName.VOCALS, StemName.DRUMS, StemName.BASS):
        assert first[name][:at].any()
        assert np.array_equal(joined[name][:at], first[name][:at])
        assert np.array_equal(joined[name][at + FADE :], second[name][FADE:])
        assert not np.array_equal(joined[name], studio.sound(whole).stems[name])


def test_only_the_span_changes(studio, rain, replaced):
    first, past = (round(s * RATE) for s in SPAN_S)
    old, new = studio.sound(rain).master, studio.sound(replaced).master
    assert len(old) == len(new)
    assert digest(new[:first]) == digest(old[:first])
    assert digest(new[past:]) == digest(old[past:])
    change = np.abs(new[first:past].astype(np.int64) - old[first:past])
    assert np.sqrt(np.mean(np.square(change / 2.0**23))) > 0.01
    for name, stem in studio.sound(replaced).stems.items():
        assert digest(stem[:first]) == digest(studio.sound(rain).stems[name][:first])


def test_the_span_is_as_loud_as_its_surroundings_and_does_not_click(studio, rain, replaced):
    first, past = (round(s * RATE) for s in SPAN_S)
    old, new = (studio.sound(p).master.astype(float) for p in (rain, replaced))

    def level_db(x: np.ndarray) -> float:
        return 10 * np.log10(np.mean(np.square(x)))

    assert abs(level_db(new[first:past]) - level_db(old[first:past])) < 3.0
    steps = np.abs(np.diff(new, axis=0)).max(axis=1)
    for at in (first, past):
        near = steps[at - FADE - 240 : at + FADE + 240].max()
        assert near <= max(steps[at - 12_000 : at - FADE - 240].max(), steps[at + FADE + 240 : at + 12_000].max())


def test_the_voice_sings_where_the_new_words_are(studio, replaced):
    stem = studio.sound(replaced).stems[StemName.VOCALS].astype(float).mean(axis=1)
    words = [w for w in replaced.performance.words if SPAN_S[0] <= w.start_s < SPAN_S[1]]
    assert [w.text for w in words] == ["golden", "morning"]
    loud = np.sqrt(np.mean(np.square(stem)))
    for word in words:
        here = stem[round(word.start_s * RATE) : round(word.end_s * RATE)]
        assert np.sqrt(np.mean(np.square(here))) > 0.3 * loud


def test_a_candidate_joined_to_its_song_is_the_full_song(studio, rain, replaced):
    span = {"start_s": SPAN_S[0], "end_s": SPAN_S[1]}
    candidate = studio.edit(ActionKind.REPLACE, rain, wishes={"prompt": "golden morning"}, **span)
    song = studio.edit(ActionKind.CONCAT, rain, candidate)
    first, past = (round(s * RATE) for s in SPAN_S)
    assert song.sound == replaced.sound
    made, full = studio.sound(candidate, rain).master, studio.sound(replaced).master
    assert digest(made) == digest(full[first - 2 * RATE : past + 2 * RATE])
