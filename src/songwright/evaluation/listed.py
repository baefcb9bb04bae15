"""The prompt list, its songs, and what only several songs together can show."""

from __future__ import annotations

import itertools
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import resources
from typing import Any

import numpy as np

from songwright.domain.action import GenerateAction, VoiceGender
from songwright.domain.plan import Plan
from songwright.domain.score import PartRole
from songwright.engines.protocols import Materials, SongEngine

from .figure import Figure, Measure

ABOUT_THE_ROW = ("name", "quick")
SEEDS = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """One measure over all songs that have it."""

    name: str
    group: str
    value: float  # mean of the songs
    worst: float  # the value farthest from the bar, or the mean without a bar
    passed: int
    songs: int
    bar: str  # of one song
    wanted: str  # of the list: "mean" or "95 % of songs"
    ok: bool | None


def prompts() -> list[dict[str, Any]]:
    """The fixed prompt list, as written."""
    text = resources.files("songwright.evaluation").joinpath("prompts.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)["prompt"]


def chosen(entries: Sequence[dict[str, Any]], *, only: Sequence[str], quick: bool) -> list[dict[str, Any]]:
    """Rows by name, or the quick ones, or all. Raises ValueError for a name that is not in the list."""
    known = {entry["name"] for entry in entries}
    if unknown := [name for name in only if name not in known]:
        raise ValueError(f"no prompt is called {unknown[0]!r}; there are {', '.join(sorted(known))}")
    return [e for e in entries if (e["name"] in only if only else e.get("quick", False) or not quick)]


def action_of(entry: dict[str, Any]) -> GenerateAction:
    """The request of a row. Raises TypeError for a field that no request has."""
    fields = {name: value for name, value in entry.items() if name not in ABOUT_THE_ROW}
    if "voice_gender" in fields:
        fields["voice_gender"] = VoiceGender(fields["voice_gender"])
    return GenerateAction(takes=1, model="chirp-v5", **fields)


def verdicts(songs: Sequence[Sequence[Figure]], measures: Sequence[Measure]) -> list[Verdict]:
    """How a list of songs does, measure by measure."""
    out: list[Verdict] = []
    for one in measures:
        found = [figure for song in songs for figure in song if figure.name == one.name]
        if not found:
            continue
        values = [figure.value for figure in found]
        passed, mean = sum(figure.ok is True for figure in found), float(np.mean(values))
        if one.share is None:
            ok, wanted = one.passes(mean), "mean"
        else:
            ok, wanted = passed / len(found) >= one.share, f"{100 * one.share:g} % of songs"
        out.append(
            Verdict(
                name=one.name,
                group=one.group,
                value=round(mean, 4),
                worst=_worst(values, one),
                passed=passed,
                songs=len(found),
                bar=one.bar,
                wanted=wanted if one.bar else "",
                ok=ok,
            )
        )
    return out


def _worst(values: Sequence[float], one: Measure) -> float:
    def over(value: float) -> float:
        low = one.low - value if one.low is not None else -np.inf
        high = value - one.high if one.high is not None else -np.inf
        return max(low, high)

    return max(values, key=over) if one.bar else round(float(np.mean(values)), 4)


def variety(engine: SongEngine, action: GenerateAction) -> dict[str, int]:
    """Different verse progressions, drum parts and lead tunes over twenty seeds of one request. Plans only."""
    plans = [
        engine.plan(replace(action, seed=action.seed + 1000 + n), take=1, materials=Materials())[0]
        for n in range(SEEDS)
    ]
    return {
        "progressions": len({_degrees(plan) for plan in plans}),
        "grooves": len({_groove(plan) for plan in plans}),
        "melodies": len({_tune(plan) for plan in plans}),
        "seeds": SEEDS,
        "bar": 15,
    }


def _degrees(plan: Plan) -> tuple[tuple[int, str], ...]:
    section = next((s for s in plan.score.sections if s.kind == "verse"), plan.score.sections[0])
    tonic = plan.score.key.tonic_pc
    spans = [c for c in plan.score.chords if section.start_tick <= c.start_tick < section.end_tick][:8]
    return tuple(((c.chord.root_pc - tonic) % 12, c.chord.quality) for c in spans)


def _groove(plan: Plan) -> tuple[tuple[int, int], ...]:
    """The drum bar that is played most, as (tick in the bar, key)."""
    bar, bars = plan.score.axis.meter.bar_ticks, {}
    for note in (n for part in plan.score.parts if part.role is PartRole.DRUMS for n in part.notes):
        bars.setdefault(note.start_tick // bar, set()).add((note.start_tick % bar, note.pitch_midi))
    patterns = Counter(tuple(sorted(hits)) for hits in bars.values())
    return max(patterns, key=lambda pattern: (patterns[pattern], pattern)) if patterns else ()


def _tune(plan: Plan) -> tuple[int, ...]:
    lines = [line for part in plan.score.vocals if part.role == "lead" for line in part.lines[:2]]
    pitches = [n.pitch_midi for line in lines for s in line.syllables for n in s.notes]
    return tuple(b - a for a, b in itertools.pairwise(pitches))


def strangeness(engine: SongEngine, action: GenerateAction) -> list[float]:
    """Share of chords with a note outside the key, at weirdness 0, 0.5 and 1: mean of eight seeds. Should not fall."""
    out: list[float] = []
    for weirdness in (0.0, 0.5, 1.0):
        shares: list[float] = []
        for n in range(8):
            wish = replace(action, weirdness=weirdness, seed=action.seed + 2000 + n)
            plan = engine.plan(wish, take=1, materials=Materials())[0]
            scale = set(plan.score.key.scale_pcs)
            shares.append(float(np.mean([not set(span.chord.pcs) <= scale for span in plan.score.chords])))
        out.append(round(float(np.mean(shares)), 4))
    return out
