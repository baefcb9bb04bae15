"""Notes in seconds by instrument, and words in time with their text."""

from __future__ import annotations

import io
from dataclasses import replace

import mido
import numpy as np
import pytest

from songwright.assets.notes import instrument_notes, performance_midi
from songwright.assets.timing import aligned_words, timing, waveform
from songwright.domain.lyrics import Line, Lyrics, LyricsSection, SectionKind, Syllable, Word
from songwright.domain.performance import (
    AlignedWord,
    Expression,
    Performance,
    PerformedSyllable,
    PlayedNote,
    PlayedPart,
    SungNote,
    SungPart,
    SungPhrase,
)
from songwright.domain.score import Instrument, MixHint, StemName, VocalRole

from .test_assets_text import SCORE


def _sung(name: str, role: VocalRole, stem: StemName, pitch: float) -> SungPart:
    note = SungNote(start_s=1.0, duration_s=0.5, pitch_midi=pitch)
    syllable = PerformedSyllable(phonemes="a", stress=0, start_s=1.0, end_s=1.5, notes=(note,))
    phrase = SungPhrase(voice="v", expression=Expression(dynamics=0.5), syllables=(syllable,))
    return SungPart(name=name, role=role, stem=stem, mix=MixHint(), phrases=(phrase,))


def _played(name: str, stem: StemName, *notes: tuple[float, float, int]) -> PlayedPart:
    played = tuple(PlayedNote(start_s=s, duration_s=d, pitch_midi=60.0, velocity=v) for s, d, v in notes)
    return PlayedPart(name=name, stem=stem, instrument=Instrument(), notes=played, mix=MixHint())


PERFORMANCE = Performance(
    duration_s=4.0,
    sections=(),
    parts=(
        _played("warm_pad", StemName.SYNTH, (2.0, 1.0, 127), (0.515, 0.25, 63)),
        _played("piano", StemName.KEYBOARD, (0.1, 0.4, 64)),
        _played("silent", StemName.SYNTH),
    ),
    vocals=(
        _sung("lead", VocalRole.LEAD, StemName.VOCALS, 64.4),
        _sung("harmony_high", VocalRole.HARMONY, StemName.BACKING_VOCALS, 67.0),
        _sung("harmony_low", VocalRole.HARMONY, StemName.BACKING_VOCALS, 60.0),
    ),
    words=(AlignedWord(text="Ah", start_s=1.0, end_s=1.5, section_index=0, line_index=0, line_start=True),),
)


def test_every_instrument_and_voice_with_notes_is_named() -> None:
    found = instrument_notes(PERFORMANCE)
    assert [item.name for item in found] == [
        "Lead Voice",
        "Harmony High Voice",
        "Harmony Low Voice",
        "Warm Pad",
        "Piano",
    ]
    pad = found[3].notes
    assert [(n.pitch_midi, n.start_s, n.end_s) for n in pad] == [(60, 0.515, 0.765), (60, 2.0, 3.0)]
    assert [n.velocity for n in pad] == [63 / 127, 1.0]
    lead = found[0].notes[0]
    assert (lead.pitch_midi, lead.start_s, lead.end_s) == (64, 1.0, 1.5)
    assert lead.velocity == 80 / 127


@pytest.mark.parametrize(
    ("stem", "names"),
    [
        (StemName.VOCALS, ["Lead Voice"]),
        (StemName.BACKING_VOCALS, ["Harmony High Voice", "Harmony Low Voice"]),
        (StemName.SYNTH, ["Warm Pad"]),
        (StemName.BRASS, []),
    ],
)
def test_a_stem_has_only_its_own_notes(stem: StemName, names: list[str]) -> None:
    assert [item.name for item in instrument_notes(PERFORMANCE, stem=stem)] == names


def _heard(data: bytes) -> dict[str, list[tuple[float, int]]]:
    """Note onsets in seconds by track, through mido's own tempo arithmetic."""
    midi = mido.MidiFile(file=io.BytesIO(data), charset="utf-8")
    out: dict[str, list[tuple[float, int]]] = {}
    for track in midi.tracks[1:]:
        alone = mido.MidiFile(type=1, ticks_per_beat=midi.ticks_per_beat)
        alone.tracks += [midi.tracks[0], track]
        now, onsets = 0.0, []
        for message in alone:
            now += message.time
            if message.type == "note_on" and message.velocity:
                onsets.append((now, message.note))
        out[track.name] = onsets
    return out


@pytest.mark.parametrize("bpm", [77.7, 120.0])
def test_midi_sounds_at_the_seconds_of_the_performance(bpm: float) -> None:
    heard = _heard(performance_midi(PERFORMANCE, bpm=bpm, title="T"))
    assert list(heard) == ["lead", "harmony_high", "harmony_low", "warm_pad", "piano", "silent"]
    assert [t for t, _ in heard["warm_pad"]] == pytest.approx([0.515, 2.0], abs=0.001)
    assert heard["lead"] == [(pytest.approx(1.0, abs=0.001), 64)]


def test_midi_with_a_score_keeps_its_tempi_and_the_seconds() -> None:
    data = performance_midi(PERFORMANCE, score=SCORE)
    tempi = [m.tempo for m in mido.MidiFile(file=io.BytesIO(data)).tracks[0] if m.type == "set_tempo"]
    assert [round(mido.tempo2bpm(t)) for t in tempi] == [90, 120]
    assert [t for t, _ in _heard(data)["warm_pad"]] == pytest.approx([0.515, 2.0], abs=0.001)


def test_midi_of_a_stem() -> None:
    data = performance_midi(PERFORMANCE, stem=StemName.BACKING_VOCALS)
    assert list(_heard(data)) == ["harmony_high", "harmony_low"]
    assert b"Ah" not in data
    assert b"Ah" in performance_midi(PERFORMANCE, stem=StemName.VOCALS)


def _line(text: str, *, backing: bool = False) -> Line:
    words = []
    for token in text.split():
        bare = token.rstrip(",.!")
        words.append(Word(text=bare, syllables=(Syllable(phonemes="a"),), trailing=token[len(bare) :]))
    return Line(text=text, words=tuple(words), backing=backing)


LYRICS = Lyrics(
    title="T",
    sections=(
        LyricsSection(kind=SectionKind.INTRO, tag="[Intro]"),
        LyricsSection(
            kind=SectionKind.VERSE,
            tag="[Verse]",
            lines=(_line("Lanterns drift, low"), _line("ooh ooh", backing=True), _line("over water")),
        ),
        LyricsSection(kind=SectionKind.CHORUS, tag="[Chorus]", lines=(_line("Come home"),)),
        LyricsSection(kind=SectionKind.OUTRO, lines=(_line("Come home"), _line("夜 空"))),
    ),
)


def _aligned(*lines: str) -> list[AlignedWord]:
    out, at = [], 0.5
    for number, line in enumerate(lines):
        for index, text in enumerate(line.split()):
            out.append(
                AlignedWord(
                    text=text,
                    start_s=at,
                    end_s=at + 0.4,
                    section_index=number,
                    line_index=number,
                    line_start=index == 0,
                )
            )
            at += 0.5
    return out


SUNG = _aligned("Lanterns drift, low", "over water", "Come home", "Come home", "夜 空")


def test_words_join_to_the_lyrics_with_their_tags() -> None:
    found = aligned_words(SUNG, LYRICS)
    assert [word.text for word in found] == [
        "[Intro]\n[Verse]\nLanterns ",
        "drift, ",
        "low\n",
        "over ",
        "water\n",
        "[Chorus]\nCome ",
        "home\n",
        "Come ",
        "home\n",
        "夜",
        "空\n",
    ]
    assert [(word.start_s, word.end_s) for word in found] == [(word.start_s, word.end_s) for word in SUNG]
    assert {word.confidence for word in found} == {1.0}


def test_a_clip_cut_from_the_middle_finds_its_sections() -> None:
    found = aligned_words(_aligned("over water", "Come home"), LYRICS)
    assert [word.text for word in found] == ["[Intro]\n[Verse]\nover ", "water\n", "[Chorus]\nCome ", "home\n"]


def test_a_chorus_sung_again_has_its_tag_again() -> None:
    found = aligned_words(
        _aligned("Come home", "over water", "Come home"), replace(LYRICS, sections=LYRICS.sections[:3])
    )
    assert [word.text for word in found][-2:] == ["[Chorus]\nCome ", "home\n"]


def test_words_that_are_not_in_the_lyrics_are_kept_plain() -> None:
    assert [w.text for w in aligned_words(_aligned("la la"), LYRICS)] == ["la ", "la\n"]
    assert aligned_words([], LYRICS) == []


def test_waveform_is_the_highest_sample_of_each_stretch() -> None:
    pcm = np.zeros((1000, 2), np.int32)
    pcm[250, 1], pcm[999, 0] = -(2**22), 2**23 - 1
    values = waveform(pcm, n=10)
    assert len(values) == 10
    assert values[2] == 0.5
    assert values[9] == pytest.approx(1.0, abs=1e-5)
    assert not any(values[i] for i in (0, 1, 3, 4, 5, 6, 7, 8))
    assert waveform(pcm[:3], n=10) == [0.0, 0.0, 0.0]
    assert waveform(pcm[:0]) == []
    with pytest.raises(ValueError, match="at least one"):
        waveform(pcm, n=0)


def test_timing_of_a_plan_is_certain() -> None:
    found = timing(SUNG, LYRICS, np.full((4800, 2), 2**21, np.int32), points=7)
    assert found.character_error == 0.0
    assert found.waveform == (0.25,) * 7
    assert len(found.words) == len(SUNG)
