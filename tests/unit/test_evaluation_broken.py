"""Wrong songs fail the evaluation: a good one is broken in one way at a time, and the measure of that way notices."""

from __future__ import annotations

import base64
import functools
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from small_song import VERSIONS, WORDS, render, small_song

from songwright.assets.mp3 import encode_mp3
from songwright.domain.action import GenerateAction, VoiceGender
from songwright.domain.audio import SAMPLE_RATE_HZ
from songwright.domain.plan import Plan
from songwright.domain.score import StemName
from songwright.domain.style import PITCH_CLASSES, Key
from songwright.engines.native.planning import plan_take
from songwright.engines.protocols import Materials
from songwright.evaluation import history
from songwright.evaluation.catalogue import ALL, evaluate, figure
from songwright.evaluation.heard import Heard, decode
from songwright.evaluation.listed import verdicts
from songwright.evaluation.report import write_report
from songwright.evaluation.report.page import page_of
from songwright.evaluation.sources import Item, from_name
from songwright.evaluation.transcript import Transcript
from songwright.evaluation.words import stem_transcript
from songwright.settings import Settings

pytestmark = pytest.mark.audio
SECOND = SAMPLE_RATE_HZ
Break = Callable[[Heard], Heard]


@functools.cache
def good() -> Heard:
    """The small song. It is longer than the fifteen seconds it was asked for, so the wish is made to fit."""
    made = small_song()
    seconds = len(made.sound.master) / SECOND
    plan = replace(made.plan, brief=replace(made.plan.brief, target_duration_s=seconds, avoid=("brass",)))
    return Heard.of(plan, made.sound)


def of_seed(seed: int) -> Heard:
    """The small song from another seed."""
    wishes = GenerateAction(
        custom=True,
        lyrics=WORDS,
        title="Paper Boats",
        style="pop, female vocals",
        duration_s=15.0,
        bpm=112.0,
        seed=seed,
    )
    plan = plan_take(wishes, take=1, versions=VERSIONS)
    return Heard.of(plan, render(plan, Materials()))


@functools.cache
def clear() -> Heard:
    """One whose words are within the bars, which the small song's are not."""
    return of_seed(6)


@functools.cache
def rising() -> Heard:
    """One whose key is plain and whose chorus rises over the verse, which the small song's are not."""
    return of_seed(22)


@functools.cache
def in_tune() -> Heard:
    """One whose pitch is within the bar."""
    return of_seed(8)


def changed(song: Heard, **fields) -> Heard:
    """The song with other fields."""
    kept = {name: getattr(song, name) for name in ("master", "mp3", "plan", "premaster", "stems")}
    return Heard(**(kept | fields))


def with_master(change: Callable[[np.ndarray], np.ndarray]) -> Break:
    return lambda song: changed(song, master=change(song.master.copy()))


def with_stem(name: StemName, change: Callable[[np.ndarray, Heard], np.ndarray]) -> Break:
    return lambda song: changed(song, stems={**song.stems, name: change(song.stems[name].copy(), song)})


def with_plan(change: Callable[[Plan], Plan]) -> Break:
    return lambda song: changed(song, plan=change(song.plan))


def in_score(**fields: Callable[[Plan], object]) -> Break:
    return with_plan(lambda p: replace(p, score=replace(p.score, **{k: of(p) for k, of in fields.items()})))


def in_brief(**fields: object) -> Break:
    return with_plan(lambda p: replace(p, brief=replace(p.brief, **fields)))


def in_show(**fields: Callable[[Plan], object]) -> Break:
    return with_plan(lambda p: replace(p, performance=replace(p.performance, **{k: of(p) for k, of in fields.items()})))


def detuned(pcm: np.ndarray, song: Heard) -> np.ndarray:
    """Sixty cents sharp: every syllable played a little faster from its own start."""
    import soxr

    out = pcm.astype(np.float64)
    for syllable in song.lead_syllables:
        a, b = round(syllable.start_s * SECOND), round(syllable.end_s * SECOND)
        sharp = soxr.resample(out[a:b], SECOND * 2 ** (60 / 1200), SECOND)
        out[a : a + len(sharp)] = sharp
    return np.rint(out).astype(np.int32)


def an_eighth_late(pcm: np.ndarray, song: Heard) -> np.ndarray:
    """By an eighth of a beat."""
    return np.roll(pcm, round(song.beat_s / 8 * SECOND), axis=0)


def span(song: Heard, kind: str) -> slice:
    """Frames of the first section of a kind."""
    found = next(s for s in song.plan.performance.sections if s.kind == kind)
    return slice(round(found.start_s * SECOND), round(found.end_s * SECOND))


def chorus_muted(song: Heard) -> Heard:
    master = song.master.copy()
    master[span(song, "chorus")] = 0.0
    return changed(song, master=master)


def silenced(x: np.ndarray) -> np.ndarray:
    x[8 * SECOND : 11 * SECOND] = 0.0
    return x


def clicked(x: np.ndarray) -> np.ndarray:
    x[9 * SECOND] += 0.3
    return x


def holed(x: np.ndarray) -> np.ndarray:
    x[9 * SECOND] = np.nan
    return x


def one_more(pcm: np.ndarray, _: Heard | None = None) -> np.ndarray:
    pcm[1000, 0] += 1
    return pcm


def mirrored(x: np.ndarray) -> np.ndarray:
    x[:, 1] *= -1
    return x


def shrill(x: np.ndarray) -> np.ndarray:
    """The slope of the spectrum turned up by six decibels per octave."""
    return np.diff(x, axis=0, prepend=0.0).astype(np.float32)


def steady(x: np.ndarray) -> np.ndarray:
    noise = np.random.default_rng(3).normal(size=x.shape) * 0.1
    return noise.astype(np.float32)


def other_words(plan: Plan) -> tuple:
    texts = ("every", "yellow", "window", "closes", "after", "supper", "while", "nobody", "whispers", "anything")
    return tuple(replace(w, text=texts[i % len(texts)]) for i, w in enumerate(plan.performance.words))


def a_syllable_short(plan: Plan) -> tuple:
    lead = plan.performance.vocals[0]
    first = replace(lead.phrases[0], syllables=lead.phrases[0].syllables[1:])
    return (replace(lead, phrases=(first, *lead.phrases[1:])), *plan.performance.vocals[1:])


BROKEN: dict[str, tuple[str, Break]] = {
    "vocal 60 cents sharp": ("melody_where_heard", with_stem(StemName.VOCALS, detuned)),
    "vocal 60 cents sharp, in cents": ("melody_cents", with_stem(StemName.VOCALS, detuned)),
    "another key is claimed": ("key", in_score(key=lambda p: Key(tonic_pc=(p.score.key.tonic_pc + 1) % 12))),
    "another tempo is claimed": (
        "tempo_or_octave",
        in_score(axis=lambda p: replace(p.score.axis, tempi=(replace(p.score.axis.tempi[0], bpm=97.0),))),
    ),
    "other chords are claimed": (
        "harmony",
        in_score(
            chords=lambda p: tuple(
                replace(c, chord=replace(c.chord, root_pc=(c.chord.root_pc + 6) % 12)) for c in p.score.chords
            )
        ),
    ),
    "drums late": ("drums_late_ms", with_stem(StemName.DRUMS, an_eighth_late)),
    "sections off the bar": (
        "boundary_ms",
        in_show(sections=lambda p: tuple(replace(s, start_s=s.start_s + 0.05) for s in p.performance.sections)),
    ),
    "song cut in half": ("duration", with_master(lambda x: x[: len(x) // 2])),
    "song cut in a note": ("end_level", with_master(lambda x: x[: len(x) // 2])),
    "song over the maximum": ("over_the_maximum_s", in_brief(max_duration_s=20.0)),
    "other words": ("word_error_stem", in_show(words=other_words)),
    "a syllable left out": ("syllables_lost", in_show(vocals=a_syllable_short)),
    "words out of order": ("words_overlapping", in_show(words=lambda p: tuple(reversed(p.performance.words)))),
    "chorus muted": ("chorus_over_verse", chorus_muted),
    "master quieter": ("loudness_master", with_master(lambda x: x * np.float32(0.9))),
    "master clipped": ("flat_tops", with_master(lambda x: np.clip(x * 4, -0.9, 0.9))),
    "master too hot": ("peak_master", with_master(lambda x: x * np.float32(1.4))),
    "one step in one stem": ("stems_sum", with_stem(StemName.BASS, one_more)),
    "a stem too short": ("stems_whole", with_stem(StemName.BASS, lambda pcm, _: pcm[:-1])),
    "a silent stem that is not": ("stems_silent", with_stem(StemName.BRASS, one_more)),
    "vocal too soft": ("vocal_over_band", with_stem(StemName.VOCALS, lambda pcm, _: pcm // 4)),
    "vocal buried": ("masked_lines", with_stem(StemName.VOCALS, lambda pcm, _: pcm // 8)),
    "a shrill master": ("spectrum_rms", with_master(shrill)),
    "right side mirrored": ("mono_loss", with_master(mirrored)),
    "right side mirrored, in the bass": ("bass_correlation", with_master(mirrored)),
    "no dynamics": ("loudness_range_lu", with_master(steady)),
    "not a number": ("not_numbers", with_master(holed)),
    "direct current": ("dc", with_master(lambda x: x + np.float32(0.005))),
    "a click": ("clicks", with_master(clicked)),
    "three seconds of silence": ("longest_silence_s", with_master(silenced)),
    "a late start": ("starts_after_s", with_master(lambda x: np.concatenate([np.zeros((SECOND, 2), np.float32), x]))),
    "drums in spite of the request": ("unwanted_stems", in_brief(avoid=("drums",))),
    "the other gender": ("voice_gender", in_brief(voice_gender=VoiceGender.MALE)),
}


SHOWN_ON = {
    "vocal 60 cents sharp, in cents": in_tune,
    "other words": clear,
    "another key is claimed": rising,
    "chorus muted": rising,
}
"""Faults shown on another song than the small one."""


@pytest.mark.parametrize("fault", BROKEN)
def test_a_fault_fails_its_measure(fault):
    name, broken = BROKEN[fault]
    song = SHOWN_ON.get(fault, good)()
    before, after = figure(name, song), figure(name, broken(song))
    assert before.ok is True, f"the good song has {name} {before.value}, bar {before.bar}"
    assert after.ok is False, f"{fault}: {name} is {after.value}, bar {after.bar}"


def test_late_singing_is_noticed():
    late = with_stem(StemName.VOCALS, lambda pcm, _: np.roll(pcm, round(0.09 * SECOND), axis=0))(rising())
    on_time, behind = (figure("vocals", song).value for song in (rising(), late))
    assert on_time > 0.9
    assert behind < 0.5
    assert figure("vocals_late_ms", late).value > 3 * figure("vocals_late_ms", rising()).value


def test_a_voice_in_an_instrumental_is_noticed():
    assert figure("voice_in_instrumental", in_brief(instrumental=True)(good())).ok is False


def test_the_decoded_file_is_measured_too():
    soft = changed(good(), mp3=good().master * np.float32(0.5))
    hot = changed(good(), mp3=good().master * np.float32(1.5))
    assert figure("loudness_mp3", soft).ok is False
    assert figure("peak_mp3", hot).ok is False
    assert figure("loudness_mp3", changed(good(), mp3=good().master)).ok is True


def test_the_page_shows_the_song(tmp_path):
    mp3 = encode_mp3(small_song().sound.master)
    song = changed(good(), mp3=decode(mp3))
    figures = evaluate(song, transcribe=False)
    song.memo[f"{stem_transcript.__module__}.stem_transcript"] = Transcript(text="Paper goats are drifting by")
    page = write_report(tmp_path, Item(name="my clip", song=song, mp3=mp3, entry={}), figures).read_text("utf-8")
    assert (tmp_path / "my-clip.html").exists()
    tree = ElementTree.fromstring(re.search(r"<svg viewBox.*?</svg>", page, re.S)[0])
    assert tree.attrib["data-end"] == f"{song.duration_s:.3f}"
    for text in ("Paper Boats", "Verse", "Chorus", "drifting", "Third octaves", "<del>boats</del> <ins>goats</ins>"):
        assert text in page, text
    for chord in {span.chord.root_pc for span in song.plan.score.chords}:
        assert f">{PITCH_CLASSES[chord]}" in page
    assert page.count('class="sung"') == len(song.lead_notes)
    assert page.count("<tr class='bad'>") == sum(one.ok is False for one in figures)
    assert not re.findall(r"""(?:src|href)=["'](?!data:)""", page)  # nothing is loaded from elsewhere
    picture = base64.b64decode(re.search(r"data:image/png;base64,([^\"]+)", page)[1])
    assert Image.open(io.BytesIO(picture)).convert("L").getextrema()[1] > 200


def test_the_scoreboard_names_commit_tools_and_bars(tmp_path, monkeypatch):
    monkeypatch.setattr(history, "commit", lambda: {"commit": "abc1234", "date": "2026-11-26", "changed": False})
    figures = evaluate(good(), transcribe=False)
    row = {"name": "boats", "figures": {one.name: one.value for one in figures}}
    found = history.document([row], verdicts([figures], ALL), ALL, {"takes_alike": 0.1})
    data, text = history.write_scoreboard(tmp_path, found)
    assert (data.name, text.name) == ("2026-11-26-abc1234.json", "2026-11-26-abc1234.md")
    again = json.loads(data.read_text("utf-8"))
    assert again["versions"]["librosa"]
    assert again["songs"][0]["figures"]["stems_sum"] == 0.0
    assert {row["name"] for row in again["list"]} == set(again["songs"][0]["figures"])
    assert "| stems_sum | Largest difference" in text.read_text("utf-8")
    monkeypatch.setattr(history, "commit", dict)
    with pytest.raises(ValueError, match="inside a git checkout"):
        history.write_scoreboard(tmp_path, history.document([row], [], ALL, {}))


def test_a_sound_file_alone_is_taken(tmp_path):
    path = tmp_path / "boats.mp3"
    path.write_bytes(encode_mp3(small_song().sound.master))
    item = from_name(str(path), None, Settings())
    figures = evaluate(item.song)
    names = {one.name for one in figures}
    assert {"loudness_mp3", "peak_mp3", "clicks"} <= names
    assert "harmony" not in names
    assert "Third octaves" in page_of(item, figures)
