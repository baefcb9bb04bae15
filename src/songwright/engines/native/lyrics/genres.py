"""How a genre speaks: couplets, answers and line lengths beside those of the field."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from songwright.domain.style import Brief

from .fields import Couplet, couplets
from .wordlists import data_text

_NO_LIMITS = (5, 13)
_SAID = ("shanty", "gospel", "kids", "musical", "blues")
"""Dictions that a word of the request chooses, whatever genre plays it."""
THEMES = {
    "money": ("money", "brag", "startup", "work", "monday"),
    "city": ("city", "block", "hometown", "night", "phone"),
    "code": ("code", "machine", "robot", "games"),
    "love": ("love", "wedding", "jealousy", "dance"),
    "loss": ("grief", "lonely", "memory", "breakup", "farewell", "forgive"),
    "fight": ("protest", "anger", "war", "free", "planet"),
}
"""Fields that a rapped theme belongs to."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Diction:
    """The words of a genre."""

    id: str
    share: float  # weight of its lines where a field's own count 1
    low: int
    high: int  # syllables of a line
    verse: tuple[Couplet, ...] = ()
    turns: tuple[Couplet, ...] = ()
    heart: tuple[Couplet, ...] = ()
    answers: tuple[Couplet, ...] = ()  # of call and response
    themes: Mapping[str, tuple[Couplet, ...]]  # verses by theme


def _read(key: str, d: Mapping[str, Any]) -> Diction:
    low, high = _NO_LIMITS
    return Diction(
        id=key, share=float(d["share"]), low=int(d.get("low", low)), high=int(d.get("high", high)),
        **{name: couplets(d.get(name, "")) for name in ("verse", "turns", "heart", "answers")},
        themes={name: couplets(sub["verse"]) for name, sub in d.items() if isinstance(sub, dict)},
    )  # fmt: skip


@functools.cache
def dictions() -> dict[str, tuple[tuple[str, ...], Diction]]:
    """All dictions by id with the parts of genre names they are for."""
    raw = tomllib.loads(data_text("genres.toml"))
    return {key: (tuple(d["names"].split()), _read(key, d)) for key, d in raw.items()}


def diction_of(brief: Brief) -> Diction | None:
    """The diction a request names itself ("a sea shanty"), else the one of its genre; the longest name wins."""
    said = set(" ".join((*brief.used_words, *brief.unused_words)).lower().split())
    for key in _SAID:
        if said & {*dictions()[key][0], f"{key}s"}:
            return dictions()[key][1]
    low = brief.genre.lower().replace("-", "_").replace(" ", "_")
    found = [(len(name), key) for key, (names, _) in dictions().items() for name in names if name in low]
    return dictions()[max(found)[1]][1] if found else None


def strange() -> Diction:
    """Pictures out of dreams, for requests that want to be weird."""
    return dictions()["strange"][1]
