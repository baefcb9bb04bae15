"""MusicXML 4.0: the score for notation programs, with its words, chords and drums."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import replace

from songwright.domain.lyrics import Lyrics
from songwright.domain.score import ChordSpan, Score
from songwright.domain.time import TICKS_PER_QUARTER

from .midi import VOICE_PROGRAM, program_of
from .notation.grid import Value
from .notation.spelling import CROSSED_DRUMS, KINDS, drum_place, fifths, pitched, spelled
from .notation.staff import Event, Staff, part_staff, voice_staff

_DOCTYPE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 Partwise//EN" '
    '"http://www.musicxml.org/dtds/partwise.dtd">\n'
)
_HARMONY_TICKS = 120  # chord symbols stand on sixteenths
_LOW_CLEF_BELOW = 55  # mean pitch


def score_musicxml(score: Score, *, title: str, lyrics: Lyrics) -> bytes:
    """A partwise file: voices with words first, then instruments; chord symbols over the first part.

    Divisions are ticks (480 to a quarter). Notes are moved to sixteenths, triplets or thirty-seconds; in a part,
    notes that begin together are one chord and end where the next begins. Equal scores give equal bytes.
    """
    staves = [voice_staff(vocal, score, lyrics, program=VOICE_PROGRAM) for vocal in score.vocals]
    for part in score.parts:
        program, drums = program_of(part)
        staves.append(part_staff(part, score, program=program, drums=drums))
    root = ET.Element("score-partwise", version="4.0")
    _child(_child(root, "work"), "work-title", title or "Untitled")
    encoding = _child(_child(root, "identification"), "encoding")
    _child(encoding, "software", "Songwright")
    part_list = _child(root, "part-list")
    for number, staff in enumerate(staves, start=1):
        _score_part(part_list, f"P{number}", staff, channel=_channel(staves[:number]))
    for number, staff in enumerate(staves, start=1):
        _part(_child(root, "part", id=f"P{number}"), f"P{number}", staff, score, first=number == 1)
    ET.indent(root, " ")
    return _DOCTYPE.encode() + ET.tostring(root, encoding="utf-8") + b"\n"


def _child(parent: ET.Element, tag: str, text: object = None, **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, tag, attributes)
    if text is not None:
        element.text = "".join(c for c in str(text) if c in "\t\n" or c.isprintable())
    return element


def _channel(staves: Sequence[Staff]) -> int:
    """MIDI channel 1..16 of the last staff: 10 for drums, the others in turn."""
    if staves[-1].drums:
        return 10
    place = sum(not staff.drums for staff in staves) - 1
    return [c for c in range(1, 17) if c != 10][place % 15]


def _score_part(part_list: ET.Element, part_id: str, staff: Staff, *, channel: int) -> None:
    element = _child(part_list, "score-part", id=part_id)
    _child(element, "part-name", staff.name.replace("_", " ").title())
    keys = sorted({p for event in staff.events for p in event.pitches}) if staff.drums else []
    ids = [(f"{part_id}-I{key}", key) for key in keys] or [(f"{part_id}-I1", None)]
    for instrument_id, key in ids:
        name = f"Drum {key}" if key is not None else staff.name
        _child(_child(element, "score-instrument", id=instrument_id), "instrument-name", name)
    for instrument_id, key in ids:
        sound = _child(element, "midi-instrument", id=instrument_id)
        _child(sound, "midi-channel", channel)
        _child(sound, "midi-program", staff.program + 1)
        if key is not None:
            _child(sound, "midi-unpitched", key + 1)


def _part(element: ET.Element, part_id: str, staff: Staff, score: Score, *, first: bool) -> None:
    bar_ticks = score.axis.meter.bar_ticks
    n_bars = -(-score.end_tick // bar_ticks)
    bars: list[list[tuple[Event, Value, bool, bool]]] = [[] for _ in range(n_bars)]
    for event in staff.events:
        values = list(staff.grid.values(event.start_tick, event.end_tick))
        for place, value in enumerate(values):
            shown = replace(event, pitches=()) if staff.drums and place else event  # a stroke is struck once
            bars[value.start_tick // bar_ticks].append((shown, value, place > 0, place + 1 < len(values)))
    n_fifths = fifths(score.key)
    for number, bar in enumerate(bars):
        measure = _child(element, "measure", number=str(number + 1))
        if number == 0:
            _attributes(measure, staff, score, n_fifths)
        if first:
            _signs(measure, score, number * bar_ticks, n_fifths)
        if all(not event.pitches for event, *_ in bar):
            note = _child(measure, "note")
            _child(note, "rest", measure="yes")
            _child(note, "duration", bar_ticks)
            _child(note, "voice", 1)
            continue
        for event, value, tied_before, tied_after in bar:
            _event(measure, part_id, staff, event, value, ties=(tied_before, tied_after), n_fifths=n_fifths)


def _attributes(measure: ET.Element, staff: Staff, score: Score, n_fifths: int) -> None:
    attributes = _child(measure, "attributes")
    _child(attributes, "divisions", TICKS_PER_QUARTER)
    key = _child(attributes, "key")
    _child(key, "fifths", 0 if staff.drums else n_fifths)
    if not staff.drums:
        _child(key, "mode", score.key.mode)
    time = _child(attributes, "time")
    _child(time, "beats", score.axis.meter.beats)
    _child(time, "beat-type", score.axis.meter.unit)
    clef = _child(attributes, "clef")
    pitches = [p for event in staff.events for p in event.pitches]
    low = bool(pitches) and sum(pitches) / len(pitches) < _LOW_CLEF_BELOW
    _child(clef, "sign", "percussion" if staff.drums else "F" if low else "G")
    if not staff.drums:
        _child(clef, "line", 4 if low else 2)


def _signs(measure: ET.Element, score: Score, start: int, n_fifths: int) -> None:
    """Section names, tempi and chord symbols of one bar; each with its place in it."""
    end = start + score.axis.meter.bar_ticks
    for section in score.sections:
        if start <= section.start_tick < end:
            direction = _child(measure, "direction", placement="above")
            _child(_child(direction, "direction-type"), "rehearsal", section.name)
            if section.start_tick > start:
                _child(direction, "offset", section.start_tick - start)
    for change in score.axis.tempi:
        if start <= change.tick < end:
            direction = _child(measure, "direction", placement="above")
            metronome = _child(_child(direction, "direction-type"), "metronome")
            _child(metronome, "beat-unit", "quarter")
            _child(metronome, "per-minute", f"{change.bpm:g}")
            if change.tick > start:
                _child(direction, "offset", change.tick - start, sound="yes")
            _child(direction, "sound", tempo=f"{change.bpm:g}")
    for span in score.chords:
        at = round(span.start_tick / _HARMONY_TICKS) * _HARMONY_TICKS
        if start <= at < end:
            _harmony(measure, span, at - start, n_fifths)


def _harmony(measure: ET.Element, span: ChordSpan, offset: int, n_fifths: int) -> None:
    harmony = _child(measure, "harmony")
    for role, pc in (("root", span.chord.root_pc), ("kind", None), ("bass", span.chord.bass_pc)):
        if role == "kind":
            _child(harmony, "kind", KINDS[span.chord.quality][0]).set("text", span.chord.quality)
        elif pc is not None:
            letter, alter = spelled(pc, n_fifths)
            place = _child(harmony, role)
            _child(place, f"{role}-step", letter)
            if alter:
                _child(place, f"{role}-alter", alter)
    for degree, alter in KINDS[span.chord.quality][1]:
        added = _child(harmony, "degree", **{"print-object": "no"})
        _child(added, "degree-value", degree)
        _child(added, "degree-alter", alter)
        _child(added, "degree-type", "add")
    if offset:
        _child(harmony, "offset", offset)


def _event(
    measure: ET.Element,
    part_id: str,
    staff: Staff,
    event: Event,
    value: Value,
    *,
    ties: tuple[bool, bool],
    n_fifths: int,
) -> None:
    if not event.pitches:
        note = _child(measure, "note")
        _child(note, "rest")
        _look(note, value)
        return
    tied = (False, False) if staff.drums else ties
    for place, pitch in enumerate(event.pitches):
        note = _child(measure, "note")
        if place:
            _child(note, "chord")
        _head(note, staff, pitch, n_fifths)
        _child(note, "duration", value.duration_ticks)
        for there, kind in zip(tied, ("stop", "start"), strict=True):
            if there:
                _child(note, "tie", type=kind)
        if staff.drums:
            _child(note, "instrument", id=f"{part_id}-I{pitch}")
        _look(note, value, duration=False)
        if staff.drums and pitch in CROSSED_DRUMS:
            _child(note, "notehead", "x")
        if any(tied):
            notations = _child(note, "notations")
            for there, kind in zip(tied, ("stop", "start"), strict=True):
                if there:
                    _child(notations, "tied", type=kind)
        if event.syllable is not None and place == 0 and not ties[0]:
            _lyric(note, event)


def _head(note: ET.Element, staff: Staff, pitch: int, n_fifths: int) -> None:
    if staff.drums:
        letter, octave = drum_place(pitch)
        element = _child(note, "unpitched")
        _child(element, "display-step", letter)
        _child(element, "display-octave", octave)
        return
    letter, alter, octave = pitched(pitch, n_fifths)
    element = _child(note, "pitch")
    _child(element, "step", letter)
    if alter:
        _child(element, "alter", alter)
    _child(element, "octave", octave)


def _look(note: ET.Element, value: Value, *, duration: bool = True) -> None:
    if duration:
        _child(note, "duration", value.duration_ticks)
    _child(note, "voice", 1)
    _child(note, "type", value.kind)
    for _ in range(value.dots):
        _child(note, "dot")
    if value.triplet:
        change = _child(note, "time-modification")
        _child(change, "actual-notes", 3)
        _child(change, "normal-notes", 2)


def _lyric(note: ET.Element, event: Event) -> None:
    if event.syllable is None:
        return
    lyric = _child(note, "lyric", number="1")
    _child(lyric, "syllabic", event.syllable.syllabic)
    _child(lyric, "text", event.syllable.text)
    if event.syllable.extends:
        _child(lyric, "extend")
