"""Domain values: time, keys, meters, codec, plans, draws, exact audio."""

from __future__ import annotations

import dataclasses
import gzip
import json
import subprocess
import sys

import numpy as np
import pytest

from songwright.domain.action import GenerateAction, VoiceGender
from songwright.domain.audio import FULL_SCALE_24, Audio, from_pcm24, sum_stems, to_pcm24
from songwright.domain.codec import canonical_json, content_key, from_data, to_data
from songwright.domain.draws import child_seed, draws
from songwright.domain.lyrics import Lyrics
from songwright.domain.performance import Performance
from songwright.domain.plan import Plan
from songwright.domain.score import Chord, Instrument, MixHint, Note, Part, PartRole, Score, StemName
from songwright.domain.style import Brief, Key
from songwright.domain.time import Meter, TempoChange, TimeAxis

KEY = Key.parse("A minor")


def small_plan(**changes) -> Plan:
    note = Note(start_tick=0, duration_ticks=480, pitch_midi=45, velocity=90)
    part = Part(
        name="bass",
        role=PartRole.BASS,
        stem=StemName.BASS,
        instrument=Instrument(program=33),
        notes=(note,),
        mix=MixHint(level_db=-5.0),
    )
    score = Score(axis=TimeAxis.steady(bpm=97.5), key=KEY, sections=(), chords=(), parts=(part,))
    show = Performance(duration_s=1.25, sections=(), parts=(), vocals=(), words=())
    plan = Plan(
        engine="native",
        engine_versions={"b": "2", "a": "1"},
        seed=3,
        take=1,
        brief=Brief(genre="pop", bpm=97.5, key=KEY, voice_gender=VoiceGender.FEMALE),
        lyrics=Lyrics(title="Été 雪"),
        score=score,
        performance=show,
    )
    return dataclasses.replace(plan, **changes)


@pytest.mark.parametrize(
    ("text", "tonic", "mode"),
    [
        ("C", 0, "major"),
        ("a minor", 9, "minor"),
        ("F#", 6, "major"),
        ("Bbm", 10, "minor"),
        ("E flat dorian", 3, "dorian"),
        ("G♯ minor", 8, "minor"),
        ("Cb", 11, "major"),
    ],
)
def test_keys_are_read(text, tonic, mode):
    assert Key.parse(text) == Key(tonic_pc=tonic, mode=mode)
    assert Key.parse(str(Key.parse(text))) == Key.parse(text)


@pytest.mark.parametrize("text", ["", "H", "A blue", "7", "A minor minor?!x"[:1] + "q"])
def test_what_is_no_key_is_refused(text):
    with pytest.raises(ValueError, match="key"):
        Key.parse(text)


@pytest.mark.parametrize("text", ["4", "4/3", "0/4", "17/4", "a/b", ""])
def test_what_is_no_meter_is_refused(text):
    with pytest.raises(ValueError, match="meter"):
        Meter.parse(text)


def test_bars_and_beats():
    six = Meter.parse("6/8")
    assert (six.beat_ticks, six.bar_ticks, str(six)) == (240, 1440, "6/8")
    axis = TimeAxis.steady(bpm=60.0, meter=six)
    assert [axis.bar_at(t) for t in (0, 1439, 1440)] == [0, 0, 1]
    assert axis.bar_tick(3) == 4320


def test_tempo_changes_add_up():
    axis = TimeAxis(
        tempi=(TempoChange(tick=0, bpm=120.0), TempoChange(tick=960, bpm=60.0), TempoChange(tick=1440, bpm=240.0)),
        meter=Meter(),
    )
    assert [axis.seconds_at(t) for t in (0, 480, 960, 1440, 1920)] == [0.0, 0.5, 1.0, 2.0, 2.25]
    assert [axis.tick_at(s) for s in (0.5, 1.5, 2.25)] == [480, 1200, 1920]
    assert [axis.bpm_at(t) for t in (0, 959, 960, 5000)] == [120.0, 120.0, 60.0, 240.0]


@pytest.mark.parametrize(
    "tempi", [(), ((480, 100.0),), ((0, 100.0), (0, 90.0)), ((0, 5.0),), ((0, 100.0), (480, 90.0), (240, 80.0))]
)
def test_bad_tempo_maps_are_refused(tempi):
    with pytest.raises(ValueError, match="tempo"):
        TimeAxis(tempi=tuple(TempoChange(tick=t, bpm=b) for t, b in tempi), meter=Meter())


def test_chords_have_their_notes():
    assert Chord(root_pc=9, quality="m7").pcs == (9, 0, 4, 7)
    assert Chord(root_pc=0, quality="add9").pcs == (0, 4, 7, 2)


def test_plans_survive_their_bytes_and_bytes_are_equal():
    plan = small_plan()
    data = plan.to_bytes()
    assert Plan.from_bytes(data) == plan
    assert Plan.from_bytes(data).to_bytes() == data
    assert small_plan(engine_versions={"a": "1", "b": "2"}).key == plan.key
    assert small_plan(seed=4).key != plan.key


def test_plans_of_another_version_are_refused():
    raw = json.loads(gzip.decompress(small_plan().to_bytes()))
    with pytest.raises(ValueError, match="version 99"):
        Plan.from_bytes(gzip.compress(json.dumps({**raw, "version": 99}).encode()))


def test_the_codec_is_strict():
    with pytest.raises(ValueError, match="no field 'loud'"):
        from_data(MixHint, {"loud": 1})
    with pytest.raises(TypeError):
        to_data(object())
    assert to_data(MixHint()) == {}
    assert from_data(GenerateAction, to_data(GenerateAction(voice_gender=VoiceGender.MALE))).voice_gender == "male"


def test_content_keys_do_not_depend_on_the_process():
    script = (
        "from songwright.domain.codec import content_key; from songwright.domain.score import MixHint;"
        "from songwright.domain.draws import draws;"
        "print(content_key(MixHint(pan=0.25)), draws(7, 'x').random())"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", script], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert runs == {f"{content_key(MixHint(pan=0.25))} {draws(7, 'x').random()}\n"}
    assert canonical_json(MixHint(pan=0.25)) == '{"pan":0.25}'


def test_draws_have_names():
    assert child_seed(1, "a", "b") != child_seed(1, "ab")
    assert child_seed(1, "a") != child_seed(2, "a")
    assert 0 <= child_seed(-5, "x") < 2**63


def test_pcm_is_exact_and_clips():
    values = np.array([[0.0, 1.0], [-1.0, 2.0], [0.5, -2.0]], np.float32)
    pcm = to_pcm24(values)
    assert pcm.tolist() == [
        [0, FULL_SCALE_24 - 1],
        [-FULL_SCALE_24, FULL_SCALE_24 - 1],
        [FULL_SCALE_24 // 2, -FULL_SCALE_24],
    ]
    assert np.array_equal(to_pcm24(from_pcm24(pcm)), pcm)


def test_stems_sum_as_integers():
    stems = [np.full((3, 2), 1_000_001 * k, np.int32) for k in (1, -3, 5)]
    assert sum_stems(stems).tolist() == [[3_000_003] * 2] * 3
    with pytest.raises(OverflowError):
        sum_stems([np.full((1, 2), 2**31 - 1, np.int32)] * 2)
    with pytest.raises(ValueError, match="no stems"):
        sum_stems([])


def test_audio_has_two_channels():
    assert Audio(samples=np.zeros((480, 2), np.float32)).duration_s == 0.01
    with pytest.raises(ValueError, match="shape"):
        Audio(samples=np.zeros(5, np.float32))


def test_values_are_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        small_plan().seed = 5  # type: ignore[misc]
