"""Every style file is complete, and a wrong one is refused by name."""

from __future__ import annotations

import pytest

from songwright.domain.lyrics import SectionKind
from songwright.domain.plan import THIRD_OCTAVES_HZ
from songwright.domain.score import QUALITIES
from songwright.domain.style import MODES, Key
from songwright.engines.native.play.drumkits import KITS as DRUM_KITS
from songwright.engines.native.play.patches import PATCHES
from songwright.engines.native.styles import all_styles, find, instrument, instrument_names, parse_bars, style
from songwright.engines.native.styles.load import StyleError, read_style, style_ids
from songwright.engines.native.styles.mixing import MixProfile
from songwright.engines.native.styles.notation import parse_grid, parse_instrument, parse_roman

STYLES = all_styles()
SYNTHS, KITS = frozenset(PATCHES), frozenset(DRUM_KITS)


QUIET = ("ambient", "lullaby", "classical_piano", "bossa_nova")
DARK = ("minor", "dorian", "phrygian")


def test_the_genres() -> None:
    assert len(style_ids()) >= 48
    assert {
        "pop", "dance_pop", "rock", "indie_rock", "folk", "country", "ballad", "hip_hop", "lo_fi", "house",
        "synthwave", "jazz_swing", "christmas", "r_and_b", "reggae", "ambient", "classical_piano", "indie_pop",
        "k_pop", "city_pop", "hard_rock", "bluegrass", "soul", "gospel", "ska", "salsa", "afrobeat", "techno", "trance",
        "drum_and_bass", "dubstep", "chamber", "children", "chinese", "villancico", "sea_shanty", "chiptune",
        "musical_theatre", "metal", "punk", "funk", "disco", "blues", "bossa_nova", "trap", "reggaeton", "cinematic",
        "lullaby",
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
def test_three_intensities(found) -> None:
    """Grooves and fills at three levels; a genre without drums has its beat in players of three intensities."""
    if found.drums.grooves:
        own = [g for g in found.drums.grooves if g.meter in ("", "4/4")]
        assert {g.level for g in own} >= ({1, 2, 3} if found.id not in QUIET else {1, 2})
        assert {f.level for f in found.drums.fills} >= {1, 2}
        assert len({g.grid for g in own}) == len(own)
    else:
        assert sum(len(p.patterns) == 3 for p in found.players) >= 2
    if found.bass:
        assert {"low", "mid", "high"} <= set(found.bass.patterns)


@pytest.mark.parametrize("found", STYLES, ids=lambda s: s.id)
def test_harmony_has_families(found) -> None:
    dark = sum(w for m, w in found.modes.items() if m in DARK) / sum(found.modes.values())
    for share, families in ((1 - dark, found.harmony.major), (dark, found.harmony.minor)):
        if share >= 0.2:
            assert len(families.verse) >= 3
            assert len(families.chorus) >= 3
            assert families.bridge


@pytest.mark.parametrize("found", STYLES, ids=lambda s: s.id)
def test_mix_has_a_target_in_third_octaves(found) -> None:
    plan = found.mix.plan(found.bpm.median)
    assert len(plan.curve_shift_db) == len(THIRD_OCTAVES_HZ)
    assert max(abs(db) for db in plan.curve_shift_db) <= 6
    assert found.mix.vocal
    assert found.mix.backing
    assert len(set(found.cover.colours)) == 5
    luminance = [int(c[1:3], 16) * 3 + int(c[3:5], 16) * 6 + int(c[5:], 16) for c in found.cover.colours]
    assert luminance[0] < luminance[-1]


def test_genres_are_not_copies() -> None:
    """No two genres share their grooves, their bass, or the set of their players."""
    for name, of in (
        ("grooves", lambda s: tuple(g.grid for g in s.drums.grooves)),
        ("bass", lambda s: s.bass and tuple(sorted(s.bass.patterns.items()))),
        ("players", lambda s: frozenset((p.id, p.sound.patch or p.sound.program) for p in s.players)),
        ("chorus", lambda s: (s.harmony.major.chorus, s.harmony.minor.chorus)),
        ("cover", lambda s: s.cover.colours),
        ("forms", lambda s: tuple(f.sections for f in s.forms)),
    ):
        seen = {}
        for found in STYLES:
            if value := of(found):
                assert value not in seen, f"{found.id} has the {name} of {seen[value]}"
                seen[value] = found.id


def test_shift_is_a_line_between_its_points() -> None:
    mix = MixProfile(curve_shift_db={"100": 2.0, "400": 0.0})
    assert mix.shift_db()[THIRD_OCTAVES_HZ.index(200)] == pytest.approx(1.0)
    assert (mix.shift_db()[0], mix.shift_db()[-1]) == (2.0, 0.0)
    assert MixProfile().shift_db() == ()
    with pytest.raises(ValueError, match=r"'5' = 1\.0 is not a frequency"):
        MixProfile(curve_shift_db={"5": 1.0})


def test_a_song_without_words_may_have_another_curve() -> None:
    piano = find("classical piano")
    assert piano is not None
    assert piano.mix.plan(80).curve == "piano"
    assert piano.mix.plan(80, sung=False).curve == "solo_piano"
    assert MixProfile(curve="pop").plan(80, sung=False).curve == "pop"


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
