"""Every style file is complete, and a wrong one is refused by name."""

from __future__ import annotations

import pytest

from songwright.domain.lyrics import SectionKind
from songwright.domain.score import QUALITIES
from songwright.domain.style import MODES, Key
from songwright.engines.native.play.drumkits import KITS as DRUM_KITS
from songwright.engines.native.play.patches import PATCHES
from songwright.engines.native.styles import all_styles, find, instrument, instrument_names, parse_bars, style
from songwright.engines.native.styles.load import StyleError, read_style, style_ids
from songwright.engines.native.styles.notation import parse_grid, parse_instrument, parse_roman

STYLES = all_styles()
SYNTHS, KITS = frozenset(PATCHES), frozenset(DRUM_KITS)


def test_at_least_fourteen_genres() -> None:
    assert {
        "pop", "dance_pop", "rock", "indie_rock", "folk", "country", "ballad", "hip_hop", "lo_fi", "house",
        "synthwave", "jazz_swing", "christmas", "r_and_b", "reggae", "ambient", "classical_piano",
    } <= set(style_ids())  # fmt: skip


@pytest.mark.parametrize("found", STYLES, ids=lambda s: s.id)
def test_numbers_hang_together(found) -> None:
    assert found.bpm.low <= found.bpm.median <= found.bpm.high
    assert found.length.low_s <= found.length.median_s <= found.length.high_s
    assert set(found.modes) <= set(MODES)
    for family in ("major", "minor"):
        wanted = [m for m in found.modes if (m in ("minor", "dorian", "phrygian")) == (family == "minor")]
        assert not wanted or found.keys[family], f"no {family} keys for {wanted}"
    assert {"verse", "chorus"} <= set(found.melody.notes_per_bar)
    assert {"verse", "chorus"} <= set(found.vocal.dynamics)


@pytest.mark.parametrize("found", STYLES, ids=lambda s: s.id)
def test_forms_last_about_as_long_as_the_genre(found) -> None:
    for form in found.forms:
        seconds = form.bars * 4 * 60 / found.bpm.median
        assert 0.45 * found.length.low_s <= seconds <= 1.35 * found.length.high_s, (form.instrumental, seconds)
        assert form.sections[0].kind is SectionKind.INTRO
        assert max(s.energy for s in form.sections) == max(s.energy for s in form.sections[len(form.sections) // 3 :])


@pytest.mark.parametrize("found", STYLES, ids=lambda s: s.id)
def test_sounds_are_ones_the_players_have(found) -> None:
    sounds = [p.sound for p in found.players] + [p.sound_alt for p in found.players if p.sound_alt]
    sounds += [s for s in (found.drums.kit, found.drums.kit_alt) if s]
    if found.bass:
        sounds += [s for s in (found.bass.sound, found.bass.sound_alt) if s]
    for sound in sounds:
        if sound.engine == "synth":
            assert sound.patch in SYNTHS
        elif sound.engine == "synthdrums":
            assert sound.patch in KITS
        elif sound.engine == "gmdrums":
            assert sound.program in (0, 8, 16, 24, 25, 32, 40, 48)


@pytest.mark.parametrize("found", STYLES, ids=lambda s: s.id)
def test_grooves_cover_three_intensities(found) -> None:
    if found.drums.kit is not None:
        assert len({g.level for g in found.drums.grooves}) >= 2
        assert all(len(row) % 16 == 0 for g in found.drums.grooves for row in g.lines.values())
        assert found.drums.fills


def test_names_lead_to_styles() -> None:
    for found in STYLES:
        assert find(found.names[0]) is found
    assert find("no such music") is None


def test_every_instrument_is_valid_and_named() -> None:
    assert len(instrument_names()) >= 150
    for ident in set(instrument_names().values()):
        player = instrument(ident)
        assert player.low_midi < player.high_midi


@pytest.mark.parametrize(
    ("edit", "field"),
    [
        (("median = 108", "median = 1080"), "bpm.median"),
        (("intro:4@.3", "intro4@.3"), "forms.0.sections"),
        (("I V vi IV", "I V vi Q"), "harmony.major"),
        (("K 9...|....|8.6.|....", "K 9...|....|8.6.|..."), "drums.grooves.0.grid"),
        (("#2b1055", "purple"), "cover.colours"),
        (('description = "catchy, bright"', 'descriptiom = "x"'), "description"),
    ],
)
def test_a_wrong_file_is_refused_with_file_and_field(edit, field) -> None:
    from importlib import resources

    text = resources.files("songwright.engines.native.styles").joinpath("pop.toml").read_text(encoding="utf-8")
    assert edit[0] in text
    with pytest.raises(StyleError, match=r"pop\.toml") as caught:
        read_style("pop.toml", text.replace(edit[0], edit[1]))
    assert field in str(caught.value)


@pytest.mark.parametrize(
    ("token", "step", "quality", "bass"),
    [
        ("I", 0, "", None),
        ("bVII", 10, "", None),
        ("ii7", 2, "m7", None),
        ("iim7b5", 2, "m7b5", None),
        ("V/vi", 4, "", None),
        ("V7/V", 2, "7", None),
        ("I/3", 0, "", 4),
        ("V/7", 7, "", 11),
        ("i/b3", 0, "m", 3),
        ("IVmaj9", 5, "maj9", None),
        ("V7sus4", 7, "7sus4", None),
    ],
)
def test_roman_numerals(token, step, quality, bass) -> None:
    roman = parse_roman(token)
    assert (roman.step, roman.quality, roman.bass_step) == (step, quality, bass)
    assert quality in QUALITIES


def test_bars_and_grids() -> None:
    bars = parse_bars("I (ii7 V7) vi:2")
    assert [len(bar) for bar in bars] == [1, 2, 1, 1]
    chord = bars[1][1].chord(Key.parse("D").tonic_pc)
    assert (chord.root_pc, chord.pcs) == (9, (9, 1, 4, 7))
    assert parse_grid("K 9...|....|5...|....") == {"K": (126, *[0] * 7, 70, *[0] * 7)}
    for wrong, why in (("Z 9...", "no drum"), ("K 9x..", "dots and digits"), ("K 9...; S 9....", "different lengths")):
        with pytest.raises(ValueError, match=why):
            parse_grid(wrong)
    with pytest.raises(ValueError, match="gm:999"):
        parse_instrument("gm:999")


def test_swing_keeps_beats_and_order() -> None:
    swing = style("jazz_swing").swing
    moved = [swing.warp(t, 138.0) for t in range(0, 1920, 60)]
    assert moved == sorted(moved)
    assert [swing.warp(b * 480, 138.0) for b in range(4)] == [0, 480, 960, 1440]
    assert 300 <= swing.warp(240, 120.0) <= 330  # close to triplets
    assert swing.warp(240, 280.0) < 270  # nearly even when fast
