"""Every genre from words to sound: composed, arranged, checked on paper, and a few seconds of it played."""

from __future__ import annotations

import functools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from songwright.domain.action import GenerateAction
from songwright.domain.plan import Plan
from songwright.domain.score import StemName
from songwright.engines.native.compose.checks import check_score, score_of
from songwright.engines.native.planning import plan_take, singer_for, voice_range
from songwright.engines.native.play.player import Player
from songwright.engines.native.rendering import raw_stems
from songwright.engines.native.styles import all_styles, blend_styles, style
from songwright.engines.native.styles.load import read_style, style_ids

ROOT = Path(__file__).parents[2]
STYLES = style_ids()
BARS = 2


class NoSinger:
    """Sings nothing."""

    def sing_all(self, phrases):
        assert not list(phrases)
        return iter(())


@functools.cache
def player() -> Player:
    return Player(None)


def action(style_id: str, seed: int, **fields) -> GenerateAction:
    return GenerateAction(style=style(style_id).names[0], seed=seed, **fields)


@pytest.mark.parametrize("seed", [3, 4])
@pytest.mark.parametrize("style_id", STYLES)
def test_sung_songs_pass_the_checks(style_id: str, seed: int) -> None:
    asked = action(style_id, seed, prompt="about the river at night", duration_s=70.0)
    plan = plan_take(asked, take=1, versions={})
    assert plan.brief.genre == style_id
    assert style(style_id).bpm.low <= plan.brief.bpm <= style(style_id).bpm.high
    voice = voice_range(singer_for(asked, plan.brief, style(style_id), seed=seed, take=1))
    checks = check_score(plan.score, plan.lyrics, voice, plan.brief)
    assert not [c for c in checks if c.hard and not c.ok]
    assert score_of(checks) >= 0.93, [c for c in checks if not c.ok]
    assert len(plan.score.parts) >= 3


def window(plan: Plan, n_bars: int) -> Plan:
    """The first bars of the plan's loudest section, without its voices."""
    show = plan.performance
    loud = max(show.sections, key=lambda s: s.energy)
    length_s = n_bars * plan.score.axis.meter.bar_ticks / 480 * 60 / plan.brief.bpm
    parts = []
    for part in show.parts:
        notes = tuple(n for n in part.notes if loud.start_s - 0.02 <= n.start_s < loud.start_s + length_s)
        moved = tuple(replace(n, start_s=max(0.0, n.start_s - loud.start_s)) for n in notes)
        parts += [replace(part, notes=moved)] if moved else []
    return replace(plan, performance=replace(show, parts=tuple(parts), vocals=(), duration_s=length_s + 0.3))


@pytest.mark.parametrize("style_id", STYLES)
def test_a_few_bars_sound(style_id: str) -> None:
    """Every stem that has notes sounds, none drowns the rest, and drums or bass are there where the genre has them."""
    plan = window(plan_take(action(style_id, 5, instrumental=True), take=1, versions={}), BARS)
    stems = raw_stems(plan, player=player(), singer=NoSinger(), threads=1, should_stop=lambda: False)  # type: ignore[arg-type]
    expected = {part.stem for part in plan.performance.parts}
    loud = {stem for stem, x in stems.items() if np.sqrt(np.mean(x**2)) > 1e-4}
    assert expected == loud
    assert all(np.isfinite(x).all() for x in stems.values())
    own = style(style_id)
    if own.drums.grooves and own.id != "ambient":
        assert loud & {StemName.DRUMS, StemName.PERCUSSION}
    if own.bass and own.bass.from_energy < 0.4:
        assert StemName.BASS in loud
    assert len(loud) >= 2 or style_id == "classical_piano"


@pytest.mark.parametrize(
    ("prompt", "head", "colour"), [("jazz-influenced drum and bass", "drum_and_bass", "jazz_swing")]
)
def test_a_blend_sounds_like_both(prompt: str, head: str, colour: str) -> None:
    own, mixed = style(head), blend_styles(style(head), style(colour))
    assert (mixed.id, mixed.bpm, mixed.forms, mixed.drums.kit) == (head, own.bpm, own.forms, own.drums.kit)
    assert own.swing.percent < mixed.swing.percent < style(colour).swing.percent
    assert set(style(colour).harmony.minor.verse) < set(mixed.harmony.minor.verse)
    guests = {p.id for p in mixed.players} - {p.id for p in own.players}
    assert guests & {p.id for p in style(colour).players}
    plan = plan_take(GenerateAction(prompt=prompt, seed=2), take=1, versions={})
    names = {part.name.removesuffix("_line").removesuffix("_counter") for part in plan.score.parts}
    assert names & guests
    assert 168 <= plan.brief.bpm <= 178


def test_every_pair_of_genres_blends() -> None:
    for i, head in enumerate(all_styles()):
        for colour in all_styles()[i % 5 :: 5]:
            mixed = blend_styles(head, colour)
            assert mixed.players
            for groove in mixed.drums.grooves:
                assert len({len(row) for row in groove.lines.values()}) == 1
            for before, after in zip(head.drums.grooves, mixed.drums.grooves, strict=True):
                assert set(before.lines) <= set(after.lines)


def test_hand_percussion_of_a_tint_lies_over_the_grooves() -> None:
    mixed = blend_styles(style("house"), style("salsa"))
    assert all("CL" in g.lines for g in mixed.drums.grooves)
    assert all(g.lines["K"][::4] == (126,) * (len(g.lines["K"]) // 4) for g in mixed.drums.grooves)


def test_the_page_has_the_table_of_today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    import genres

    page = genres.PAGE.read_text(encoding="utf-8")
    assert genres.written(page) == page, "run python scripts/genres.py"
    assert all(f"| `{style_id}` |" in page for style_id in STYLES)


def test_the_example_of_the_page_is_a_style() -> None:
    page = (ROOT / "docs" / "genres.md").read_text(encoding="utf-8")
    example = page.split("```toml")[1].split("```")[0]
    found = read_style("second_line.toml", "\n".join(line[3:] for line in example.splitlines()))
    assert found.id == "second_line"
    assert {g.level for g in found.drums.grooves} == {1, 2, 3}
    assert found.bass is not None
    assert found.bass.sound.program == 58
