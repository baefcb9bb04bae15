"""Section boundaries that the drummer does not mark, and neighbours that would sound the same."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

from songwright.domain.score import Note, Part, PartRole, StemName

from .setting import STEP, Scene, Setting

_HARMONY = (PartRole.COMP, PartRole.PAD, PartRole.ARP)
_CRASHES = (49, 52, 55, 57)
NOTICED = 0.08
"""Difference of energy from which a boundary needs a device."""


def turned(setting: Setting, parts: Sequence[Part]) -> list[Part]:
    """The parts with a lead-in before rises, an early leave before falls, and no two neighbours alike.

    Boundaries with a fill, a crash or an effect stay as they are.
    """
    out = list(parts)
    for scene, after in itertools.pairwise(setting.scenes):
        if _playing(out, scene) == _playing(out, after):
            _thin(setting, out, scene if after.energy >= scene.energy else after)
        if abs(scene.next_rise) >= NOTICED and not _marked(setting, out, scene.end_tick):
            if scene.next_rise > 0:
                _lead_in(setting, out, scene, after)
            else:
                _leave_early(setting, out, scene, after)
    return out


def _playing(parts: Sequence[Part], scene: Scene) -> set[str]:
    return {p.name for p in parts if any(scene.start_tick <= n.start_tick < scene.end_tick for n in p.notes)}


def _within(part: Part, start: int, end: int) -> list[Note]:
    return [n for n in part.notes if start <= n.start_tick < end]


def _marked(setting: Setting, parts: Sequence[Part], tick: int) -> bool:
    bar = setting.bar_ticks
    for part in parts:
        before, earlier = _within(part, tick - bar, tick), _within(part, tick - 2 * bar, tick - bar)
        at = _within(part, tick, tick + 30)
        if part.role is PartRole.FX and (before or at):
            return True
        if part.stem is StemName.DRUMS:
            figures = [{(n.start_tick % bar, n.pitch_midi) for n in notes} for notes in (before, earlier)]
            if figures[0] != figures[1] or any(n.pitch_midi in _CRASHES for n in at):
                return True
    return False


def _sounding(part: Part, start: int, end: int) -> bool:
    return any(n.start_tick < end and n.start_tick + n.duration_ticks > start for n in part.notes)


def _harmony(parts: Sequence[Part], scene: Scene) -> list[int]:
    """Places of the harmonic parts that play in a scene, the least busy first."""
    found = [
        (len(_within(p, scene.start_tick, scene.end_tick)), p.name, i)
        for i, p in enumerate(parts)
        if p.role in _HARMONY
    ]
    return [i for n, _, i in sorted(found) if n]


def _thin(setting: Setting, parts: list[Part], scene: Scene) -> None:
    """One harmonic part joins only halfway through a scene."""
    players = _harmony(parts, scene)
    half = scene.start_tick + scene.n_bars // 2 * setting.bar_ticks
    if len(players) >= 2 and half > scene.start_tick:
        _silence(parts, players[0], scene.start_tick, half)


def _silence(parts: list[Part], index: int, start: int, end: int) -> None:
    """Take out what a part begins in ``start..end``; a note that sounds into it ends there."""
    kept = []
    for n in parts[index].notes:
        if start <= n.start_tick < end:
            continue
        cut = start - n.start_tick
        kept.append(replace(n, duration_ticks=cut) if 0 < cut < n.duration_ticks else n)
    parts[index] = replace(parts[index], notes=tuple(kept))


def _stop(parts: list[Part], start: int, end: int) -> None:
    """Nobody plays in ``start..end``; effects ring."""
    for index, part in enumerate(parts):
        if part.role is not PartRole.FX:
            _silence(parts, index, start, end)


def _lead_in(setting: Setting, parts: list[Part], scene: Scene, after: Scene) -> None:
    """Who enters comes in with a run of three eighths; if nobody does, the band stops half a bar before."""
    bar, tick = setting.bar_ticks, scene.end_tick
    for index, part in enumerate(parts):
        first = _within(part, tick, tick + bar)
        if part.role in (*_HARMONY, PartRole.LEAD) and first and not _sounding(part, tick - 2 * bar, tick):
            start = min(n.start_tick for n in first)
            target = max(n.pitch_midi for n in first if n.start_tick <= start + 30)
            lowest = min(n.pitch_midi for n in part.notes)
            run = _run(setting, target, lowest, start, round(0.75 * first[0].velocity))
            parts[index] = replace(part, notes=tuple(sorted((*part.notes, *run), key=_order)))
            return
    if scene.n_bars >= 2:
        _stop(parts, tick - bar // 2, tick)


def _run(setting: Setting, target: int, lowest: int, start: int, velocity: int) -> list[Note]:
    """Three scale steps up to a note that is struck at ``start``, or the note itself thrice where there is no room."""
    scale = setting.score.key.scale_pcs
    below = [p for p in range(target - 1, target - 9, -1) if p % 12 in scale and p >= lowest][:3]
    below = below or [target] * 3
    length = 2 * STEP
    return [
        Note(start_tick=at, duration_ticks=length - 20, pitch_midi=p, velocity=max(1, velocity - 4 * i))
        for i, p in enumerate(below)
        if (at := start - (i + 1) * length) >= 0
    ]


def _leave_early(setting: Setting, parts: list[Part], scene: Scene, after: Scene) -> None:
    """Who does not play on stops a bar early; if all play on, the least busy one does."""
    bar, tick = setting.bar_ticks, scene.end_tick
    players = [i for i in _harmony(parts, scene) if _within(parts[i], tick - 2 * bar, tick - bar)]
    going = [i for i in players if not _within(parts[i], after.start_tick, after.end_tick)]
    if scene.n_bars >= 3 and players and (going or len(players) > 1):
        _silence(parts, (going or players)[0], tick - bar, tick)
    elif scene.n_bars >= 2:
        _stop(parts, tick - bar // 2, tick)


def _order(note: Note) -> tuple[int, int]:
    return (note.start_tick, note.pitch_midi)
