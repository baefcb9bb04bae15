"""Risers, impacts, sweeps and reversed cymbals around the large entries."""

from __future__ import annotations

from songwright.domain.lyrics import SectionKind as Kind
from songwright.domain.score import Instrument, MixHint, Note, Part, PartRole, StemName

from .setting import Setting

_LEVELS_DB = {"riser": -13.0, "reverse_cymbal": -14.0, "impact": -10.0, "noise_sweep_down": -18.0}


def write_effects(setting: Setting) -> list[Part]:
    """One part per effect patch, where the style uses them."""
    if not setting.style.effects:
        return []
    books: dict[str, list[Note]] = {name: [] for name in _LEVELS_DB}
    bar = setting.bar_ticks
    for scene, after in zip(setting.scenes, setting.scenes[1:], strict=False):
        at, rise = scene.end_tick, scene.next_rise
        rng = setting.draws("effects", scene.index)
        big = after.kind in (Kind.CHORUS, Kind.DROP) and rise >= 0.12
        if big or rise >= 0.3:
            length = min(scene.n_bars, 4 if setting.turn(2, "riser") else 2) * bar
            books["riser"].append(_effect(at - length, length, 60 + round(50 * after.energy)))
            if after.energy >= 0.7:
                books["impact"].append(_effect(at, 2 * bar, 70 + round(50 * after.energy)))
        elif abs(rise) >= 0.06 and rng.random() < 0.75:
            books["reverse_cymbal"].append(_effect(at - bar, bar, 66 + round(40 * after.energy)))
        if rise <= -0.25 or (big and after.kind is Kind.DROP):
            books["noise_sweep_down"].append(_effect(at, 2 * bar, 80))
    return [
        Part(
            name=name,
            role=PartRole.FX,
            stem=StemName.FX,
            instrument=Instrument(engine="synth", patch=name),
            notes=tuple(notes),
            mix=MixHint(level_db=_LEVELS_DB[name], reverb_db=-16.0),
        )
        for name, notes in books.items()
        if notes
    ]


def _effect(tick: int, length: int, velocity: int) -> Note:
    return Note(start_tick=max(0, tick), duration_ticks=length, pitch_midi=60, velocity=min(127, velocity))
