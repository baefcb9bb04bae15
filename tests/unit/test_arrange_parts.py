"""Properties every arrangement has, over all styles."""

from __future__ import annotations

import functools
from dataclasses import replace

import numpy as np
import pytest

from songwright.domain.lyrics import SectionKind as Kind
from songwright.domain.score import Instrument, Note, Part, PartRole, StemName
from songwright.engines.native.arrange import arrange
from songwright.engines.native.styles import all_styles
from songwright.engines.native.styles.load import style_ids

from .arrange_scores import make_song

STYLES = style_ids()
CORE = ("pop", "rock", "folk", "house", "jazz_swing", "hip_hop", "ambient", "classical_piano")
SONGS = [*((s, True) for s in STYLES), *((s, False) for s in CORE)]
RANGES = {"comp": (40, 86), "pad": (40, 90), "arp": (36, 90), "lead": (41, 96), "bass": (24, 56)}


@functools.cache
def band(style_id: str, sung: bool = True, take: int = 1, meter: str = "4/4", seed: int = 5):
    brief, found, score = make_song(style_id, sung=sung, meter=meter)
    return score, arrange(brief, found, score, seed=seed, take=take)


def roll(notes, end_tick: int) -> np.ndarray:
    """Which pitches sound in which 32nds: shape (128, n)."""
    grid = np.zeros((128, end_tick // 60 + 2), dtype=bool)
    for n in notes:
        grid[n.pitch_midi, n.start_tick // 60 : (n.start_tick + n.duration_ticks - 1) // 60 + 1] = True
    return grid


def notes_in(parts, start: int, end: int, *roles: PartRole) -> list[Note]:
    return [n for p in parts if not roles or p.role in roles for n in p.notes if start <= n.start_tick < end]


@pytest.mark.parametrize(("style_id", "sung"), SONGS)
def test_notes_are_sound(style_id: str, sung: bool) -> None:
    score, parts = band(style_id, sung)
    assert len({p.name for p in parts}) == len(parts)
    for part in parts:
        assert part.notes, part.name
        assert [n.start_tick for n in part.notes] == sorted(n.start_tick for n in part.notes)
        for n in part.notes:
            assert 0 <= n.start_tick < score.end_tick
            assert n.duration_ticks > 0
            assert 1 <= n.velocity <= 127
            if part.role.value in RANGES:
                low, high = RANGES[part.role.value]
                assert low <= n.pitch_midi <= high, (part.name, n.pitch_midi)
        if part.role in (PartRole.COMP, PartRole.PAD, PartRole.ARP, PartRole.LEAD, PartRole.BASS):
            last: dict[int, int] = {}
            for n in part.notes:
                assert last.get(n.pitch_midi, 0) <= n.start_tick, (part.name, n)
                last[n.pitch_midi] = n.start_tick + n.duration_ticks


@pytest.mark.parametrize(("style_id", "sung"), SONGS)
def test_no_bar_is_empty_and_two_players_hold_the_harmony(style_id: str, sung: bool) -> None:
    score, parts = band(style_id, sung)
    bar = score.axis.meter.bar_ticks
    tonal = [p for p in parts if p.role not in (PartRole.FX,)]
    heard = roll([n for p in tonal for n in p.notes], score.end_tick).any(axis=0)
    silent = [b for b in range(score.end_tick // bar) if not heard[b * bar // 60 : (b + 1) * bar // 60].any()]
    assert not silent
    harmony = [p for p in parts if p.role in (PartRole.COMP, PartRole.PAD, PartRole.ARP)]
    assert len(harmony) >= 2
    assert any(p.role is PartRole.LEAD for p in parts)


@pytest.mark.parametrize("style_id", CORE)
def test_equal_arguments_equal_parts_and_takes_differ(style_id: str) -> None:
    brief, found, score = make_song(style_id)
    _, first = band(style_id)
    again = arrange(brief, found, score, seed=5, take=1)
    assert again == first
    second = {p.name: p for p in band(style_id, take=2)[1]}
    different = [p.name for p in first if p.name not in second or p.notes != second[p.name].notes]
    assert len(different) >= max(2, len(first) // 3)
    rhythm = [p for p in first if p.role in (PartRole.DRUMS, PartRole.COMP, PartRole.ARP)]
    assert any(p.name not in second or p.notes != second[p.name].notes for p in rhythm)


@pytest.mark.parametrize("style_id", [s for s in STYLES if s not in ("jazz_swing", "classical_piano", "ambient")])
def test_density_follows_energy(style_id: str) -> None:
    score, parts = band(style_id)
    calm = min(score.sections[1:-1], key=lambda s: s.energy)
    loud = max(score.sections[1:-1], key=lambda s: s.energy)

    def weight(section) -> float:
        notes = notes_in(parts, section.start_tick, section.end_tick)
        return sum(n.velocity**2 for n in notes) / (section.end_tick - section.start_tick)

    assert weight(loud) > 1.2 * weight(calm)


@pytest.mark.parametrize("style_id", [s for s in STYLES if s not in ("ambient", "classical_piano", "lullaby")])
def test_second_verse_differs_and_parts_come_and_go(style_id: str) -> None:
    score, parts = band(style_id)
    tonal = [p for p in parts if p.role is not PartRole.FX]
    sets = [
        frozenset(p.name for p in tonal if any(s.start_tick <= n.start_tick < s.end_tick for n in p.notes))
        for s in score.sections
    ]
    assert len(set(sets)) >= 3
    verses = [s for s in score.sections if s.kind is Kind.VERSE]
    if len(verses) >= 2 and (verses[0].end_tick - verses[0].start_tick) == (verses[1].end_tick - verses[1].start_tick):
        shape = [
            {
                (p.name, n.start_tick - v.start_tick, n.pitch_midi)
                for p in tonal
                for n in p.notes
                if v.start_tick <= n.start_tick < v.end_tick
            }
            for v in verses[:2]
        ]
        assert len(shape[0] ^ shape[1]) > 0.1 * len(shape[0] | shape[1])


DRUMMED = tuple(s.id for s in all_styles() if s.drums.kit is not None and s.id not in ("ambient", "lullaby"))


@pytest.mark.parametrize("style_id", DRUMMED)
def test_boundaries_are_marked(style_id: str) -> None:
    """Where energy changes clearly, the last bar before it is not an ordinary bar, or something sounds on the one."""
    score, parts = band(style_id)
    bar = score.axis.meter.bar_ticks
    drums = [p for p in parts if p.role in (PartRole.DRUMS, PartRole.PERCUSSION, PartRole.FX)]

    def rhythm(a: int) -> set[tuple[str, int, int]]:
        return {(p.name, n.start_tick - a, n.pitch_midi) for p in drums for n in p.notes if a <= n.start_tick < a + bar}

    for before, after in zip(score.sections, score.sections[1:], strict=False):
        if abs(after.energy - before.energy) < 0.15:
            continue
        at = after.start_tick
        ordinary, last = rhythm(max(before.start_tick, at - 3 * bar)), rhythm(at - bar)
        crash = any(n.pitch_midi in (49, 52) and abs(n.start_tick - at) < 10 for p in drums for n in p.notes)
        assert ordinary != last or crash or rhythm(at) != ordinary, (before.name, after.name)


@pytest.mark.parametrize(
    "style_id", [s for s in STYLES if s not in ("ambient", "classical_piano", "lullaby", "cinematic")]
)
def test_bass_plays_roots_and_meets_the_kick(style_id: str) -> None:
    score, parts = band(style_id)
    bass = next(p for p in parts if p.name == "bass")
    starts = {c.start_tick: c.chord for c in score.chords}
    firsts = [(n, starts[n.start_tick]) for n in bass.notes if n.start_tick in starts]
    roots = sum(n.pitch_midi % 12 in (c.root_pc, c.bass_pc) for n, c in firsts)
    assert len(firsts) < 8 or roots >= 0.85 * len(firsts)
    wide = [b for a, b in zip(bass.notes, bass.notes[1:], strict=False) if abs(a.pitch_midi - b.pitch_midi) > 12]
    assert len(wide) <= 0.04 * len(bass.notes)


@pytest.mark.parametrize("style_id", ["pop", "rock", "indie_rock", "country", "hip_hop", "punk", "r_and_b"])
def test_kick_and_bass_lock(style_id: str) -> None:
    score, parts = band(style_id)
    drums, bass = (next(p for p in parts if p.name == name) for name in ("drums", "bass"))
    onsets = {n.start_tick for n in bass.notes}
    choruses = [s for s in score.sections if s.kind is Kind.CHORUS]
    kicks = {
        n.start_tick
        for n in drums.notes
        if n.pitch_midi == 36 and any(s.start_tick <= n.start_tick < s.end_tick for s in choruses)
    }
    assert len(kicks & onsets) >= 0.55 * len(kicks)


@pytest.mark.parametrize("style_id", STYLES)
def test_sustained_parts_leave_the_voice_room(style_id: str) -> None:
    score, parts = band(style_id)
    sung = [n for line in score.vocals[0].lines for s in line.syllables for n in s.notes]
    for part in (p for p in parts if p.role is PartRole.PAD):
        held = roll([n for n in part.notes if n.duration_ticks >= 480], score.end_tick)
        near = sum(held[v.pitch_midi - 3 : v.pitch_midi + 4, v.start_tick // 60 + 1].any() for v in sung)
        assert near <= 0.34 * len(sung), (part.name, near / len(sung))


@pytest.mark.parametrize("style_id", STYLES)
def test_lines_answer_in_the_gaps(style_id: str) -> None:
    score, parts = band(style_id)
    voice = roll([n for line in score.vocals[0].lines for s in line.syllables for n in s.notes], score.end_tick).any(
        axis=0
    )
    for part in parts:
        if part.role is not PartRole.LEAD or part.name.endswith("_counter"):
            continue
        ends = [(n.start_tick // 60, (n.start_tick + n.duration_ticks - 1) // 60) for n in part.notes]
        clash = sum(bool(voice[a : b + 1].any()) for a, b in ends)
        assert clash <= 0.15 * len(part.notes), part.name


@pytest.mark.parametrize("style_id", ["pop", "folk", "ambient", "house", "metal", "jazz_swing"])
def test_wishes_are_granted(style_id: str) -> None:
    brief, found, score = make_song(style_id)
    wished = replace(brief, instruments=("violin", "banjo", "drums"), avoid=("piano", "organ"))
    for take in (1, 2):
        parts = arrange(wished, found, score, seed=9, take=take)
        programs = {p.instrument.program for p in parts if p.instrument.engine == "gm"}
        assert programs & {40, 110}
        assert 105 in programs
        assert any(p.role is PartRole.DRUMS for p in parts)
        assert not programs & {0, 1, 2, 3, 16, 17, 18, 19}


@pytest.mark.parametrize("style_id", ["pop", "rock", "folk", "hip_hop", "dance_pop"])
def test_refusals_hold(style_id: str) -> None:
    brief, found, score = make_song(style_id)
    parts = arrange(replace(brief, avoid=("drums", "guitar", "bass")), found, score, seed=9, take=1)
    assert all(p.role not in (PartRole.DRUMS, PartRole.PERCUSSION, PartRole.BASS) for p in parts)
    assert all(p.stem is not StemName.GUITAR for p in parts)
    assert sum(p.role in (PartRole.COMP, PartRole.PAD, PartRole.ARP) for p in parts) >= 2
    no_synth = arrange(replace(brief, avoid=("synth",)), found, score, seed=9, take=1)
    assert all(p.stem is not StemName.SYNTH or p.name == "choir" for p in no_synth)


@pytest.mark.parametrize("style_id", CORE)
def test_instrumentals_have_a_tune_that_returns(style_id: str) -> None:
    score, parts = band(style_id, False)
    tune = next(p for p in parts if p.name == "lead_melody")
    assert len(tune.notes) > 30 if style_id != "ambient" else len(tune.notes) > 15
    choruses = [s for s in score.sections if s.kind in (Kind.CHORUS, Kind.DROP)]
    if len(choruses) >= 2:
        rhythm = [
            {n.start_tick - s.start_tick for n in tune.notes if s.start_tick <= n.start_tick < s.start_tick + 4 * 1920}
            for s in choruses[:2]
        ]
        assert len(rhythm[0] & rhythm[1]) >= 0.7 * len(rhythm[0])


def test_given_parts_are_kept() -> None:
    brief, found, score = make_song("pop", sung=False)
    tune = Part(
        name="lead_melody",
        role=PartRole.LEAD,
        stem=StemName.WOODWINDS,
        instrument=Instrument(program=73),
        notes=(Note(start_tick=0, duration_ticks=480, pitch_midi=72, velocity=90),),
    )
    parts = arrange(brief, found, replace(score, parts=(tune,)), seed=1, take=1)
    assert parts[0] == tune
    assert sum(p.name == "lead_melody" for p in parts) == 1


@pytest.mark.parametrize(
    ("style_id", "meter"),
    [("pop", "3/4"), ("jazz_swing", "6/8"), ("folk", "12/8"), ("synthwave", "5/4"), ("pop", "7/8"), ("folk", "2/4")],
)
def test_other_meters(style_id: str, meter: str) -> None:
    score, parts = band(style_id, True, 1, meter)
    bar = score.axis.meter.bar_ticks
    drums = next(p for p in parts if p.role is PartRole.DRUMS)
    ones = sum(n.start_tick % bar == 0 for n in drums.notes)
    assert ones >= 0.05 * len(drums.notes)
    assert max(n.start_tick for p in parts for n in p.notes) < score.end_tick


@pytest.mark.parametrize(
    ("style_id", "key", "beats"),
    [("house", 36, (0, 480, 960, 1440)), ("rock", 38, (480, 1440)), ("reggaeton", 38, (360, 720, 1320, 1680))],
)
def test_grooves_are_of_their_genre(style_id: str, key: int, beats: tuple[int, ...]) -> None:
    score, parts = band(style_id)
    drums = next(p for p in parts if p.role is PartRole.DRUMS)
    loud = max(score.sections[1:-1], key=lambda s: s.energy)
    place = loud.start_tick + 1920
    hit = {n.start_tick - place for n in drums.notes if n.pitch_midi == key and place <= n.start_tick < place + 1920}
    assert set(beats) <= {
        min(beats, key=lambda b: abs(b - h)) if abs(min(beats, key=lambda b: abs(b - h)) - h) < 25 else h for h in hit
    }


def test_reggae_leaves_the_one_to_the_bass_and_jazz_rides() -> None:
    score, parts = band("reggae")
    drums = next(p for p in parts if p.role is PartRole.DRUMS)
    verse = next(s for s in score.sections if s.kind is Kind.VERSE)
    ones = [
        n
        for n in drums.notes
        if n.pitch_midi == 36 and verse.start_tick < n.start_tick < verse.end_tick - 1920 and n.start_tick % 1920 == 0
    ]
    assert not ones
    score, parts = band("jazz_swing")
    drums = next(p for p in parts if p.role is PartRole.DRUMS)
    assert sum(n.pitch_midi == 51 for n in drums.notes) > 0.35 * len(drums.notes)
    swung = [n.start_tick % 480 for n in drums.notes if n.pitch_midi == 51 and n.start_tick % 480 not in (0,)]
    assert all(290 <= s <= 340 for s in swung)


def test_the_ending_rings_out() -> None:
    for style_id in ("rock", "ballad", "country"):
        score, parts = band(style_id)
        bar = score.axis.meter.bar_ticks
        last = [n.start_tick for p in parts for n in p.notes if n.start_tick > score.end_tick - bar + 100]
        assert not last
