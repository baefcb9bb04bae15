"""MusicXML read back with the standard library: bars that add up, notes that sound as written, words in order."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace
from fractions import Fraction

import pytest

from songwright.assets.musicxml import score_musicxml
from songwright.assets.notation.grid import Grid
from songwright.assets.notation.spelling import KINDS, fifths, pitched, spelled
from songwright.domain.score import (
    QUALITIES,
    Chord,
    ChordSpan,
    Instrument,
    Note,
    Part,
    PartRole,
    Score,
    StemName,
)
from songwright.domain.style import MODES, Key
from songwright.domain.time import Meter, TempoChange, TimeAxis

from .test_assets_text import LYRICS, SCORE

STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
TYPES = {"whole": 4, "half": 2, "quarter": 1, "eighth": Fraction(1, 2), "16th": Fraction(1, 4), "32nd": Fraction(1, 8)}


def _note(start: int, duration: int, pitch: int) -> Note:
    return Note(start_tick=start, duration_ticks=duration, pitch_midi=pitch, velocity=80)


def _with(*notes: Note, engine: str = "gm", meter: Meter | None = None, bars: int = 2, **changes: object) -> Score:
    axis = TimeAxis.steady(bpm=100.0, meter=meter)
    role = PartRole.DRUMS if engine == "gmdrums" else PartRole.COMP
    part = Part(name="x", role=role, stem=StemName.KEYBOARD, instrument=Instrument(engine=engine), notes=notes)
    section = replace(SCORE.sections[0], start_tick=0, end_tick=bars * axis.meter.bar_ticks)
    made = replace(SCORE, axis=axis, sections=(section,), parts=(part,), vocals=(), chords=())
    return replace(made, **changes)  # type: ignore[arg-type]


def _root(score: Score) -> ET.Element:
    data = score_musicxml(score, title="Café & <Sky>", lyrics=LYRICS)
    assert data == score_musicxml(score, title="Café & <Sky>", lyrics=LYRICS)
    return ET.fromstring(data)


def _number(element: ET.Element, path: str) -> int:
    return int(element.findtext(path) or 0)


def _read(part: ET.Element, bar_ticks: int) -> list[tuple[int, int, int]]:
    """(start, end, pitch) of every sounding note with ties joined; checks bars and note values on the way."""
    out: list[tuple[int, int, int]] = []
    open_ties: dict[int, int] = {}
    for number, measure in enumerate(part.findall("measure")):
        now = last = number * bar_ticks
        for note in measure.findall("note"):
            duration = _number(note, "duration")
            start = last if note.find("chord") is not None else now
            if note.find("type") is not None:
                value = TYPES[note.findtext("type") or ""] * 480
                value *= Fraction(3, 2) if note.find("dot") is not None else 1
                value *= Fraction(2, 3) if note.find("time-modification") is not None else 1
                assert value == duration
            if note.find("chord") is None:
                last, now = now, now + duration
            if note.find("rest") is None and note.find("pitch") is not None:
                letter = STEPS[note.findtext("pitch/step") or ""]
                pitch = 12 * (_number(note, "pitch/octave") + 1) + letter + _number(note, "pitch/alter")
                ties = {tie.get("type") for tie in note.findall("tie")}
                assert ties == {tied.get("type") for tied in note.findall("notations/tied")}
                begun = open_ties.pop(pitch) if "stop" in ties else start
                if "start" in ties:
                    open_ties[pitch] = begun
                else:
                    out.append((begun, start + duration, pitch))
        assert now == (number + 1) * bar_ticks, f"bar {number + 1} does not add up"
    assert not open_ties
    return sorted(out)


def test_head_holds_title_key_meter_tempo_and_sections() -> None:
    root = _root(SCORE)
    assert root.get("version") == "4.0"
    assert root.findtext("work/work-title") == "Café & <Sky>"
    assert [p.findtext("part-name") for p in root.iter("score-part")] == ["Lead", "Piano", "Drums", "Sub"]
    first = root.find("part")
    assert first is not None
    assert _number(first, "measure/attributes/divisions") == 480
    assert first.findtext("measure/attributes/key/mode") == "dorian"
    assert (first.findtext("measure/attributes/time/beats"), first.findtext(".//beat-type")) == ("3", "4")
    assert [m.text for m in first.iter("per-minute")] == ["90", "120"]
    assert [(m.get("number"), r.text) for m in first for r in m.iter("rehearsal")] == [
        ("1", "Verse 1"),
        ("2", "Chorus"),
    ]


def test_the_melody_is_there_with_its_syllables() -> None:
    part = _root(SCORE).find("part")
    assert part is not None
    assert _read(part, 1440) == [(0, 240, 60), (240, 480, 64), (480, 720, 62), (720, 960, 65), (960, 1440, 67)]
    under = [(n.findtext("syllabic"), n.findtext("text"), n.find("extend") is not None) for n in part.iter("lyric")]
    assert under == [
        ("begin", "to", False),
        ("middle", "mor", False),
        ("end", "row,", False),
        ("single", "fly", True),
    ]


def test_chords_of_a_part_end_where_the_next_begins() -> None:
    piano = _root(SCORE).findall("part")[1]
    assert _read(piano, 1440) == [(0, 480, 60), (0, 480, 67), (480, 960, 60)]


def test_drums_have_no_pitch_and_strike_once() -> None:
    score = _with(_note(60, 30, 36), _note(60, 900, 42), _note(960, 30, 38), engine="gmdrums")
    root = _root(score)
    notes = [n for n in root.iter("note") if n.find("unpitched") is not None]
    assert [n.find("instrument").get("id") for n in notes] == ["P1-I36", "P1-I42", "P1-I38"]  # type: ignore[union-attr]
    assert [n.findtext("notehead") for n in notes] == [None, "x", None]
    keys = {s.get("id"): _number(s, "midi-unpitched") for s in root.iter("midi-instrument")}
    assert keys == {"P1-I36": 37, "P1-I38": 39, "P1-I42": 43}
    assert root.findtext(".//clef/sign") == "percussion"
    part = root.find("part")
    assert part is not None
    _read(part, 1920)


def test_long_notes_are_tied_over_bars() -> None:
    part = _root(_with(_note(1800, 3840, 61), bars=4)).find("part")
    assert part is not None
    assert _read(part, 1920) == [(1800, 5640, 61)]
    tied = [n for n in part.iter("note") if n.find("tie") is not None]
    assert len({m.get("number") for m in part for n in m.findall("note") if n in tied}) == 3


@pytest.mark.parametrize("meter", ["4/4", "3/4", "6/8", "7/8", "5/4", "12/8", "2/2"])
@pytest.mark.parametrize("stride", [37, 160, 320, 90, 601, 1234])
def test_bars_add_up_whatever_the_notes(meter: str, stride: int) -> None:
    kind = Meter.parse(meter)
    bars = 6
    notes = [_note(i * stride, stride * 3 // 4 + 1, 40 + i % 37) for i in range(bars * kind.bar_ticks // stride)]
    part = _root(_with(*notes, meter=kind, bars=bars)).find("part")
    assert part is not None
    assert len(part.findall("measure")) == bars
    found = _read(part, kind.bar_ticks)
    for start, _, pitch in found:
        assert any(abs(start - n.start_tick) <= 60 and n.pitch_midi == pitch for n in notes)


def test_swung_eighths_are_triplets_and_stay_where_they_were() -> None:
    notes = [_note(beat * 480 + at, 150, 60) for beat in range(8) for at in (0, 318)]
    part = _root(_with(*notes)).find("part")
    assert part is not None
    assert [start for start, _, _ in _read(part, 1920)] == [b * 480 + at for b in range(8) for at in (0, 320)]
    assert part.find(".//time-modification") is not None


def test_grid_prefers_what_is_plain() -> None:
    meter = Meter()
    assert Grid.fitted((2, 121, 245, 355), meter).step_at(0) == 120
    assert Grid.fitted((0, 159, 321), meter).step_at(0) == 160
    assert Grid.fitted((0, 60, 120, 180), meter).step_at(0) == 60
    assert Grid.fitted((0, 80, 160, 240, 320, 400), meter).step_at(0) == 80


def test_chord_symbols_stand_where_they_sound() -> None:
    chords = (
        ChordSpan(start_tick=0, duration_ticks=960, chord=Chord(root_pc=10, quality="maj7")),
        ChordSpan(start_tick=960, duration_ticks=960, chord=Chord(root_pc=0, quality="7b9", bass_pc=4)),
    )
    root = _root(_with(_note(0, 480, 60), chords=chords, key=Key.parse("F")))
    first, second = root.iter("harmony")
    assert (first.findtext("root/root-step"), first.findtext("root/root-alter")) == ("B", "-1")
    assert first.findtext("kind") == "major-seventh"
    assert (second.findtext("offset"), second.findtext("bass/bass-step")) == ("960", "E")
    assert (second.findtext("degree/degree-value"), second.findtext("degree/degree-alter")) == ("9", "-1")


def test_every_quality_and_key_can_be_written() -> None:
    assert set(KINDS) == set(QUALITIES)
    for mode in MODES:
        for tonic in range(12):
            key = Key(tonic_pc=tonic, mode=mode)
            n = fifths(key)
            assert -7 <= n <= 7
            letters = [spelled(pc, n)[0] for pc in key.scale_pcs]
            assert len(set(letters)) == 7, str(key)
            for pitch in range(21, 109):
                letter, alter, octave = pitched(pitch, n)
                assert 12 * (octave + 1) + STEPS[letter] + alter == pitch


def test_tempo_changes_inside_a_bar_have_their_place() -> None:
    axis = TimeAxis(tempi=(TempoChange(tick=0, bpm=90.0), TempoChange(tick=720, bpm=99.5)), meter=Meter())
    root = _root(_with(_note(0, 480, 60), axis=axis))
    second = list(root.iter("direction"))[-1]
    assert (second.findtext("offset"), second.find("sound").get("tempo")) == ("720", "99.5")  # type: ignore[union-attr]
