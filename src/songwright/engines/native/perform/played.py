"""Instruments: written notes to played ones, with the groove's micro-timing."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from songwright.domain.performance import PlayedNote, PlayedPart
from songwright.domain.score import Part, PartRole

from ..styles.schema import Micro, Style
from .clock import Clock
from .humanise import wander

_KICKS = frozenset((35, 36))
_SNARES = frozenset((37, 38, 39, 40))


def play_part(part: Part, style: Style, clock: Clock, *, seed: int, take: int, end_s: float) -> PlayedPart:
    """The part in seconds. Notes stay in order of start and end before ``end_s``."""
    sigma_s = style.micro.sigma_ms / 1000.0
    shifts = wander(len(part.notes), sigma_s, 0.5, seed, take, "timing", part.name)
    accents = wander(len(part.notes), _velocity_sigma(part, style.micro), 0.5, seed, take, "velocity", part.name)
    shared = _per_tick(part, shifts)
    notes: list[PlayedNote] = []
    for note, shift, accent in zip(part.notes, shared, accents, strict=True):
        start_s = clock.written_s(note.start_tick)
        length_s = clock.written_s(note.start_tick + note.duration_ticks) - start_s
        late_s = _lateness_ms(part.role, note.pitch_midi, style.micro) / 1000.0 + float(shift)
        at = min(max(0.0, start_s + late_s), max(0.0, end_s - 0.01))
        notes.append(
            PlayedNote(
                start_s=round(at, 5),
                duration_s=round(max(0.01, min(length_s * _legato(part.role, note.slide), end_s - at)), 5),
                pitch_midi=float(note.pitch_midi),
                velocity=int(min(127, max(1, round(note.velocity + float(accent))))),
                slide=note.slide,
            )
        )
    notes.sort(key=lambda n: (n.start_s, n.pitch_midi))
    return PlayedPart(name=part.name, stem=part.stem, instrument=part.instrument, notes=tuple(notes), mix=part.mix)


def _per_tick(part: Part, shifts: npt.NDArray[np.float64]) -> list[float]:
    """Notes struck together move together, except that a chord spreads by a fifth of its shift."""
    out: list[float] = []
    first: dict[int, float] = {}
    for note, shift in zip(part.notes, shifts, strict=True):
        base = first.setdefault(note.start_tick, float(shift))
        out.append(base + 0.2 * (float(shift) - base))
    return out


def _velocity_sigma(part: Part, micro: Micro) -> float:
    """Written velocities of drums are already human."""
    if part.role in (PartRole.DRUMS, PartRole.PERCUSSION, PartRole.FX):
        return 0.0
    return micro.velocity_sigma * 0.7


def _lateness_ms(role: PartRole, pitch_midi: int, micro: Micro) -> float:
    if role is PartRole.DRUMS:
        if pitch_midi in _KICKS:
            return micro.kick_ms
        return micro.snare_ms if pitch_midi in _SNARES else micro.hat_ms
    return {
        PartRole.PERCUSSION: micro.hat_ms,
        PartRole.BASS: micro.bass_ms,
        PartRole.COMP: micro.comp_ms,
        PartRole.PAD: 0.0,
        PartRole.ARP: micro.comp_ms * 0.5,
        PartRole.LEAD: micro.lead_ms,
    }.get(role, 0.0)


def _legato(role: PartRole, slide: bool) -> float:
    """Share of its written length a note is held for."""
    return {PartRole.BASS: 0.96, PartRole.COMP: 0.97, PartRole.LEAD: 0.97}.get(role, 1.0) if not slide else 1.0
