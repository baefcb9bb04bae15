"""Chords: a progression family per kind of section, cadences, colours and surprises by weirdness."""

from __future__ import annotations

import itertools
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from songwright.domain.draws import draws
from songwright.domain.lyrics import SectionKind
from songwright.domain.score import Chord, ChordSpan
from songwright.domain.style import Brief, Key

from ..styles.notation import Roman, parse_bars
from ..styles.schema import Harmony, Style

K = SectionKind
_LIKE = {
    K.INTRO: ("intro", "chorus"),
    K.VERSE: ("verse",),
    K.PRE_CHORUS: ("pre_chorus", "verse"),
    K.CHORUS: ("chorus",),
    K.POST_CHORUS: ("chorus",),
    K.BRIDGE: ("bridge", "pre_chorus", "verse"),
    K.SOLO: ("solo", "chorus"),
    K.BREAKDOWN: ("verse",),
    K.BUILD: ("pre_chorus", "verse"),
    K.DROP: ("chorus",),
    K.INTERLUDE: ("intro", "verse"),
    K.OUTRO: ("chorus",),
}
_DARK_MODES = ("minor", "dorian", "phrygian")
_MAJOR_COLOURS = frozenset(("sus2", "sus4", "add9", "6", "maj7", "maj9", "7", "9", "13", "7sus4", "5"))
_MINOR_COLOURS = frozenset(("m7", "m9", "madd9", "m6", "sus2", "sus4", "5"))

Bar = tuple[Roman, ...]
MOST_BARS = 4
"""Longest time on one chord where the genre does not stand on one by nature."""
_SAME_FUNCTION: Mapping[str, Mapping[tuple[int, str], tuple[Roman, ...]]] = {
    "bright": {
        (5, ""): (Roman(step=2, quality="m"), Roman(step=9, quality="m")),
        (2, "m"): (Roman(step=5),),
        (9, "m"): (Roman(step=4, quality="m"), Roman(step=0)),
        (0, ""): (Roman(step=9, quality="m"), Roman(step=4, quality="m")),
        (7, ""): (Roman(step=7, quality="7sus4"), Roman(step=4, quality="m")),
    },
    "dark": {
        (8, ""): (Roman(step=5, quality="m"), Roman(step=3)),
        (5, "m"): (Roman(step=8),),
        (3, ""): (Roman(step=8), Roman(step=0, quality="m")),
        (0, "m"): (Roman(step=3), Roman(step=8)),
        (10, ""): (Roman(step=7, quality="m"), Roman(step=3)),
    },
}
"""Step and quality -> chords that do the same work."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HarmonyPlan:
    """One loop of bars per section kind, and how the song ends."""

    loops: dict[SectionKind, tuple[Bar, ...]]
    end: tuple[Bar, ...]
    turn: tuple[Bar, ...]
    cadence: tuple[Bar, ...]  # last bars of every chorus; () = the loop goes round
    home: Roman  # the tonic
    lift: Roman | None = None  # what breaks a chord that stands too long; None = nothing may


Loops = Mapping[SectionKind, tuple[Bar, ...]]
"""Bars of chords that kinds of sections go round in."""


def plan_harmony(brief: Brief, style: Style, *, seed: int, take: int, loops: Loops | None = None) -> HarmonyPlan:
    """Choose the loops of a take. Takes of one seed choose different families where the style has several.

    Given ``loops`` are taken as they are, and nothing turns or closes before they have gone round.
    """
    if loops:
        free = plan_harmony(brief, style, seed=seed, take=take)
        return replace(free, loops={**free.loops, **loops}, turn=(), cadence=(), lift=None)
    families = style.harmony.of(brief.key.mode)
    chosen: dict[str, tuple[Bar, ...]] = {}
    texts: dict[str, str] = {}
    for name in ("verse", "chorus", "pre_chorus", "bridge", "solo", "intro"):
        options = getattr(families, name)
        if not options:
            continue
        order = list(range(len(options)))
        draws(seed, "harmony", name).shuffle(order)
        pick = options[order[(take - 1) % len(order)]]
        if name == "chorus" and pick == texts.get("verse"):
            pick = options[order[take % len(order)]]
        texts[name] = pick
        bars = parse_bars(pick)
        if name == "chorus" and pick == texts.get("verse"):
            bars = (*bars[len(bars) // 2 :], *bars[: len(bars) // 2])
        bars = _substituted(bars, brief, draws(seed, "substitute", name, take), hook=name == "chorus")
        chosen[name] = _stretch(bars, style.harmony.bars_per_chord)
    rng = draws(seed, "colour", take)
    coloured = {name: _colour(bars, style.harmony, brief, rng, hook=name == "chorus") for name, bars in chosen.items()}
    loops = {kind: next(coloured[n] for n in names if n in coloured) for kind, names in _LIKE.items()}
    ends = families.end
    end = parse_bars(ends[draws(seed, "ending", take).randrange(len(ends))])
    turns = families.turn
    turn = parse_bars(turns[draws(seed, "turn", take).randrange(len(turns))]) if turns else ()
    home = Roman(step=0, quality="m" if brief.key.mode in _DARK_MODES else "")
    vamps = any(_longest_run((*bars, *bars)) > MOST_BARS for bars in loops.values())
    dark = brief.key.mode in _DARK_MODES
    return HarmonyPlan(
        loops=loops, end=_resolved(end, home, brief), turn=turn, cadence=_cadence(style, home, brief), home=home,
        lift=None if vamps else Roman(step=10 if dark else 7, quality="" if dark else "7"),
    )  # fmt: skip


def _longest_run(bars: Sequence[Bar]) -> int:
    return max((sum(1 for _ in run) for _, run in itertools.groupby(bars)), default=0)


def broken(bars: Sequence[Bar], starts: Sequence[int], lift: Roman) -> list[Bar]:
    """No chord stands longer than ``MOST_BARS``: the bar before a section's start inside it (or the fifth) lifts."""
    out, at = list(bars), 0
    for bar, run in itertools.groupby(bars):
        length = sum(1 for _ in run)
        if length > MOST_BARS and len(bar) == 1:
            inner = [s - 1 for s in starts if at < s < at + length]
            out[inner[0] if inner else at + MOST_BARS] = (lift,)
        at += length
    return out


def _cadence(style: Style, home: Roman, brief: Brief) -> tuple[Bar, ...]:
    """Dominant and tonic, or the step below and the tonic; nothing in genres whose loops never close."""
    if style.harmony.cadence == "loop":
        return ()
    dark = brief.key.mode in _DARK_MODES
    modal = style.harmony.cadence == "modal" or brief.key.mode == "mixolydian"
    before = Roman(step=10) if modal and brief.key.mode != "lydian" else Roman(step=7, quality="7" if dark else "")
    return ((before,), (home,))


def _substituted(bars: tuple[Bar, ...], brief: Brief, rng: random.Random, *, hook: bool) -> tuple[Bar, ...]:
    """One inner chord of a short loop changed for one of the same function, in most songs; hooks more seldom."""
    table = _SAME_FUNCTION["dark" if brief.key.mode in _DARK_MODES else "bright"]
    able = [
        i for i in range(1, len(bars)) if len(bars) <= 8 and len(bars[i]) == 1
        and bars[i][0].bass_step is None and (bars[i][0].step, bars[i][0].quality) in table
    ]  # fmt: skip
    draw, place, which = rng.random(), rng.random(), rng.random()
    if not able or draw > (0.4 if hook else 0.7):
        return bars
    at = able[int(place * len(able))]
    options = [
        o
        for o in table[bars[at][0].step, bars[at][0].quality]
        if (o,) not in (bars[at - 1], bars[(at + 1) % len(bars)])
    ]
    if not options:
        return bars
    return (*bars[:at], (options[int(which * len(options))],), *bars[at + 1 :])


def _stretch(bars: tuple[Bar, ...], bars_per_chord: float) -> tuple[Bar, ...]:
    """Hold every bar longer in genres whose chords change slowly."""
    times = max(1, round(bars_per_chord))
    return tuple(bar for bar in bars for _ in range(times))


def _resolved(end: tuple[Bar, ...], home: Roman, brief: Brief) -> tuple[Bar, ...]:
    """The song comes home unless it is asked to be strange."""
    if end[-1][-1].step == 0 or brief.weirdness > 0.8:
        return end
    return (*end, (home,))


def _colour(
    bars: tuple[Bar, ...], harmony: Harmony, brief: Brief, rng: random.Random, *, hook: bool
) -> tuple[Bar, ...]:
    share = harmony.colour_share * (0.5 + 1.3 * brief.weirdness) * (0.6 + 0.8 * brief.style_influence)
    out = [tuple(_coloured(c, harmony, share, rng, brief) for c in bar) for bar in bars]
    strange = max(0.0, brief.weirdness - 0.35) * (0.5 if hook else 1.0)
    strange += 0.9 * max(0.0, 0.5 - brief.style_influence)  # chords the genre does not have
    for i in range(1, len(out)):
        if rng.random() < strange * 0.6:
            out[i - 1], out[i] = _surprise(out[i - 1], out[i], brief, rng)
    return tuple(out)


def _coloured(chord: Roman, harmony: Harmony, share: float, rng: random.Random, brief: Brief) -> Roman:
    draw, pick = rng.random(), rng.random()
    if draw >= share or chord.quality not in ("", "m") or not harmony.colours:
        return chord
    fitting = [q for q in harmony.colours if q in (_MAJOR_COLOURS if chord.quality == "" else _MINOR_COLOURS)]
    if chord.quality == "":
        if chord.step not in (0, 5) and not (brief.key.mode in _DARK_MODES and chord.step in (3, 8)):
            fitting = [q for q in fitting if q not in ("maj7", "maj9")]
        if chord.step != 7:
            blues = "7" in harmony.colours and "maj7" not in harmony.colours
            fitting = [q for q in fitting if q not in ("7", "9", "13", "7sus4") or (blues and chord.step in (0, 5))]
    if chord.step not in (7, 10):
        fitting = [q for q in fitting if q not in ("sus4", "7sus4")]
    if not fitting:
        return chord
    return replace(chord, quality=fitting[int(pick * len(fitting))])


def _surprise(before: Bar, here: Bar, brief: Brief, rng: random.Random) -> tuple[Bar, Bar]:
    """A secondary dominant or its tritone substitute before a chord, or a borrowed chord in its place."""
    target = here[0]
    kind = rng.random()
    if kind < 0.5 and target.step != 0 and target.quality in ("", "m", "m7", "maj7"):
        root = (target.step + 7) % 12
        if brief.weirdness > 0.65 and rng.random() < 0.5:
            root = (target.step + 1) % 12
        return (before[0], Roman(step=root, quality="7")), here
    if target.step == 5 and target.quality == "" and brief.key.mode not in _DARK_MODES:
        return before, (Roman(step=5, quality="m"),)
    if brief.weirdness > 0.6 and target.step in (9, 7):
        return before, (Roman(step=8 if target.step == 9 else 10, quality=""),)
    return before, here


def section_bars(
    plan: HarmonyPlan, kind: SectionKind, n_bars: int, *, last: bool, turns: bool, closes: bool = False
) -> list[Bar]:
    """The chords of a section bar by bar: the loop as often as it fits, then turn, cadence or ending.

    ``closes`` = the last section that is sung: it comes home.
    """
    loop = plan.loops[kind]
    bars = [loop[i % len(loop)] for i in range(n_bars)]
    if kind is K.CHORUS and plan.cadence and n_bars >= 4 and bars[-1][-1].step != 0:
        bars[-len(plan.cadence) :] = plan.cadence
    elif closes and n_bars >= 2:
        bars[-1] = (plan.home,)
    if turns and kind is not K.CHORUS and plan.turn and n_bars >= 2 * len(plan.turn) + 2:
        bars[-len(plan.turn) :] = plan.turn
    if last:
        end = plan.end[-n_bars:]
        bars[-len(end) :] = end
    return bars


def chord_spans(bars: Sequence[Bar], key: Key, bar_ticks: int) -> tuple[ChordSpan, ...]:
    """Bars of chords as spans from tick 0; equal neighbours inside a bar are joined, a new bar attacks anew."""
    spans: list[ChordSpan] = []
    for b, bar in enumerate(bars):
        part = bar_ticks // len(bar)
        for i, roman in enumerate(bar):
            chord: Chord = roman.chord(key.tonic_pc)
            start = b * bar_ticks + i * part
            length = bar_ticks - i * part if i == len(bar) - 1 else part
            if i and spans[-1].chord == chord:
                spans[-1] = replace(spans[-1], duration_ticks=spans[-1].duration_ticks + length)
            else:
                spans.append(ChordSpan(start_tick=start, duration_ticks=length, chord=chord))
    return tuple(spans)
