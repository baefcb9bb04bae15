"""Two genres in one song: the body of the first, the colours of the second."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence

from songwright.domain.style import Brief

from .load import style
from .notation import PERCUSSION_LETTERS
from .schema import Bass, Cover, Drums, Groove, Harmony, LyricProfile, MelodyProfile, Player, Progressions, Style, Swing

_HARMONIC = ("comp", "arp", "pad")
GUESTS = 2
"""Harmonic players the second genre sends."""
SWING_SHARE = 0.5
"""How much of the second genre's swing the first takes over."""


def style_for(brief: Brief) -> Style:
    """The style of a brief: its genre, coloured by the first of its further genres."""
    return _blended(brief.genre, brief.also_genres[0]) if brief.also_genres else style(brief.genre)


@functools.cache
def _blended(head: str, colour: str) -> Style:
    return blend_styles(style(head), style(colour))


def blend_styles(head: Style, colour: Style) -> Style:
    """``head`` keeps id, tempo, form, drums, bass and mix; chords, guests, hand percussion, swing and song are shared.

    The verses may take the progressions of ``colour``, its most prominent players join, its hand percussion is laid
    over the grooves of the same level.
    """
    if head.id == colour.id:
        return head
    return head.model_copy(
        update={
            "description": f"{head.description}, {colour.description.split(',')[0]}",
            "neighbours": tuple(dict.fromkeys((colour.id, *head.neighbours))),
            "swing": _swing(head.swing, colour.swing),
            "modes": _shared(head.modes, colour.modes),
            "harmony": _harmony(head.harmony, colour.harmony),
            "drums": _drums(head.drums, colour.drums),
            "bass": _bass(head.bass, colour.bass),
            "players": _players(head.players, colour.players),
            "melody": _melody(head.melody, colour.melody),
            "vocal": head.vocal.model_copy(
                update={
                    "vibrato_semitones": (2 * head.vocal.vibrato_semitones + colour.vocal.vibrato_semitones) / 3,
                    "scoop_share": (2 * head.vocal.scoop_share + colour.vocal.scoop_share) / 3,
                    "falsetto": (2 * head.vocal.falsetto + colour.vocal.falsetto) / 3,
                    "fry_share": (2 * head.vocal.fry_share + colour.vocal.fry_share) / 3,
                    "words": tuple(dict.fromkeys((*head.vocal.words, *colour.vocal.words))),
                }
            ),
            "lyric": _lyric(head.lyric, colour.lyric),
            "cover": _cover(head.cover, colour.cover),
        }
    )


def _swing(head: Swing, colour: Swing) -> Swing:
    """Straight genres lean towards a swung one; a swung one keeps its own."""
    if colour.percent <= head.percent:
        return head
    return head.model_copy(update={"percent": head.percent + SWING_SHARE * (colour.percent - head.percent)})


def _shared(head: dict[str, float], colour: dict[str, float]) -> dict[str, float]:
    """The first genre's modes, weighted by how much the second likes them."""
    return {mode: weight * (0.35 + colour.get(mode, 0.0)) for mode, weight in head.items()}


def _harmony(head: Harmony, colour: Harmony) -> Harmony:
    def families(a: Progressions, b: Progressions) -> Progressions:
        return a.model_copy(
            update={
                "verse": tuple(dict.fromkeys((*b.verse, *a.verse))),
                "bridge": tuple(dict.fromkeys((*b.bridge, *a.bridge))),
                "solo": b.solo or a.solo,
            }
        )

    return head.model_copy(
        update={
            "major": families(head.major, colour.major),
            "minor": families(head.minor, colour.minor),
            "colours": tuple(dict.fromkeys((*colour.colours, *head.colours))),
            "colour_share": max(head.colour_share, 0.3 * head.colour_share + 0.7 * colour.colour_share),
        }
    )


def _drums(head: Drums, colour: Drums) -> Drums:
    if head.kit is None:
        return head
    grooves = tuple(_with_hands(g, colour.grooves) for g in head.grooves)
    return head.model_copy(update={"grooves": grooves, "percussion_mix": head.percussion_mix or colour.percussion_mix})


def _with_hands(groove: Groove, others: Sequence[Groove]) -> Groove:
    """The groove with the hand percussion of the other genre's groove of that level in that meter."""
    same = [g for g in others if g.level == groove.level and (g.meter or "4/4") == (groove.meter or "4/4")]
    hands = {k: v for g in same[:1] for k, v in g.lines.items() if k in PERCUSSION_LETTERS and k not in groove.lines}
    if not hands:
        return groove
    rows = {**groove.lines, **hands}
    steps = math.lcm(*(len(row) for row in rows.values()))
    text = "; ".join(
        f"{letter} {''.join(str(v // 14) if v else '.' for v in row) * (steps // len(row))}"
        for letter, row in rows.items()
    )
    return groove.model_copy(update={"grid": text})


def _bass(head: Bass | None, colour: Bass | None) -> Bass | None:
    """The first genre's bass; in its calm sections it may walk or rest as the second's does."""
    if head is None or colour is None or "low" not in colour.patterns:
        return head
    return head.model_copy(update={"patterns": {**head.patterns, "low": colour.patterns["low"]}})


def _players(head: Sequence[Player], colour: Sequence[Player]) -> tuple[Player, ...]:
    """The first genre's band; the second's leading players take the place of its least prominent ones."""
    own = {p.id for p in head} | {p.family for p in head if p.role in _HARMONIC}
    able = sorted((p for p in colour if p.role in _HARMONIC), key=lambda p: (-p.prominence, p.id))
    guests = [p for p in able if p.id not in own and p.family not in own][:GUESTS]
    guests += [p for p in able if p.id not in own and p not in guests][: GUESTS - len(guests)]
    first = max((p.from_energy for p in head if p.role in _HARMONIC), default=0.0)
    guests = [
        p.model_copy(update={"prominence": 0.98 - 0.2 * i, "from_energy": min(p.from_energy, first, 0.3 + 0.15 * i)})
        for i, p in enumerate(guests)
    ]
    leads = [p for p in colour if p.role == "lead" and p.id not in own][:GUESTS]
    spare = sorted((p for p in head if p.role in _HARMONIC and p.prominence < 0.5), key=lambda p: p.prominence)
    gone = {p.id for p in spare[: len(guests) - 1]}
    return (*guests, *leads, *(p for p in head if p.id not in gone))


def _melody(head: MelodyProfile, colour: MelodyProfile) -> MelodyProfile:
    return head.model_copy(
        update={
            "scale": head.scale if colour.scale == "diatonic" else colour.scale,
            "syncopation": (head.syncopation + colour.syncopation) / 2,
            "melisma_share": max(head.melisma_share, (head.melisma_share + colour.melisma_share) / 2),
        }
    )


def _lyric(head: LyricProfile, colour: LyricProfile) -> LyricProfile:
    return head.model_copy(update={"themes": tuple(dict.fromkeys((*head.themes, *colour.themes)))})


def _cover(head: Cover, colour: Cover) -> Cover:
    """Dark and light of the first, the accents of the second between them."""
    a, b = head.colours, colour.colours
    return head.model_copy(update={"colours": (a[0], b[1], a[2], b[3], a[4])})
