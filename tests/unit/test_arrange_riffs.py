"""Riffs, ties over the bar line, grooves in their own meter, broken chords, bass-and-strum, and the five-tone modes."""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise

import pytest

from songwright.domain.score import Chord
from songwright.domain.style import FIVE_TONE, MODES, Key
from songwright.engines.native.arrange import arrange
from songwright.engines.native.arrange.bass import kick_ticks, write_bass
from songwright.engines.native.arrange.cells import hits
from songwright.engines.native.arrange.comp import write_player
from songwright.engines.native.arrange.degrees import DEGREES, degree_step
from songwright.engines.native.arrange.drums import groove_row, pick_groove
from songwright.engines.native.arrange.motif import scale_pitches
from songwright.engines.native.arrange.riffs import FLUTTER_TICKS, flutter
from songwright.engines.native.arrange.setting import Setting
from songwright.engines.native.styles import style

from .arrange_scores import make_song


def setting(style_id: str, meter: str = "4/4") -> Setting:
    brief, found, score = make_song(style_id, meter=meter)
    return Setting(brief=brief, style=found, score=score, seed=5, take=1)


def test_a_note_is_held_over_the_bar_line() -> None:
    pattern = "....|....|....|1---/--..|5---|....|...."
    assert [(h.step, h.n_steps) for h in hits(pattern, 0, 16, False)] == [(12, 6)]
    assert [(h.step, h.n_steps) for h in hits(pattern, 1, 16, False)] == [(4, 4)]
    assert [(h.step, h.n_steps) for h in hits("1---|----|----|----", 0, 16, False)] == [(0, 16)]


@pytest.mark.parametrize(
    ("symbol", "quality", "step"),
    [("1", "", 0), ("3", "", 4), ("3", "m", 3), ("m", "", 3), ("4", "m", 5), ("t", "", 6), ("5", "dim", 6),
     ("5", "m", 7), ("7", "maj7", 11), ("7", "", 10), ("b", "m", 1), ("8", "m", 12)],
)  # fmt: skip
def test_degrees(symbol: str, quality: str, step: int) -> None:
    assert degree_step(symbol, Chord(root_pc=2, quality=quality)) == step
    assert symbol in DEGREES


def test_the_tumbao_anticipates() -> None:
    """Salsa: nothing on the one; on four the root of the chord to come, held."""
    own = setting("salsa")
    notes = [n for n in write_bass(own, kick_ticks(own)) if n.start_tick < own.scenes[-1].start_tick]
    bar = own.bar_ticks
    fours = [n for n in notes if n.start_tick % bar == 1440]
    assert len(fours) > 60
    changing = [n for n in fours if own.chord_at(n.start_tick + 480) != own.chord_at(n.start_tick)]
    right = [n for n in changing if n.pitch_midi % 12 == own.chord_at(n.start_tick + 480).root_pc]
    assert len(right) > 0.9 * len(changing) > 10
    assert sum(n.duration_ticks > 480 for n in fours) > 0.9 * len(fours)
    assert sum(n.start_tick % bar == 0 for n in notes) < 0.1 * len(notes)


def test_riffs_stay_on_their_degrees_and_in_range() -> None:
    own = setting("hard_rock")
    player = next(p for p in own.style.players if p.id == "riff_guitar")
    notes = write_player(own, player, [s for s in own.scenes if s.kind in player.kinds])
    assert len(notes) > 100
    assert all(player.low_midi <= n.pitch_midi <= player.high_midi + 7 for n in notes)
    by_tick = {n.start_tick: n for n in sorted(notes, key=lambda n: -n.pitch_midi)}
    steps = {(n.pitch_midi - own.chord_at(t).root_pc) % 12 for t, n in by_tick.items()}
    assert {0, 3, 5} <= steps <= {0, 3, 5, 6, 7, 10}


def test_chords_of_a_console_are_broken() -> None:
    notes = flutter((60, 64, 67), 0, 480, 90.0)
    assert [n.pitch_midi for n in notes] == [60, 64, 67, 60, 64, 67, 60, 64]
    assert all(b.start_tick - a.start_tick == FLUTTER_TICKS for a, b in pairwise(notes))
    own = setting("chiptune")
    player = next(p for p in own.style.players if p.voicing == "flutter")
    played = write_player(own, player, own.scenes[:3])
    assert len(played) == len({n.start_tick for n in played}) > 200  # one voice


def test_bass_and_strum_alternate() -> None:
    own = setting("bluegrass")
    player = next(p for p in own.style.players if p.voicing == "boom_chick")
    notes = write_player(own, player, [own.scenes[1]])
    start = own.scenes[1].start_tick
    beats = [n for n in notes if (n.start_tick - start) % 480 == 0]
    assert len({n.start_tick for n in beats}) == len(beats) >= 8
    for n in beats:
        assert (n.pitch_midi - own.chord_at(n.start_tick).root_pc) % 12 in (0, 7)
    assert max(n.pitch_midi for n in beats) < 57
    off = [n for n in notes if (n.start_tick - start) % 480 >= 240]
    assert len(off) > 2 * len(beats)


@pytest.mark.parametrize(("style_id", "meter"), [("villancico", "6/8"), ("gospel", "12/8"), ("musical_theatre", "3/4")])
def test_grooves_in_the_songs_own_meter(style_id: str, meter: str) -> None:
    own = setting(style_id, meter)
    scene = max(own.scenes, key=lambda s: s.energy)
    groove = pick_groove(own, scene)
    assert groove.meter == meter
    for cells in groove.lines.values():
        assert groove_row(own, groove, cells, 0) == list(cells[: own.bar_steps])
    parts = arrange(own.brief, own.style, own.score, seed=5, take=1)
    struck = [n for p in parts if p.name in ("drums", "percussion") for n in p.notes]
    assert len(struck) > 100


def test_a_groove_of_four_four_still_serves_other_meters() -> None:
    own = setting("villancico", "3/4")
    assert pick_groove(own, own.scenes[1]).meter == ""
    other = setting("villancico")
    assert {pick_groove(other, s).meter for s in other.scenes} == {""}


def test_five_tones() -> None:
    for mode, steps in FIVE_TONE.items():
        assert len(steps) == 5
        assert set(steps) <= set(MODES[mode])
        gaps = [(b - a) % 12 for a, b in zip(steps, (*steps[1:], steps[0]), strict=True)]
        assert sorted(gaps) == [2, 2, 2, 3, 3], mode  # no semitone
    pitches = scale_pitches(Key(tonic_pc=2, mode="mixolydian"), "five_tone", 62, 74)
    assert pitches == [62, 64, 67, 69, 71, 74]


def test_chinese_tunes_have_five_tones() -> None:
    parts = {p.name: p for p in arrange(*make_song("chinese", sung=False), seed=5, take=1)}
    tune = parts["lead_melody"].notes
    key = make_song("chinese", sung=False)[0].key
    tones = {(key.tonic_pc + s) % 12 for s in FIVE_TONE[key.mode]}
    assert sum(n.pitch_midi % 12 in tones for n in tune) > 0.8 * len(tune)


@pytest.mark.parametrize("style_id", ["k_pop", "hard_rock", "dubstep", "trance"])
def test_players_only_play_where_they_belong(style_id: str) -> None:
    brief, found, score = make_song(style_id)
    own = {p.id: p for p in found.players if p.kinds and p.role != "lead"}
    starts = [s.start_tick for s in score.sections]
    loud = max(score.sections, key=lambda s: s.energy).kind
    parts = [p for p in arrange(brief, found, score, seed=5, take=1) if p.name in own]
    assert parts
    for part in parts:
        kinds = {score.sections[bisect_right(starts, n.start_tick) - 1].kind for n in part.notes}
        assert kinds <= {*own[part.name].kinds, loud}, part.name


def test_growls_rest_around_the_snare() -> None:
    _, _, score = make_song("dubstep")
    parts = {p.name: p for p in arrange(*make_song("dubstep"), seed=5, take=1)}
    drop = next(s for s in score.sections if s.kind.value == "drop")
    hits_ = [
        n.start_tick - drop.start_tick for n in parts["growl"].notes if drop.start_tick <= n.start_tick < drop.end_tick
    ]
    assert len(hits_) > 16
    assert not [t for t in hits_ if t % 1920 == 960]  # the snare's place
    assert style("dubstep").drums.grooves[4].lines["S"][8] == 126
