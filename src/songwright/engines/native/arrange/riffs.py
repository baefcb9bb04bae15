"""Riffs over the chords, and chords broken up as fast as one voice can."""

from __future__ import annotations

from collections.abc import Sequence

from songwright.domain.score import Note

from ..styles.schema import Player
from .cells import Hit, hits
from .degrees import DEGREES, degree_step
from .setting import STEP, Scene, Setting

FLUTTER_TICKS = 60
"""Length of a note of a broken chord: 32nds, 50 ms at 150 bpm."""


def write_riff(setting: Setting, player: Player, scenes: Sequence[tuple[Scene, str]]) -> list[Note]:
    """Single notes (``power_riff``: with their fifths) on the degrees of each scene's pattern; x is a dead note."""
    notes: list[Note] = []
    for scene, pattern in scenes:
        for bar in range(scene.n_bars):
            start = scene.start_tick + bar * setting.bar_ticks
            for hit in hits(pattern, bar, setting.bar_steps, setting.compound):
                notes += _struck(setting, player, scene, start + hit.step * STEP, hit)
    return notes


def _struck(setting: Setting, player: Player, scene: Scene, tick: int, hit: Hit) -> list[Note]:
    end = min(tick + hit.n_steps * STEP, scene.end_tick, setting.score.end_tick)
    at = setting.change_after(tick) if hit.symbol == "n" else tick
    chord = setting.chord_at(at)
    root = player.low_midi + (chord.root_pc - player.low_midi) % 12
    step = degree_step(hit.symbol, chord) if hit.symbol in DEGREES else 0
    pitch = root + step if root + step <= player.high_midi else root + step - 12
    velocity = (96 if hit.step % 4 == 0 else 86) * (0.72 + 0.3 * scene.energy)
    length = round((end - tick) * (0.92 if hit.n_steps > 1 else 0.78))
    if hit.symbol == "x":
        velocity, length = velocity * 0.55, 50
    stack = (pitch, pitch + 7) if player.voicing == "power_riff" and hit.symbol != "x" else (pitch,)
    return [
        Note(
            start_tick=tick,
            duration_ticks=max(40, length),
            pitch_midi=p,
            velocity=max(1, min(127, round(velocity))),
            slide=player.slide and hit.symbol == "8",
        )
        for p in stack
        if p <= player.high_midi + 7
    ]


def flutter(pitches: Sequence[int], tick: int, end: int, velocity: float) -> list[Note]:
    """The chord as one voice that runs up it, FLUTTER_TICKS a note, from ``tick`` to ``end``."""
    strength = max(1, min(127, round(velocity)))
    return [
        Note(start_tick=t, duration_ticks=FLUTTER_TICKS - 5, pitch_midi=pitches[i % len(pitches)], velocity=strength)
        for i, t in enumerate(range(tick, end - FLUTTER_TICKS // 2, FLUTTER_TICKS))
    ]
