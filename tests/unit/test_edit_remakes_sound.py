"""Songs made from songs as sound: the tune by an independent pitch tracker, the slice by correlation, bytes."""

from __future__ import annotations

import hashlib
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from remade import RATE, edited, generated, source, spliced, tune_of
from scipy.signal import correlate
from swift_f0 import SwiftF0

from songwright.domain.action import ActionKind, Variation
from songwright.domain.performance import SungNote
from songwright.domain.plan import Plan, Slice
from songwright.domain.score import StemName, VocalRole
from songwright.engines.native.engine import NativeEngine
from songwright.engines.native.keeping import laid_slices
from songwright.engines.protocols import EngineSettings, Materials, Rendition

pytestmark = [pytest.mark.audio, pytest.mark.slow, pytest.mark.timeout(300)]
A = ActionKind
WORDS = "[Verse]\nsilver rain is falling slow\ndown the road"


class Studio:
    """Renders a plan once and remembers."""

    def __init__(self, data_dir: Path) -> None:
        self.engine = NativeEngine(EngineSettings(data_dir=data_dir, soundfont="none"))
        self.made: dict[str, Rendition] = {}

    def sound(self, plan: Plan, *sources: Plan) -> Rendition:
        if plan.key not in self.made:
            self.made[plan.key] = self.anew(plan, *sources)
        return self.made[plan.key]

    def anew(self, plan: Plan, *sources: Plan) -> Rendition:
        known = [source(p, load_master=lambda p=p: self.made[p.key].master) for p in sources if p.key in self.made]
        made = self.engine.render(
            plan,
            materials=Materials(sources=tuple(known)),
            progress=lambda _f, _s: None,
            preview=None,
            should_stop=lambda: False,
            stems=True,
        )
        self.engine.let_go()
        return made


@pytest.fixture(scope="module")
def studio(tmp_path_factory) -> Studio:
    return Studio(tmp_path_factory.mktemp("remakes"))


@pytest.fixture(scope="module")
def rain() -> Plan:
    return generated(style="dance pop", lyrics=WORDS, seed=3, max_duration_s=14.0)


@pytest.fixture(scope="module")
def snow() -> Plan:
    return generated(style="folk, 90 bpm", lyrics="[Verse]\nsnow is white\n", seed=8, max_duration_s=14.0)


def digest(pcm: np.ndarray) -> str:
    return hashlib.sha256(np.ascontiguousarray(pcm).tobytes()).hexdigest()


def sung_notes(plan: Plan) -> list[SungNote]:
    lead = next(part for part in plan.performance.vocals if part.role is VocalRole.LEAD)
    return [note for phrase in lead.phrases for syllable in phrase.syllables for note in syllable.notes]


def heard_pitches(plan: Plan, vocals: np.ndarray) -> list[float | None]:
    """Median pitch of every written note, MIDI numbers, where the tracker hears one."""
    mono = (vocals.astype(np.float64).mean(axis=1) / 2**23).astype(np.float32)
    found = SwiftF0().detect(mono, RATE)
    times, pitch = np.asarray(found.timestamps), np.asarray(found.pitch_hz)
    sure = (np.asarray(found.confidence) > 0.5) & (pitch > 0)
    out: list[float | None] = []
    for note in sung_notes(plan):
        first, last = note.start_s + 0.2 * note.duration_s, note.start_s + 0.8 * note.duration_s
        hz = pitch[(times >= first) & (times <= last) & sure]
        out.append(69 + 12 * float(np.log2(np.median(hz) / 440)) if len(hz) else None)
    return out


def heard_similarity(plan: Plan, vocals: np.ndarray, original: Plan) -> float:
    """Share of the original's written intervals that are heard, within half a semitone."""
    heard, written = heard_pitches(plan, vocals), tune_of(original)
    assert len(heard) == len(written)
    right = total = 0
    for (a, b), (x, y) in zip(pairwise(written), pairwise(heard), strict=True):
        if x is None or y is None:
            continue
        total += 1
        right += abs((y - x) - (b.pitch_midi - a.pitch_midi)) <= 0.5
    assert total >= 0.7 * (len(written) - 1)
    return right / total


def test_a_cover_is_heard_to_keep_the_tune(studio, rain):
    cover = edited(A.COVER, rain, style="folk", voice="miles", audio_influence=1.0)
    made = studio.sound(cover)
    assert heard_similarity(cover, made.stems[StemName.VOCALS], rain) >= 0.9
    assert digest(made.master) != digest(studio.sound(rain).master)
    assert digest(made.master) == digest(studio.anew(cover).master)


@pytest.mark.parametrize("variation", Variation)
def test_a_remaster_is_as_long_as_loud_and_another_sound(studio, rain, variation):
    before = studio.sound(rain)
    after = studio.sound(edited(A.REMASTER, rain, variation=variation))
    assert after.master.shape == before.master.shape
    assert digest(after.master) != digest(before.master)
    assert after.loudness_lufs == pytest.approx(-14.0, abs=0.3)
    assert after.true_peak_dbtp <= -1.0
    same = digest(after.stems[StemName.DRUMS]) == digest(before.stems[StemName.DRUMS])
    assert not (same and variation is Variation.HIGH)


def test_finished_sound_is_mastered_again(studio, rain):
    before = studio.sound(rain)
    joined = spliced(rain)
    studio.made[joined.key] = before
    plan = edited(A.REMASTER, joined, variation=Variation.NORMAL)
    after = studio.sound(plan, joined)
    assert after.master.shape == before.master.shape
    assert digest(after.master) != digest(before.master)
    one, other = before.master.astype(np.float64).ravel(), after.master.astype(np.float64).ravel()
    assert np.corrcoef(one, other)[0, 1] > 0.8
    assert after.loudness_lufs == pytest.approx(-14.0, abs=0.3)


def test_a_mashup_is_heard_to_carry_the_first_tune(studio, rain, snow):
    plan = edited(A.MASHUP, rain, snow)
    made = studio.sound(plan)
    assert heard_similarity(plan, made.stems[StemName.VOCALS], rain) >= 0.6
    assert plan.score.axis.bpm_at(0) == snow.score.axis.bpm_at(0)


def test_a_slice_is_faded_at_its_edges_and_yields_to_the_voice():
    sound = np.full((4 * RATE, 2), 1 << 20, np.int32)
    pieces = (
        Slice(start_frame=0, end_frame=2 * RATE, at_frame=RATE),
        Slice(start_frame=0, end_frame=RATE, at_frame=4 * RATE),
    )
    sung = [(2 * RATE, 5 * RATE // 2)]
    track = laid_slices(sound, pieces, stem=StemName.FX, n_frames=9 * RATE // 2, sung=sung).samples[:, 0] * 8
    assert not track[:RATE].any()
    assert not track[3 * RATE : 4 * RATE].any()
    assert abs(track[RATE]) < 0.01
    assert abs(track[3 * RATE - 1]) < 0.01
    assert track[3 * RATE // 2] == pytest.approx(1.0, abs=1e-3)
    assert track[9 * RATE // 4] == pytest.approx(0.5, abs=0.02)
    assert np.abs(np.diff(track)).max() < 0.01


def test_a_slice_is_heard_where_the_plan_says(studio, rain):
    whole = studio.sound(rain)
    plan = edited(
        A.SAMPLE, rain, start_s=2.0, end_s=7.0, style="folk", custom=True, lyrics="[Verse]\nsnow", max_duration_s=16.0
    )
    made = studio.sound(plan, rain)
    piece = plan.sound.kept[0].slices[0]
    n = piece.end_frame - piece.start_frame
    wanted = whole.master[piece.start_frame : piece.end_frame].astype(np.float64).mean(axis=1)
    around = made.stems[StemName.FX].astype(np.float64).mean(axis=1)
    room = RATE // 10
    first = max(0, piece.at_frame - room)
    heard = np.diff(around[first : piece.at_frame + n + room])  # the attacks, not the basses
    match = correlate(heard, np.diff(wanted), mode="valid", method="fft")
    assert abs(int(np.argmax(match)) - (piece.at_frame - first)) <= 24
    here = np.diff(around[piece.at_frame : piece.at_frame + n])
    assert np.corrcoef(here, np.diff(wanted))[0, 1] > 0.6
    total = sum(made.stems[name].astype(np.int64) for name in StemName)
    assert np.array_equal(total, made.premaster)
