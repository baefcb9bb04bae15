"""The piano roll: the lead's notes with words under and chords above, the heard pitch drawn over them."""

from __future__ import annotations

import numpy as np

from songwright.domain.plan import Plan
from songwright.domain.score import ChordSpan, VocalRole
from songwright.domain.style import PITCH_CLASSES

from ..heard import Heard
from .svg import INNER, LEFT, WIDTH, Scale, box, line, path, picture, text

ROW_S = 16.0
NOTE_PX = 7.0
HEAD, FOOT = 34.0, 50.0
BAND_ROLES = {"bass": "bass", "lead": "lead-part"}


def rolls(song: Heard) -> list[str]:
    """Rows of whole bars, about sixteen seconds each. Nothing without a plan."""
    plan = song.plan
    if plan is None or plan.sound is not None or not plan.score.sections:
        return []
    axis = plan.score.axis
    n_bars = plan.score.end_tick // axis.meter.bar_ticks
    bar_s = axis.seconds_at(axis.meter.bar_ticks)
    per_row = max(1, round(ROW_S / bar_s))
    low, high = _range(song)
    return [
        _row(song, plan, first, min(n_bars, first + per_row), per_row, low, high) for first in range(0, n_bars, per_row)
    ]


def _range(song: Heard) -> tuple[int, int]:
    pitches = [round(note.pitch_midi) for note in song.lead_notes]
    return (min(pitches) - 2, max(pitches) + 2) if pitches else (48, 72)


def _row(song: Heard, plan: Plan, first: int, last: int, per_row: int, low: int, high: int) -> str:
    axis = plan.score.axis
    start_s, end_s = (axis.seconds_at(axis.bar_tick(bar)) for bar in (first, first + per_row))
    place = Scale(start_s, end_s, LEFT, LEFT + INNER)
    body = (high - low + 1) * NOTE_PX
    up = Scale(low, high + 1, HEAD + body, HEAD)
    shapes = _paper(plan, first, last, place, up, low, high)
    shapes += _band(plan, start_s, end_s, place, up, low, high)
    shapes += [_chord(span, plan, place) for span in plan.score.chords if first <= axis.bar_at(span.start_tick) < last]
    for section in plan.performance.sections:
        if start_s - 1e-3 <= section.start_s < end_s - 1e-3:
            shapes.append(text(place(section.start_s) + 3, 11, section.name, cls="section left"))
    shapes += _notes(song, start_s, end_s, place, up)
    shapes += _heard(song, start_s, end_s, place, up, low, high)
    shapes += _words(plan, start_s, end_s, place, HEAD + body + 15)
    height = HEAD + body + (FOOT if plan.performance.words else 8)
    return picture(height, shapes, label=f"Bars {first + 1} to {last}", start_s=start_s, end_s=end_s)


def _paper(plan: Plan, first: int, last: int, place: Scale, up: Scale, low: int, high: int) -> list[str]:
    axis, out = plan.score.axis, []
    right = place(axis.seconds_at(axis.bar_tick(last)))
    for pitch in range(low, high + 1):
        if pitch % 12 in plan.score.key.scale_pcs:
            tonic = pitch % 12 == plan.score.key.tonic_pc
            out.append(box(LEFT, up(pitch + 1), right - LEFT, NOTE_PX, cls="lane tonic" if tonic else "lane"))
        if pitch % 12 == plan.score.key.tonic_pc:
            name = f"{PITCH_CLASSES[pitch % 12]}{pitch // 12 - 1}"
            out.append(text(LEFT - 6, up(pitch) - 0.5, name, cls="tick", anchor="end"))
    for tick in range(axis.bar_tick(first), axis.bar_tick(last) + 1, axis.meter.beat_ticks):
        x, bar = place(axis.seconds_at(tick)), tick % axis.meter.bar_ticks == 0
        out.append(line(x, HEAD - (4 if bar else 0), x, up(low), cls="bar" if bar else "beat"))
        if bar and axis.bar_at(tick) < last:
            out.append(text(x + 2, up(low) - 2, str(axis.bar_at(tick) + 1), cls="number"))
    return out


def _band(plan: Plan, start_s: float, end_s: float, place: Scale, up: Scale, low: int, high: int) -> list[str]:
    """Bass and lead instruments, moved by octaves into the picture, faintly."""
    out: list[str] = []
    names = {part.name: BAND_ROLES[part.role] for part in plan.score.parts if part.role in BAND_ROLES}
    for part in plan.performance.parts:
        for note in part.notes if part.name in names else ():
            if not start_s <= note.start_s < end_s:
                continue
            pitch = round(note.pitch_midi)
            while pitch < low:
                pitch += 12
            while pitch > high:
                pitch -= 12
            x = place(note.start_s)
            width = min(place(min(end_s, note.start_s + note.duration_s)), WIDTH - 12) - x
            out.append(
                box(x, up(pitch + 1) + 2, width, NOTE_PX - 4, cls=names[part.name], title=f"{part.name} {pitch}")
            )
    return out


def _chord(span: ChordSpan, plan: Plan, place: Scale) -> str:
    chord = span.chord
    name = PITCH_CLASSES[chord.root_pc] + chord.quality
    if chord.bass_pc is not None and chord.bass_pc != chord.root_pc:
        name += f"/{PITCH_CLASSES[chord.bass_pc]}"
    return text(place(plan.score.axis.seconds_at(span.start_tick)) + 3, 26, name, cls="chord")


def _notes(song: Heard, start_s: float, end_s: float, place: Scale, up: Scale) -> list[str]:
    out: list[str] = []
    parts = song.plan.performance.vocals if song.plan else ()
    for part in sorted(parts, key=lambda part: part.role is VocalRole.LEAD):  # the lead on top
        cls = "sung" if part.role is VocalRole.LEAD else "harmony"
        for syllable in (s for phrase in part.phrases for s in phrase.syllables):
            for note in syllable.notes:
                if start_s <= note.start_s < end_s:
                    x, y = place(note.start_s), up(note.pitch_midi + 1)
                    width = place(min(note.start_s + note.duration_s, end_s)) - x
                    tip = f"{syllable.phonemes}: {note.pitch_midi:g}, {note.duration_s:.2f} s"
                    out.append(box(x, y + 0.5, width - 1, NOTE_PX - 1, cls=cls, round_px=2, title=tip))
    return out


def _heard(song: Heard, start_s: float, end_s: float, place: Scale, up: Scale, low: int, high: int) -> list[str]:
    """The pitch that was heard on the vocals stem, as a thin line."""
    if song.pitch is None:
        return []
    times, hz = song.pitch.times_s, song.pitch.hz
    out: list[str] = []
    run: list[tuple[float, float]] = []
    for i in np.flatnonzero((times >= start_s) & (times < end_s)):
        midi = 69 + 12 * np.log2(hz[i] / 440) if hz[i] > 0 else -1.0
        if low - 1 <= midi <= high + 1:
            run.append((place(times[i]), up(midi + 0.5)))
            continue
        out.append(path(run, cls="heard"))
        run = []
    return [shape for shape in [*out, path(run, cls="heard")] if shape]


def _words(plan: Plan, start_s: float, end_s: float, place: Scale, y: float) -> list[str]:
    """Words at their times; a word that would cover the one before goes a line lower."""
    out, free = [], [0.0, 0.0, 0.0]
    for word in plan.performance.words:
        if not start_s <= word.start_s < end_s:
            continue
        x = place(word.start_s)
        lane = next((i for i, end in enumerate(free) if x >= end), free.index(min(free)))
        free[lane] = x + 5 + (6.6 if word.text.isascii() else 11.5) * len(word.text)
        anchor = "end" if free[lane] > WIDTH else "start"
        tip = f"{word.start_s:.2f} s"
        left = x if anchor == "start" else WIDTH
        out.append(text(left, y + 13 * lane, word.text, cls="word", anchor=anchor, title=tip))
    return out
