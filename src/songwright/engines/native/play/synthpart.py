"""A part played by our own instruments: every note is computed whole when its time comes, then cut into blocks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from songwright.domain.audio import F32, SAMPLE_RATE_HZ
from songwright.domain.draws import child_seed
from songwright.domain.performance import PlayedNote

from .fm import FmSpec, render_fm
from .patches import PATCHES, Spec
from .pluck import PluckSpec, render_pluck
from .sweeps import SweepSpec, render_sweep
from .voice import VoiceSpec, render_voice
from .waves import wave_tables

_MAX_NOTE_S = 30.0
_STEP_FRAMES = 24_000  # inside long blocks: keeps what is computed ahead small


class Timeline:
    """Adds sounds at frames to come and gives out finished blocks.

    Sounds are added in the order of their start, so every sample is the same sum whatever the blocks are.
    """

    def __init__(self, starts: Sequence[int], make: Callable[[int], F32], n_frames: int) -> None:
        self._starts, self._make, self._left = starts, make, max(0, n_frames)
        self._next = 0
        self._at = 0
        self._ahead = np.zeros((0, 2), np.float32)

    def render(self, n_frames: int) -> F32:
        """See :meth:`.stream.PartStream.render`."""
        out = np.zeros((n_frames, 2), np.float32)
        done = 0
        while done < n_frames and self._left:
            count = min(_STEP_FRAMES, n_frames - done, self._left)
            self._fill(out[done : done + count])
            done += count
        return out

    def _fill(self, out: F32) -> None:
        """The next ``len(out)`` frames."""
        count = len(out)
        while self._next < len(self._starts) and self._starts[self._next] < self._at + count:
            self._add(self._starts[self._next] - self._at, self._make(self._next))
            self._next += 1
        ready = self._ahead[:count]
        out[: len(ready)] = ready
        self._ahead = self._ahead[count:]
        self._at += count
        self._left -= count

    def _add(self, offset: int, sound: F32) -> None:
        sound = sound[: max(0, self._left - offset)]
        needed = offset + len(sound)
        if needed > len(self._ahead):
            grown = np.zeros((needed + _STEP_FRAMES, 2), np.float32)
            grown[: len(self._ahead)] = self._ahead
            self._ahead = grown
        self._ahead[offset:needed] += sound


@dataclass(frozen=True, slots=True)
class Phrase:
    """Notes one voice plays: one note, or several joined by slides."""

    notes: tuple[PlayedNote, ...]

    @property
    def start(self) -> int:
        """First frame."""
        return max(0, round(self.notes[0].start_s * SAMPLE_RATE_HZ))

    @property
    def end_s(self) -> float:
        """Where the last note is released."""
        return max(n.start_s + n.duration_s for n in self.notes)


def join_slides(notes: Sequence[PlayedNote]) -> list[Phrase]:
    """Group notes with ``slide`` with the note they come from, when that still sounds or has just ended."""
    groups: list[list[PlayedNote]] = []
    for note in sorted(notes, key=lambda n: (n.start_s, n.pitch_midi)):
        last = groups[-1] if groups else []
        reach = last[-1].start_s + last[-1].duration_s + 0.25 if last else 0.0
        if note.slide and last and last[-1].start_s < note.start_s <= reach:
            last.append(note)
        else:
            groups.append([note])
    return [Phrase(tuple(group)) for group in groups]


def _tail_s(spec: Spec) -> float:
    if isinstance(spec, SweepSpec):
        return spec.release_s * 1.2 + 0.01
    return spec.release_s * 1.5 + 0.03


def render_phrase(spec: Spec, phrase: Phrase, seed: int) -> F32:
    """The sound of a phrase from its first frame, release included; (n, 2) float32."""
    origin = phrase.start
    starts = np.array([max(0, round(n.start_s * SAMPLE_RATE_HZ) - origin) for n in phrase.notes], np.int64)
    pitches = np.array([n.pitch_midi for n in phrase.notes], np.float64)
    velocities = np.array([min(127, max(1, n.velocity)) for n in phrase.notes], np.float64)
    length_s = min(_MAX_NOTE_S, phrase.end_s - phrase.notes[0].start_s)
    if isinstance(spec, SweepSpec) and spec.fixed_s > 0.0:
        length_s = spec.fixed_s
    gate = max(480, round(length_s * SAMPLE_RATE_HZ))
    n_frames = gate + round(_tail_s(spec) * SAMPLE_RATE_HZ)
    arguments = (wave_tables(), starts, pitches, velocities, gate, n_frames, seed % (1 << 31))
    if isinstance(spec, VoiceSpec):
        return render_voice(VoiceSpec(*map(float, spec)), *arguments)
    if isinstance(spec, FmSpec):
        return render_fm(FmSpec(*map(float, spec)), *arguments)
    if isinstance(spec, PluckSpec):
        return render_pluck(PluckSpec(*map(float, spec)), *arguments)
    return render_sweep(SweepSpec(*map(float, spec)), *arguments)


def synth_stream(patch: str, notes: Sequence[PlayedNote], *, name: str, n_frames: int) -> Timeline:
    """A part played by a patch. ``name`` seeds the small differences between notes. Raises ValueError."""
    if patch not in PATCHES:
        raise ValueError(f"there is no synth patch {patch!r}")
    spec = PATCHES[patch]
    phrases = join_slides(notes)
    return Timeline(
        [p.start for p in phrases],
        lambda index: render_phrase(spec, phrases[index], child_seed(index, patch, name)),
        n_frames,
    )
