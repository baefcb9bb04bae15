"""Tracks filled by several threads: the same samples as by one, in the order of time."""

from __future__ import annotations

import dataclasses
import itertools
import threading

import numpy as np
import pytest

from songwright.domain.performance import Performance, PlayedNote, PlayedPart
from songwright.domain.plan import MixPlan
from songwright.domain.score import Instrument, MixHint, StemName
from songwright.engines.native.mix.preview import PreviewMixer
from songwright.engines.native.play.player import Player, render_part
from songwright.engines.native.tracking import Band, Live
from songwright.engines.protocols import Stopped
from tests.support import mix_material

pytestmark = pytest.mark.audio
SR = 48_000
N_FRAMES = 3 * SR


def _part(name: str, patch: str, *starts_s: float) -> PlayedPart:
    notes = tuple(
        PlayedNote(start_s=s, duration_s=0.4, pitch_midi=48.0 + 3 * i, velocity=90) for i, s in enumerate(starts_s)
    )
    return PlayedPart(
        name=name, stem=StemName.SYNTH, instrument=Instrument(engine="synth", patch=patch), notes=notes, mix=MixHint()
    )


SHOW = Performance(
    duration_s=N_FRAMES / SR,
    sections=(),
    parts=(
        _part("bass", "bass_saw", 0.0, 0.5, 1.0, 1.5),
        _part("bell", "lead_bell", 2.2),
        _part("pad", "pad_warm", 0.1, 1.2),
    ),
    vocals=(),
    words=(),
)


@pytest.mark.parametrize("threads", [1, 3])
def test_a_band_plays_the_same_in_any_number_of_threads(threads):
    player = Player(None)
    samples = {part.name: np.full((N_FRAMES, 2), -1.0, np.float32) for part in SHOW.parts}
    cuts = [0, SR, 2 * SR, N_FRAMES]
    with Band(SHOW, player, N_FRAMES, threads) as band:
        for start, end in itertools.pairwise(cuts):
            band.play(samples, start, end)
    assert (samples["bell"][: 2 * SR] == -1.0).all(), "a silent block must not be written"
    for part in SHOW.parts:
        written = samples[part.name] != -1.0
        np.testing.assert_array_equal(samples[part.name][written], render_part(player, part, N_FRAMES)[written])


def test_listeners_hear_every_block_once_and_in_order():
    tracks, _, n = mix_material.band(8.0)
    quiet = [dataclasses.replace(t, samples=np.zeros((0,), np.float32)) for t in tracks]
    direct = PreviewMixer(quiet, MixPlan())
    expected = [direct.block({t.name: t.samples[i : i + SR] for t in tracks}) for i in range(0, n, SR)]
    heard: list[np.ndarray] = []
    with Live(PreviewMixer(quiet, MixPlan()), heard.append) as live:
        for i in range(0, n, SR):
            live.hear({t.name: t.samples for t in tracks}, i, min(n, i + SR))
    np.testing.assert_array_equal(np.concatenate(heard), np.concatenate(expected))


def test_what_is_sung_later_does_not_reach_the_block_on_its_way():
    tracks, _, _ = mix_material.band(4.0)
    quiet = [dataclasses.replace(t, samples=np.zeros((0,), np.float32)) for t in tracks]
    samples = {t.name: t.samples.copy() for t in tracks}
    expected = PreviewMixer(quiet, MixPlan()).block({name: x[:SR].copy() for name, x in samples.items()})
    heard: list[np.ndarray] = []
    late = threading.Event()

    class Slow(PreviewMixer):
        def block(self, tracks):
            assert late.wait(60)
            return super().block(tracks)

    with Live(Slow(quiet, MixPlan()), heard.append) as live:
        live.hear(samples, 0, SR)
        for x in samples.values():
            if x.ndim == 1:
                x[:] = 0.5
        late.set()
    np.testing.assert_array_equal(heard[0], expected)


def test_a_listener_that_fails_ends_the_performance():
    def refuse(_block: np.ndarray) -> None:
        raise OSError("nobody there")

    tracks, _, _ = mix_material.band(2.0)
    with (
        pytest.raises(OSError, match="nobody there"),
        Live(PreviewMixer(tracks, MixPlan()), refuse) as live,
    ):
        live.hear({t.name: t.samples for t in tracks}, 0, SR)


def test_a_stop_is_not_hidden_by_a_listener_that_fails_too():
    def refuse(_block: np.ndarray) -> None:
        raise OSError("nobody there")

    tracks, _, _ = mix_material.band(2.0)

    def perform() -> None:
        with Live(PreviewMixer(tracks, MixPlan()), refuse) as live:
            live.hear({t.name: t.samples for t in tracks}, 0, SR)
            raise Stopped

    with pytest.raises(Stopped):
        perform()
