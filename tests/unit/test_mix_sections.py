"""Section gains: choruses rise, the song keeps a band's range, nothing jumps."""

from __future__ import annotations

import numpy as np
import pytest

from songwright.domain.performance import SectionSpan
from songwright.engines.native.mix.automation import n_points, section_db
from songwright.engines.native.mix.sections import RANGE_LU, gains_of, loudness_range, section_gains
from songwright.engines.native.mix.settings import SectionGain
from songwright.evaluation.levels import loudness_range as measured_range

KINDS = ("intro", "verse", "chorus", "verse", "chorus", "outro")
ENERGY = (0.3, 0.45, 0.8, 0.5, 0.9, 0.35)
HOPS = 200


def sections() -> list[SectionSpan]:
    return [
        SectionSpan(name=kind, kind=kind, start_s=20.0 * k, end_s=20.0 * (k + 1), energy=energy)
        for k, (kind, energy) in enumerate(zip(KINDS, ENERGY, strict=True))
    ]


def played(*levels_db: float) -> np.ndarray:
    return np.repeat(10 ** (np.array(levels_db) / 10), HOPS)


def with_gains(energies: np.ndarray, *, keep_range: bool) -> np.ndarray:
    def foresee(gains):
        return energies * 10 ** (gains_of(gains, len(energies)) / 10)

    return foresee(section_gains(sections(), foresee, keep_range=keep_range))


def lift_db(energies: np.ndarray) -> float:
    parts = energies.reshape(-1, HOPS).mean(axis=1)
    verse, chorus = (np.mean([parts[k] for k, x in enumerate(KINDS) if x == kind]) for kind in ("verse", "chorus"))
    return float(10 * np.log10(chorus / verse))


def test_flat_playing_gets_choruses_and_the_range_of_a_band():
    heard = with_gains(played(*[-20.0] * 6), keep_range=True)
    assert lift_db(heard) >= 2.5
    assert measured_range(heard) >= RANGE_LU[0] - 0.3


def test_calm_sections_that_lie_too_deep_rise():
    before = played(-34, -25, -20, -24, -19, -33)
    left, kept = with_gains(before, keep_range=False), with_gains(before, keep_range=True)
    assert measured_range(left) > 14
    assert measured_range(kept) < measured_range(left) - 2.5
    assert lift_db(kept) > 1.5


def test_a_section_that_hardly_anybody_plays_is_raised():
    kept = with_gains(played(-35, -25, -21, -25, -20, -26), keep_range=True)
    parts = 10 * np.log10(kept.reshape(-1, HOPS).mean(axis=1))
    assert parts.max() - parts[0] < 10.0
    assert measured_range(kept) <= 12.0


def test_range_is_left_alone_where_none_is_asked_for():
    before = played(-40, -27, -22, -26, -20, -38)
    assert measured_range(with_gains(before, keep_range=False)) >= measured_range(before)


def test_loudness_range_is_that_of_the_standard():
    energies = played(-30, -20, -25, -14, -19, -40)
    assert loudness_range(energies) == pytest.approx(measured_range(energies), abs=1e-6)
    assert loudness_range(energies[:10]) == 0.0


@pytest.mark.parametrize("step_db", [1.0, 4.0, -6.0])
def test_gains_never_jump(step_db):
    gains = [
        SectionGain(start_s=0.0, end_s=5.0, gain_db=0.0),
        SectionGain(start_s=5.0, end_s=10.0, gain_db=step_db),
    ]
    lane = section_db(gains, n_points(480_000))
    per_100_ms = np.abs(lane[75:] - lane[:-75]).max()  # 75 points of 64 frames
    assert per_100_ms <= 0.51
    assert lane[-1] == pytest.approx(step_db)
