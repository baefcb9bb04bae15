"""A part played by FluidSynth: notes become events on 64-frame steps, blocks are cut from a buffer."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

import numpy as np

from songwright.domain.audio import F32, SAMPLE_RATE_HZ
from songwright.domain.performance import PlayedNote

from .fluid import BEND_RANGE_SEMITONES, BLOCK_FRAMES, CHANNELS, DRUM_BANK, DRUM_CHANNEL, Synth

SLIDE_S = 0.09  # time a slide takes; shorter on short notes
_BENT_CHANNELS = tuple(ch for ch in range(1, CHANNELS) if ch != DRUM_CHANNEL)
_RINGING = frozenset((46, 49, 51, 52, 53, 55, 57, 59, 81, 84))
_POOL_SIZE = 16


class SynthPool:
    """Synths of one soundfont, used again because opening a font takes tens of milliseconds. Thread-safe."""

    def __init__(self, soundfont: Path) -> None:
        self.soundfont = soundfont
        self._idle: list[tuple[tuple[int, int], Synth]] = []
        self._lock = threading.Lock()

    def take(self, *, bank: int, program: int) -> Synth:
        """A silent synth with the preset selected on its channels, or with the nearest one the font has."""
        wanted = (bank, program)
        with self._lock:
            ready = [i for i, (preset, _) in enumerate(self._idle) if preset == wanted]
            index = ready[0] if ready else len(self._idle) - 1
            preset, synth = self._idle.pop(index) if index >= 0 else (None, None)
        if synth is None:
            synth = Synth(self.soundfont)
        if preset != wanted:
            select_preset(synth, bank=bank, program=program)
        synth.reset(DRUM_CHANNEL if bank == DRUM_BANK else 0)
        return synth

    def give_back(self, synth: Synth, *, bank: int, program: int) -> None:
        """Return a synth from :meth:`take`."""
        with self._lock:
            if len(self._idle) < _POOL_SIZE:
                self._idle.append(((bank, program), synth))
                return
        synth.close()

    def fill(self, count: int) -> None:
        """Make sure ``count`` synths wait."""
        while len(self._idle) < min(count, _POOL_SIZE):
            synth = Synth(self.soundfont)
            with self._lock:
                self._idle.insert(0, ((-1, -1), synth))


def select_preset(synth: Synth, *, bank: int, program: int) -> None:
    """Select a preset on every channel a part may use. A kit or program the font lacks becomes its first one."""
    if bank == DRUM_BANK:
        for kit in (program, program // 8 * 8, 0):
            if synth.select(DRUM_CHANNEL, bank=DRUM_BANK, program=kit):
                return
        return
    for channel in (0, *_BENT_CHANNELS):
        if not any(synth.select(channel, bank=0, program=p) for p in (program, program // 8 * 8, 0)):
            return


class _Kind(IntEnum):
    """Events at the same step happen in this order."""

    OFF = 0
    BEND = 1
    ON = 2


@dataclass(frozen=True, slots=True, order=True)
class _Event:
    step: int  # in BLOCK_FRAMES
    kind: _Kind
    channel: int
    value: float  # key, or semitones
    velocity: int = 0


def note_events(notes: Sequence[PlayedNote], *, drums: bool) -> list[_Event]:
    """Everything the synth is told, in order."""
    events: list[_Event] = []
    free_at = dict.fromkeys(_BENT_CHANNELS, -1)
    open_notes: dict[tuple[int, int], int] = {}  # (channel, key) -> index of its OFF in events
    ordered = sorted(notes, key=lambda n: (n.start_s, n.pitch_midi))
    last_pitch: float | None = None
    for note in ordered:
        on = max(0, round(note.start_s * SAMPLE_RATE_HZ / BLOCK_FRAMES))
        length_s = _hold_s(note) if drums else note.duration_s
        off = max(on + 1, round((note.start_s + length_s) * SAMPLE_RATE_HZ / BLOCK_FRAMES))
        key = min(127, max(0, round(note.pitch_midi)))
        bend = 0.0 if drums else note.pitch_midi - key
        glide = note.slide and not drums and last_pitch is not None
        if drums:
            channel = DRUM_CHANNEL
        elif glide or abs(bend) > 0.002:
            channel = min(_BENT_CHANNELS, key=lambda ch: (free_at[ch], ch))
            free_at[channel] = off
            from_pitch = last_pitch if glide and last_pitch is not None else note.pitch_midi
            events += _bends(on, off, from_pitch - key, bend, channel)
        else:
            channel = 0
        before = open_notes.get((channel, key))
        if before is not None and events[before].step > on:  # struck again while it sounds
            events[before] = _Event(on, _Kind.OFF, channel, key)
        events.append(_Event(on, _Kind.ON, channel, key, min(127, max(1, note.velocity))))
        events.append(_Event(off, _Kind.OFF, channel, key))
        open_notes[channel, key] = len(events) - 1
        last_pitch = note.pitch_midi
    return sorted(events)


def _hold_s(stroke: PlayedNote) -> float:
    """How long a drum key is held: cymbals ring whatever the note's length is."""
    return max(stroke.duration_s, 2.5 if round(stroke.pitch_midi) in _RINGING else 0.3)


def _bends(on: int, off: int, start: float, end: float, channel: int) -> list[_Event]:
    """A smooth pitch glide from ``start`` to ``end`` semitones off the key."""
    limit = float(BEND_RANGE_SEMITONES)
    start = min(limit, max(-limit, start))
    steps = 0
    if start != end:
        steps = max(1, round(min(SLIDE_S * SAMPLE_RATE_HZ / BLOCK_FRAMES, 0.6 * (off - on))))
    events = [_Event(on, _Kind.BEND, channel, start if steps else end)]
    for i in range(1, steps + 1):
        x = i / steps
        events.append(_Event(on + i, _Kind.BEND, channel, start + (end - start) * x * x * (3 - 2 * x)))
    return events


class FluidStream:
    """Renders notes with a synth of the pool; gives it back at the end."""

    def __init__(self, pool: SynthPool, notes: Sequence[PlayedNote], *, bank: int, program: int, n_frames: int) -> None:
        self._pool, self._bank, self._program = pool, bank, program
        self._events = note_events(notes, drums=bank == DRUM_BANK)
        self._next = 0
        self._step = 0
        self._left = max(0, n_frames)
        self._buffer = np.zeros((0, 2), np.float32)
        self._synth: Synth | None = pool.take(bank=bank, program=program) if self._events else None

    def render(self, n_frames: int) -> F32:
        """See :meth:`.stream.PartStream.render`."""
        wanted = min(n_frames, self._left)
        pieces = [self._buffer]
        have = len(self._buffer)
        while have < wanted:
            piece = self._advance(wanted - have)
            pieces.append(piece)
            have += len(piece)
        joined = np.concatenate(pieces)
        out = np.zeros((n_frames, 2), np.float32)
        out[:wanted] = joined[:wanted]
        self._buffer = joined[wanted:]
        self._left -= wanted
        if self._left == 0:
            self.close()
        return out

    def _advance(self, at_least: int) -> F32:
        """Apply what is due now and render up to the next event or until ``at_least`` frames are there."""
        steps = -(-at_least // BLOCK_FRAMES)
        if self._synth is None:
            self._step += steps
            return np.zeros((steps * BLOCK_FRAMES, 2), np.float32)
        while self._next < len(self._events) and self._events[self._next].step <= self._step:
            self._apply(self._synth, self._events[self._next])
            self._next += 1
        if self._next < len(self._events):
            steps = min(steps, self._events[self._next].step - self._step)
        self._step += steps
        return self._synth.render(steps * BLOCK_FRAMES)

    @staticmethod
    def _apply(synth: Synth, event: _Event) -> None:
        if event.kind is _Kind.ON:
            synth.note_on(event.channel, int(event.value), event.velocity)
        elif event.kind is _Kind.OFF:
            synth.note_off(event.channel, int(event.value))
        else:
            synth.bend(event.channel, event.value)

    def close(self) -> None:
        """Give the synth back before the end was reached; the rest is silence."""
        if self._synth is not None:
            self._pool.give_back(self._synth, bank=self._bank, program=self._program)
            self._synth = None

    def __del__(self) -> None:
        if getattr(self, "_synth", None) is not None:
            self.close()
