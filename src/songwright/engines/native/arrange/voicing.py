"""Chords under the fingers: guitar shapes, and keyboard voicings that move as little as possible."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from songwright.domain.score import Chord

from ..styles.schema import Player
from .setting import Setting

_STRINGS = (40, 45, 50, 55, 59, 64)


@lru_cache(maxsize=1024)
def guitar_shape(root_pc: int, pcs: tuple[int, ...]) -> tuple[int, ...]:
    """MIDI pitches of a playable shape, low to high; root lowest, at least four strings."""
    best: tuple[float, tuple[int, ...]] = (1e9, ())
    for position in range(10):
        shape = _shape_at(position, root_pc, pcs)
        missing = len(set(pcs[:4]) - {p % 12 for p in shape})
        if len(shape) < 4:
            continue
        cost = 3.0 * missing + 0.6 * position + 0.8 * (6 - len(shape))
        if cost < best[0]:
            best = (cost, shape)
    return best[1] or tuple(sorted({40 + (root_pc - 40) % 12 + 12 * (i // len(pcs)) for i in range(4)}))


def _shape_at(position: int, root_pc: int, pcs: tuple[int, ...]) -> tuple[int, ...]:
    shape: list[int] = []
    for open_pitch in _STRINGS:
        frets = [0] if position <= 2 else []
        frets += range(max(1, position), position + 4)
        tones = [open_pitch + f for f in frets if (open_pitch + f) % 12 in pcs]
        if not shape:
            tones = [t for t in tones if t % 12 == root_pc]
        if not tones:
            if shape:
                break
            continue
        fresh = [t for t in tones if t % 12 not in {p % 12 for p in shape}]
        shape.append((fresh or tones)[0])
    return tuple(shape)


def _tones(chord: Chord, voicing: str) -> tuple[int, ...]:
    """Pitch classes to be voiced, three or four; the bass has the root of larger chords."""
    pcs = chord.pcs
    count = len(pcs)
    if voicing == "shell" and count >= 4:
        return (pcs[1], pcs[3], *pcs[4:5]) if count > 4 else (pcs[0], pcs[1], pcs[3])
    if voicing == "dyad":
        return (pcs[0], pcs[-1] if count == 2 else pcs[2]) if count < 4 else (pcs[1], pcs[3])
    if count >= 5:
        return (pcs[1], pcs[2], pcs[3], pcs[4]) if voicing != "close3" else (pcs[1], pcs[3], pcs[4])
    return pcs


@lru_cache(maxsize=4096)
def _candidates(tones: tuple[int, ...], low: int, high: int, n_voices: int, spread: bool) -> np.ndarray:
    """All stackings in range, shape (n, n_voices), each sorted upward."""
    found: set[tuple[int, ...]] = set()
    for start in range(low, high + 1):
        if start % 12 not in tones:
            continue
        stack = [start]
        while len(stack) < n_voices:
            above = [stack[-1] + d for d in range(2, 13) if (stack[-1] + d) % 12 in tones]
            stack.append(above[0] if above else stack[-1] + 12)
        found.add(tuple(stack))
        if spread and n_voices >= 3:
            wide = list(stack)
            wide[-2 if n_voices == 3 else 1] += 12
            found.add(tuple(sorted(wide)))
    inside = sorted(c for c in found if c[-1] <= high and (n_voices < 3 or c[0] >= 48 or c[1] - c[0] >= 5))
    if not inside:
        inside = sorted(found, key=lambda c: (max(0, c[-1] - high), c))[:3]
    return np.array(inside, dtype=np.int64)


def lead_voices(setting: Setting, player: Player, *, sustained: bool) -> list[tuple[int, ...]]:
    """One voicing per chord span of the score: least movement (Viterbi), clear of the sung line."""
    spread, n_voices = player.voicing == "open", 2 if player.voicing == "dyad" else 3
    centre = (player.low_midi + player.high_midi) / 2
    layers: list[np.ndarray] = []
    costs: list[np.ndarray] = []
    for span in setting.score.chords:
        tones = _tones(span.chord, player.voicing)
        if sustained and len(tones) == 4:  # held chords are thin: third, seventh and one colour
            tones = tones[1:] if len(span.chord.pcs) == 4 else (tones[0], *tones[2:])
        voices = max(n_voices, len(tones) if player.voicing != "dyad" else n_voices)
        options = _candidates(tones, player.low_midi, player.high_midi, min(voices, 4), spread)
        clash = setting.sung_weights(span.start_tick, span.start_tick + span.duration_ticks)
        near = clash[np.clip(options, 0, 127)].sum(axis=1)
        missing = np.array([len(set(tones) - set((row % 12).tolist())) for row in options])
        costs.append(
            (24.0 if sustained else 12.0) * near
            + np.abs(options.mean(axis=1) - centre) / (8 if sustained else 3)
            + 3.0 * missing
        )
        layers.append(options)
    return [tuple(int(p) for p in layers[i][k]) for i, k in enumerate(_cheapest_path(layers, costs))]


def _cheapest_path(layers: Sequence[np.ndarray], costs: Sequence[np.ndarray]) -> list[int]:
    total, back = costs[0], []
    for before, here, own in zip(layers, layers[1:], costs[1:], strict=False):
        step = _movement(before, here) + total[:, None]
        back.append(step.argmin(axis=0))
        total = step.min(axis=0) + own
    path = [int(total.argmin())]
    for pointers in reversed(back):
        path.append(int(pointers[path[-1]]))
    return path[::-1]


def _movement(before: np.ndarray, here: np.ndarray) -> np.ndarray:
    """Semitones moved between every pair of voicings, shape (n_before, n_here)."""
    n = min(before.shape[1], here.shape[1])
    moved = np.abs(before[:, None, -n:] - here[None, :, -n:]).sum(axis=2).astype(np.float64)
    return moved + np.abs(before[:, None, 0] - here[None, :, 0]) * (before.shape[1] != here.shape[1])
