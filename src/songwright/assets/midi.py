"""Standard MIDI Files (type 1) of a score, and of a performance with its human timing."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from songwright.domain.lyrics import Lyrics
from songwright.domain.performance import Performance
from songwright.domain.score import Instrument, MixHint, Part, PartRole, Score, VocalPart
from songwright.domain.style import MODES, Key
from songwright.domain.time import TICKS_PER_QUARTER, TimeAxis

from .syllables import split_written

_DRUM_CHANNEL = 9
_MELODIC_CHANNELS = tuple(c for c in range(16) if c != _DRUM_CHANNEL)
VOICE_PROGRAM = 53
"""Voice Oohs, from 0: what sings where there are no words."""
_ROLE_PROGRAMS = {
    PartRole.BASS: 38,  # Synth Bass 1
    PartRole.COMP: 81,  # Lead 2 (sawtooth)
    PartRole.PAD: 89,  # Pad 2 (warm)
    PartRole.ARP: 87,  # Lead 8 (bass + lead)
    PartRole.LEAD: 80,  # Lead 1 (square)
    PartRole.FX: 97,  # FX 2 (soundtrack)
}
_MAJOR_SIGNATURES = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
_MINOR_SIGNATURES = ("Cm", "C#m", "Dm", "Ebm", "Em", "Fm", "F#m", "Gm", "G#m", "Am", "Bbm", "Bm")


@dataclass(kw_only=True)
class _Track:
    """One track's events as (tick, order, message); channel events come from ``notes``."""

    name: str
    program: int
    drums: bool
    mix: MixHint
    notes: list[tuple[int, int, int, int]] = field(default_factory=list)  # start, end, key, velocity
    texts: list[tuple[int, str]] = field(default_factory=list)


def score_midi(score: Score, *, title: str = "", lyrics: Lyrics | None = None) -> bytes:
    """The written notes, on the grid; the lead's syllables as lyric events when ``lyrics`` is given."""
    tracks = [_voice_track(vocal, lyrics) for vocal in score.vocals]
    tracks += [_part_track(part) for part in score.parts]
    sections = [(section.start_tick, section.name) for section in score.sections]
    return _file(score.axis, key=score.key, title=title, tracks=tracks, sections=sections)


def performance_midi(performance: Performance, *, axis: TimeAxis, key: Key, title: str = "") -> bytes:
    """The notes as played and sung, on the same tempo map. Pitches are rounded to semitones."""
    tracks: list[_Track] = []
    for sung in performance.vocals:
        track = _Track(name=sung.name, program=VOICE_PROGRAM, drums=False, mix=sung.mix)
        for phrase in sung.phrases:
            for note in (n for syllable in phrase.syllables for n in syllable.notes):
                end_s = note.start_s + note.duration_s
                velocity = round(40 + 80 * min(1.0, max(0.0, phrase.expression.dynamics)))
                track.notes.append((axis.tick_at(note.start_s), axis.tick_at(end_s), round(note.pitch_midi), velocity))
        tracks.append(track)
    if tracks:
        tracks[0].texts = [
            (axis.tick_at(w.start_s), ("\r" if w.line_start else "") + w.text + " ") for w in performance.words
        ]
    for part in performance.parts:
        track = _instrument_track(part.name, part.instrument, _fallback_program(part.name), part.mix)
        track.notes = [
            (axis.tick_at(n.start_s), axis.tick_at(n.start_s + n.duration_s), round(n.pitch_midi), n.velocity)
            for n in part.notes
        ]
        tracks.append(track)
    sections = [(axis.tick_at(span.start_s), span.name) for span in performance.sections]
    return _file(axis, key=key, title=title, tracks=tracks, sections=sections)


def key_signature(key: Key) -> str:
    """The signature with the accidentals of ``key``: modes take that of their parent major scale.

    >>> key_signature(Key.parse("D dorian")), key_signature(Key.parse("Db minor")), key_signature(Key.parse("Eb"))
    ('C', 'C#m', 'Eb')
    """
    if key.mode == "minor":
        return _MINOR_SIGNATURES[key.tonic_pc]
    parent = next(pc for pc in range(12) if {(pc + s) % 12 for s in MODES["major"]} == set(key.scale_pcs))
    return _MAJOR_SIGNATURES[parent]


def _voice_track(vocal: VocalPart, lyrics: Lyrics | None) -> _Track:
    track = _Track(name=vocal.name, program=VOICE_PROGRAM, drums=False, mix=vocal.mix)
    for line in vocal.lines:
        words = ()
        if lyrics is not None and line.line_index >= 0 and line.lyrics_section_index >= 0:
            words = lyrics.sections[line.lyrics_section_index].lines[line.line_index].words
        counts: dict[int, int] = {}
        for syllable in line.syllables:
            counts[syllable.word_index] = counts.get(syllable.word_index, 0) + 1
        seen: dict[int, int] = {}
        for position, syllable in enumerate(line.syllables):
            for note in syllable.notes:
                end = note.start_tick + note.duration_ticks
                track.notes.append((note.start_tick, end, note.pitch_midi, note.velocity))
            if syllable.word_index < len(words):
                word, nth = words[syllable.word_index], seen.get(syllable.word_index, 0)
                seen[syllable.word_index] = nth + 1
                text = split_written(word.text, counts[syllable.word_index])[nth]
                ending = word.trailing + " " if syllable.word_end else ""
                text = ("\r" if position == 0 else "") + text + ending
                track.texts.append((syllable.notes[0].start_tick, text))
    return track


def program_of(part: Part) -> tuple[int, bool]:
    """The General MIDI program (from 0) that stands for the part's instrument, and whether it is a drum kit."""
    track = _instrument_track(part.name, part.instrument, _ROLE_PROGRAMS.get(part.role, 0), part.mix)
    return track.program, track.drums


def _part_track(part: Part) -> _Track:
    fallback = _ROLE_PROGRAMS.get(part.role, 0)
    track = _instrument_track(part.name, part.instrument, fallback, part.mix)
    track.notes = [(n.start_tick, n.start_tick + n.duration_ticks, n.pitch_midi, n.velocity) for n in part.notes]
    return track


def _instrument_track(name: str, instrument: Instrument, fallback: int, mix: MixHint) -> _Track:
    drums = instrument.engine in ("gmdrums", "synthdrums")
    program = instrument.program if instrument.engine in ("gm", "gmdrums") else 0 if drums else fallback
    return _Track(name=name, program=min(127, max(0, program)), drums=drums, mix=mix)


def _fallback_program(name: str) -> int:
    words = name.lower()
    role = next((role for role in PartRole if role.value in words), PartRole.LEAD)
    return _ROLE_PROGRAMS.get(role, 80)


def _file(
    axis: TimeAxis, *, key: Key, title: str, tracks: Sequence[_Track], sections: Iterable[tuple[int, str]]
) -> bytes:
    import mido

    midi = mido.MidiFile(type=1, ticks_per_beat=TICKS_PER_QUARTER, charset="utf-8")
    midi.tracks.append(_conductor(axis, key, title, sections))
    melodic = 0
    for track in tracks:
        port, channel = (0, _DRUM_CHANNEL)
        if not track.drums:
            port, place = divmod(melodic, len(_MELODIC_CHANNELS))
            channel, melodic = _MELODIC_CHANNELS[place], melodic + 1
        midi.tracks.append(_mido_track(track, port=port, channel=channel))
    out = io.BytesIO()
    midi.save(file=out)
    return out.getvalue()


def _conductor(axis: TimeAxis, key: Key, title: str, sections: Iterable[tuple[int, str]]) -> Any:
    from mido import MetaMessage, bpm2tempo

    events: list[tuple[int, int, Any]] = [
        (0, 0, MetaMessage("track_name", name=title or "Songwright")),
        (0, 1, MetaMessage("time_signature", numerator=axis.meter.beats, denominator=axis.meter.unit)),
        (0, 2, MetaMessage("key_signature", key=key_signature(key))),
    ]
    events += [(change.tick, 3, MetaMessage("set_tempo", tempo=bpm2tempo(change.bpm))) for change in axis.tempi]
    events += [(max(0, tick), 4, MetaMessage("marker", text=name)) for tick, name in sections]
    return _timed(events)


def _mido_track(track: _Track, *, port: int, channel: int) -> Any:
    from mido import Message, MetaMessage

    pan = min(127, max(0, round(64 + 63 * track.mix.pan)))
    events: list[tuple[int, int, Any]] = [(0, 0, MetaMessage("track_name", name=track.name))]
    if port:
        events.append((0, 1, MetaMessage("midi_port", port=port)))
    events.append((0, 2, Message("program_change", channel=channel, program=track.program)))
    events.append((0, 3, Message("control_change", channel=channel, control=10, value=pan)))
    for start, end, pitch, velocity in _without_overlaps(track.notes):
        key, force = min(127, max(0, pitch)), min(127, max(1, velocity))
        events.append((start, 7, Message("note_on", channel=channel, note=key, velocity=force)))
        events.append((end, 5, Message("note_off", channel=channel, note=key, velocity=64)))
    events += [(max(0, tick), 6, MetaMessage("lyrics", text=text)) for tick, text in track.texts]
    return _timed(events)


def _without_overlaps(notes: Iterable[tuple[int, int, int, int]]) -> list[tuple[int, int, int, int]]:
    """Notes by start; a note of the same key ends where the next begins, since one key sounds once."""
    ordered = sorted(
        (max(0, start), max(0, start) + max(1, end - start), pitch, vel) for start, end, pitch, vel in notes
    )
    out: list[tuple[int, int, int, int]] = []
    next_start: dict[int, int] = {}
    for start, end, pitch, velocity in reversed(ordered):
        if next_start.get(pitch) != start:
            out.append((start, min(end, next_start.get(pitch, end)), pitch, velocity))
            next_start[pitch] = start
    return out[::-1]


def _timed(events: list[tuple[int, int, Any]]) -> Any:
    from mido import MetaMessage, MidiTrack

    track, now = MidiTrack(), 0
    for tick, _, message in sorted(events, key=lambda event: event[:2]):
        track.append(message.copy(time=tick - now))
        now = tick
    track.append(MetaMessage("end_of_track", time=0))
    return track
