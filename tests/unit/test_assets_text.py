"""MIDI, LRC and peaks."""

from __future__ import annotations

import io
import json

import mido
import numpy as np
import pytest

from songwright.assets.lrc import lrc, stamp
from songwright.assets.midi import key_signature, performance_midi, score_midi
from songwright.assets.peaks import peaks, peaks_json
from songwright.assets.syllables import split_written
from songwright.domain.lyrics import Line, Lyrics, LyricsSection, SectionKind, Syllable, Word
from songwright.domain.performance import (
    AlignedWord,
    Expression,
    Performance,
    PerformedSyllable,
    PlayedNote,
    PlayedPart,
    SectionSpan,
    SungNote,
    SungPart,
    SungPhrase,
)
from songwright.domain.score import (
    Instrument,
    MixHint,
    Note,
    Part,
    PartRole,
    Score,
    ScoreSection,
    StemName,
    SungLine,
    SungSyllable,
    VocalPart,
    VocalRole,
)
from songwright.domain.style import MODES, PITCH_CLASSES, Key
from songwright.domain.time import Meter, TempoChange, TimeAxis


def _note(start: int, duration: int, pitch: int, velocity: int = 90) -> Note:
    return Note(start_tick=start, duration_ticks=duration, pitch_midi=pitch, velocity=velocity)


def _part(name: str, engine: str, notes: tuple[Note, ...], *, program: int = 0, role: PartRole = PartRole.COMP) -> Part:
    instrument = Instrument(engine=engine, program=program)
    return Part(name=name, role=role, stem=StemName.KEYBOARD, instrument=instrument, notes=notes)


AXIS = TimeAxis(tempi=(TempoChange(tick=0, bpm=90.0), TempoChange(tick=1440, bpm=120.0)), meter=Meter(beats=3, unit=4))
LYRICS = Lyrics(
    title="T",
    sections=(
        LyricsSection(
            kind=SectionKind.VERSE,
            lines=(
                Line(
                    text="tomorrow, fly",
                    words=(
                        Word(text="tomorrow", syllables=(Syllable(phonemes="t"),) * 3, trailing=","),
                        Word(text="fly", syllables=(Syllable(phonemes="f"),)),
                    ),
                ),
            ),
        ),
    ),
)
SUNG = SungLine(
    section_index=0,
    lyrics_section_index=0,
    line_index=0,
    syllables=(
        SungSyllable(word_index=0, phonemes="tə", stress=0, notes=(_note(0, 240, 60),), word_end=False),
        SungSyllable(word_index=0, phonemes="mɑ", stress=2, notes=(_note(240, 240, 64),), word_end=False),
        SungSyllable(word_index=0, phonemes="ɹO", stress=0, notes=(_note(480, 240, 62),)),
        SungSyllable(word_index=1, phonemes="flI", stress=2, notes=(_note(720, 240, 65), _note(960, 480, 67))),
    ),
)
SCORE = Score(
    axis=AXIS,
    key=Key.parse("D dorian"),
    sections=(
        ScoreSection(kind=SectionKind.VERSE, name="Verse 1", start_tick=0, end_tick=1440, energy=0.5),
        ScoreSection(kind=SectionKind.CHORUS, name="Chorus", start_tick=1440, end_tick=2880, energy=0.8),
    ),
    chords=(),
    parts=(
        _part("piano", "gm", (_note(0, 960, 60), _note(480, 480, 60), _note(0, 480, 67)), program=4),
        _part("drums", "gmdrums", (_note(0, 60, 36), _note(480, 60, 38)), program=25, role=PartRole.DRUMS),
        _part("sub", "synth", (_note(0, 1440, 31),), role=PartRole.BASS),
    ),
    vocals=(VocalPart(name="lead", role=VocalRole.LEAD, stem=StemName.VOCALS, voice="v", lines=(SUNG,)),),
)


def _read(data: bytes) -> mido.MidiFile:
    return mido.MidiFile(file=io.BytesIO(data), charset="utf-8")


def _sounding(track: mido.MidiTrack) -> list[tuple[int, int, int]]:
    now, open_notes, out = 0, {}, []
    for message in track:
        now += message.time
        if message.type == "note_on" and message.velocity:
            assert message.note not in open_notes, "a key is struck while it sounds"
            open_notes[message.note] = now
        elif message.type in ("note_off", "note_on"):
            out.append((open_notes.pop(message.note), now, message.note))
    assert not open_notes
    return sorted(out)


def _by_name(midi: mido.MidiFile) -> dict[str, mido.MidiTrack]:
    return {track.name: track for track in midi.tracks}


def test_score_midi_holds_tempo_meter_key_and_sections() -> None:
    midi = _read(score_midi(SCORE, title="Café", lyrics=LYRICS))
    assert (midi.type, midi.ticks_per_beat) == (1, 480)
    assert [track.name for track in midi.tracks] == ["Café", "lead", "piano", "drums", "sub"]
    now, seen = 0, []
    for message in midi.tracks[0]:
        now += message.time
        seen.append((now, message))
    assert [(t, round(mido.tempo2bpm(m.tempo), 3)) for t, m in seen if m.type == "set_tempo"] == [(0, 90), (1440, 120)]
    meter = next(m for _, m in seen if m.type == "time_signature")
    assert (meter.numerator, meter.denominator) == (3, 4)
    assert next(m.key for _, m in seen if m.type == "key_signature") == "C"
    assert [(t, m.text) for t, m in seen if m.type == "marker"] == [(0, "Verse 1"), (1440, "Chorus")]


def test_score_midi_holds_every_note_once() -> None:
    tracks = _by_name(_read(score_midi(SCORE)))
    assert _sounding(tracks["piano"]) == [(0, 480, 60), (0, 480, 67), (480, 960, 60)]  # restruck key ends first
    assert _sounding(tracks["drums"]) == [(0, 60, 36), (480, 540, 38)]
    assert _sounding(tracks["lead"])[-1] == (960, 1440, 67)


def test_channels_and_programs() -> None:
    tracks = _by_name(_read(score_midi(SCORE)))
    programs = {
        name: next((m.channel, m.program) for m in track if m.type == "program_change")
        for name, track in tracks.items()
        if name not in ("Songwright",)
    }
    assert programs["drums"] == (9, 25)
    assert programs["piano"][1] == 4
    assert programs["sub"][1] == 38
    melodic = [channel for name, (channel, _) in programs.items() if name != "drums"]
    assert 9 not in melodic
    assert len(set(melodic)) == len(melodic)


def test_more_parts_than_channels_use_a_second_port() -> None:
    parts = tuple(_part(f"p{i}", "gm", (_note(0, 10, 60),), program=i) for i in range(20))
    score = Score(axis=AXIS, key=SCORE.key, sections=SCORE.sections, chords=(), parts=parts)
    midi = _read(score_midi(score))
    places = set()
    for track in midi.tracks[1:]:
        port = next((m.port for m in track if m.type == "midi_port"), 0)
        places.add((port, next(m.channel for m in track if m.type == "program_change")))
    assert len(places) == 20


def test_lyric_events_follow_the_notes() -> None:
    track = _by_name(_read(score_midi(SCORE, lyrics=LYRICS)))["lead"]
    now, texts = 0, []
    for message in track:
        now += message.time
        if message.type == "lyrics":
            texts.append((now, message.text))
    assert texts == [(0, "\rto"), (240, "mor"), (480, "row, "), (720, "fly ")]


def test_performance_midi_keeps_human_timing() -> None:
    performance = Performance(
        duration_s=4.0,
        sections=(SectionSpan(name="Verse 1", kind="verse", start_s=0.0, end_s=4.0, energy=0.5),),
        parts=(
            PlayedPart(
                name="piano",
                stem=StemName.KEYBOARD,
                instrument=Instrument(program=3),
                notes=(PlayedNote(start_s=0.51, duration_s=0.25, pitch_midi=60.0, velocity=70),),
                mix=MixHint(pan=-1.0),
            ),
        ),
        vocals=(
            SungPart(
                name="lead",
                role=VocalRole.LEAD,
                stem=StemName.VOCALS,
                mix=MixHint(),
                phrases=(
                    SungPhrase(
                        voice="v",
                        expression=Expression(),
                        syllables=(
                            PerformedSyllable(
                                phonemes="a",
                                stress=0,
                                start_s=1.0,
                                end_s=1.5,
                                notes=(SungNote(start_s=1.0, duration_s=0.5, pitch_midi=64.2),),
                            ),
                        ),
                    ),
                ),
            ),
        ),
        words=(AlignedWord(text="Ah", start_s=1.0, end_s=1.5, section_index=0, line_index=0, line_start=True),),
    )
    axis = TimeAxis.steady(bpm=120.0)
    tracks = _by_name(_read(performance_midi(performance, axis=axis, key=Key.parse("A minor"))))
    assert _sounding(tracks["piano"]) == [(490, 730, 60)]
    assert _sounding(tracks["lead"]) == [(960, 1440, 64)]
    assert next(m.value for m in tracks["piano"] if m.type == "control_change") == 1


def test_key_signatures_have_the_accidentals_of_the_scale() -> None:
    """Every key of every mode names a signature whose scale is the key's own pitch classes."""
    for mode in MODES:
        for pc in range(12):
            key = Key(tonic_pc=pc, mode=mode)
            name = key_signature(key)
            mido.MetaMessage("key_signature", key=name)  # raises on a name the format does not have
            written = Key.parse(name)
            assert set(written.scale_pcs) == set(key.scale_pcs), (str(key), name)
    assert len(PITCH_CLASSES) == 12


@pytest.mark.parametrize("word", ["tomorrow", "beautiful", "fire", "love", "Rhythm", "夜空", "don't", "a", ""])
@pytest.mark.parametrize("n", [1, 2, 3])
def test_pieces_join_to_the_word(word: str, n: int) -> None:
    pieces = split_written(word, n)
    assert len(pieces) == n
    assert "".join(pieces) == word


def _word(text: str, start: float, end: float, line: int, *, first: bool = False) -> AlignedWord:
    return AlignedWord(text=text, start_s=start, end_s=end, section_index=0, line_index=line, line_start=first)


WORDS = (
    _word("Snow", 1.0, 1.4, 0, first=True),
    _word("falls,", 1.5, 2.0, 0),
    _word("Slowly", 61.239, 62.0, 1, first=True),
    _word("夜", 64.0, 64.5, 2, first=True),
    _word("空", 64.5, 65.0, 2),
)


def test_lrc_by_line() -> None:
    assert lrc(WORDS, title="A [demo]", duration_s=66.0).splitlines() == [
        "[ti:A (demo)]",
        "[ar:Songwright]",
        "[length:01:06.00]",
        "[00:01.00]Snow falls,",
        "[00:02.00]",
        "[01:01.24]Slowly",
        "[01:04.00]夜空",
    ]


def test_lrc_by_word() -> None:
    lines = lrc(WORDS, by_word=True).splitlines()
    assert lines[1] == "[00:01.00]<00:01.00>Snow <00:01.50>falls,<00:02.00>"
    assert lines[-1] == "[01:04.00]<01:04.00>夜<01:04.50>空<01:05.00>"


def test_lrc_of_an_instrumental_is_only_a_header() -> None:
    assert lrc((), title="Quiet") == "[ti:Quiet]\n[ar:Songwright]\n"
    assert stamp(59.999) == "01:00.00"


def test_peaks_are_the_extremes_of_each_pixel() -> None:
    samples = np.zeros((1000, 2), np.float32)
    samples[250, 0], samples[251, 1], samples[999, 0] = 1.0, -0.5, -2.0
    result = peaks(samples, points=10)
    assert result["samples_per_pixel"] == 100
    assert result["length"] == 10
    pairs = np.array(result["data"]).reshape(10, 2)
    assert pairs[2].tolist() == [round(-0.5 * 127), 127]
    assert pairs[9].tolist() == [-128, 0]  # clipped
    assert not pairs[[0, 1, 3, 4, 5, 6, 7, 8]].any()


def test_peaks_json_and_odd_lengths() -> None:
    data = json.loads(peaks_json(np.full((1001, 2), 2**22, np.int32), points=10))
    assert data["length"] == 10  # ceil(1001 / ceil(1001 / 10))
    assert len(data["data"]) == 20
    assert set(data["data"]) == {64}
    assert peaks(np.zeros((0, 2), np.float32))["length"] == 0
    with pytest.raises(ValueError, match="at least one"):
        peaks(np.zeros((4, 2), np.float32), points=0)
