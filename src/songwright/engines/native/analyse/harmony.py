"""Chords and key out of pitch classes."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from songwright.domain.analysis import TimedChord
from songwright.domain.audio import F32
from songwright.domain.score import QUALITIES, Chord
from songwright.domain.style import MODES, Key

from .chroma import BASS_MIDI, RATE_HZ, TREBLE_MIDI, chroma, per_span

HEARD = ("", "m", "7", "maj7", "m7", "9", "maj9", "m9")  # sus and diminished chords cost more than they gain
RICHER = 0.03  # a chord of more than three tones must fit better by that
UPPER_TONE = 0.8  # weight of a chord's tones above its fifth
BASS_ROOT, BASS_FIFTH = 0.35, 0.25
SEVENTH_SHARE = 0.8
FLATTEN = 0.7  # power: loud tones count less
SHARPNESS = 8.0
FOREIGN_COST = 0.6  # per tone of a triad outside the scale
DOWNBEAT_COST, HALF_BAR_COST, SWITCH_COST = 1.0, 2.5, 4.0
SILENT = 1e-5
KEY_TONES, KEY_HOME, KEY_FIFTH, KEY_FIRST, KEY_LAST = 0.5, 0.5, 0.15, 0.08, 0.2
PROFILES = {  # Temperley's, as corrected from Krumhansl's (Music Perception 17, 1999)
    "major": (5.0, 2.0, 3.5, 2.0, 4.5, 4.0, 2.0, 4.5, 2.0, 3.5, 1.5, 4.0),
    "minor": (5.0, 2.0, 3.5, 4.5, 2.0, 4.0, 2.0, 4.5, 3.5, 2.0, 1.5, 4.0),
}

F64 = npt.NDArray[np.float64]


def chords_of(
    mono: F32, semitones: F64, beats_s: Sequence[float], downbeats: Sequence[int], duration_s: float
) -> list[TimedChord]:
    """A chord per beat: triads, sevenths and ninths, smoothed by Viterbi with cheap changes on downbeats, merged.

    ``mono`` is sampled at 22,050 Hz, ``semitones`` are its rows. None where nothing sounds.
    """
    edges = [0.0, *[b for b in beats_s if 0.02 < b < duration_s - 0.02], duration_s]
    treble = _unit(per_span(chroma(semitones, TREBLE_MIDI), edges) ** FLATTEN)
    bass = _unit(per_span(chroma(semitones, BASS_MIDI), edges))
    states = [Chord(root_pc=root, quality=quality) for quality in HEARD for root in range(12)]
    fits = np.stack([_fit(treble, bass, chord) for chord in states], axis=1)
    scale = _scale_of(treble.mean(axis=0))
    foreign = np.array([sum(pc not in scale for pc in chord.pcs[:3]) for chord in states])
    path = _viterbi(SHARPNESS * fits - FOREIGN_COST * foreign, _costs(edges, beats_s, downbeats))
    loud = [_rms(mono, a, b) for a, b in itertools.pairwise(edges)]
    named = [states[state] if level >= SILENT else None for state, level in zip(path, loud, strict=True)]
    found: list[TimedChord] = []
    for _, group in itertools.groupby(range(len(named)), key=lambda i: _triad(named[i])):
        places = list(group)
        chord = _plain(named[places[0]], treble[places].mean(axis=0))
        found.append(TimedChord(start_s=edges[places[0]], end_s=edges[places[-1] + 1], chord=chord))
    return found


def _triad(chord: Chord | None) -> tuple[int, ...]:
    return chord.pcs[:3] if chord else ()


def _plain(chord: Chord | None, tones: F64) -> Chord | None:
    """The triad, with a seventh where it sounds nearly as loud as the triad's own tones."""
    if chord is None:
        return None
    root = chord.root_pc
    minor = chord.pcs[1] == (root + 3) % 12
    seventh = {10: "m7"} if minor else {10: "7", 11: "maj7"}
    step = max(seventh, key=lambda step: tones[(root + step) % 12])
    heard = tones[(root + step) % 12] >= SEVENTH_SHARE * tones[list(chord.pcs[:3])].mean()
    return Chord(root_pc=root, quality=seventh[step] if heard else ("m" if minor else ""))


def _unit(rows: F64) -> F64:
    return rows / (np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9)


def _fit(treble: F64, bass: F64, chord: Chord) -> F64:
    """Cosine with the chord's tones, helped by root and fifth in the bass; one value per row."""
    tones = np.zeros(12)
    for place, pc in enumerate(chord.pcs):
        tones[pc] += 1.0 if place < 3 else UPPER_TONE
    rich = RICHER if len(chord.pcs) > 3 else 0.0
    return (
        treble @ (tones / np.linalg.norm(tones))
        + BASS_ROOT * bass[:, chord.root_pc]
        + BASS_FIFTH * bass[:, chord.pcs[2]]
        - rich
    )


def _scale_of(mean: F64) -> set[int]:
    """The seven pitch classes of a major scale that hold most of the sound."""
    scales = [{(tonic + step) % 12 for step in MODES["major"]} for tonic in range(12)]
    return max(scales, key=lambda scale: sum(mean[pc] for pc in scale))


def _costs(edges: Sequence[float], beats_s: Sequence[float], downbeats: Sequence[int]) -> list[float]:
    """What a change of chord costs at each edge."""
    bars = {round(beats_s[i], 6) for i in downbeats}
    halves = {
        round(beats_s[(a + b) // 2], 6) for a, b in itertools.pairwise(downbeats) if (b - a) % 2 == 0 and b - a > 2
    }
    cost = {**dict.fromkeys(halves, HALF_BAR_COST), **dict.fromkeys(bars, DOWNBEAT_COST)}
    return [cost.get(round(edge, 6), SWITCH_COST) for edge in edges[:-1]]


def _rms(mono: F32, start_s: float, end_s: float) -> float:
    piece = mono[int(start_s * RATE_HZ) : int(end_s * RATE_HZ) + 1]
    return float(np.sqrt(np.mean(np.square(piece, dtype=np.float64)))) if piece.size else 0.0


def _viterbi(scores: F64, costs: Sequence[float]) -> list[int]:
    total = scores[0].copy()
    back = np.zeros(scores.shape, dtype=np.int64)
    stay = np.arange(scores.shape[1])
    for i in range(1, scores.shape[0]):
        jump = int(total.argmax())
        keep = total >= total[jump] - costs[i]
        back[i] = np.where(keep, stay, jump)
        total = np.where(keep, total, total[jump] - costs[i]) + scores[i]
    state = int(total.argmax())
    path = [state]
    for i in range(scores.shape[0] - 1, 0, -1):
        state = int(back[i, state])
        path.append(state)
    return path[::-1]


def key_of(chords: Sequence[TimedChord], semitones: F64) -> tuple[Key, float]:
    """Major or minor key, and how sure that is (0..1): by the tones heard, by how long which chord sounds, and by
    the first and, above all, the last chord."""
    heard = [timed for timed in chords if timed.chord is not None]
    if not heard:
        return Key(tonic_pc=0), 0.0
    tones = chroma(semitones, TREBLE_MIDI).mean(axis=0)
    scored = sorted(
        ((_key_fit(heard, tones, tonic, mode), tonic, mode) for tonic in range(12) for mode in PROFILES), reverse=True
    )
    best, second = scored[0], scored[1]
    return Key(tonic_pc=best[1], mode=best[2]), float(np.clip((best[0] - second[0]) / 0.3, 0.0, 1.0))


def _key_fit(heard: Sequence[TimedChord], tones: F64, tonic: int, mode: str) -> float:
    scale = {(tonic + step) % 12 for step in MODES[mode]}
    third = QUALITIES["" if mode == "major" else "m"][1]
    total_s = sum(timed.end_s - timed.start_s for timed in heard)
    total = KEY_TONES * float(np.corrcoef(np.roll(PROFILES[mode], tonic), tones)[0, 1]) if tones.std() > 0 else 0.0
    for place, timed in enumerate(heard):
        root, *steps = timed.chord.pcs[:3] if timed.chord else (0,)
        home = root == tonic and steps[0] == (tonic + third) % 12
        share = (timed.end_s - timed.start_s) / total_s
        inside = all(pc in scale for pc in (root, *steps))
        total += share * (inside + KEY_HOME * home + KEY_FIFTH * (root == (tonic + 7) % 12))
        total += home * (KEY_FIRST * (place == 0) + KEY_LAST * (place == len(heard) - 1))
    return total
