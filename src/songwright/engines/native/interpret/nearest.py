"""Genres nobody has a style file for: what the nearest one is, and what to change in it."""

from __future__ import annotations

import difflib
import functools
from dataclasses import dataclass
from typing import Any

from songwright.domain.time import Meter

from ..lyrics.dictionary import find as pronounced
from ..styles import Style, style
from ..styles.load import style_ids
from ..styles.schema import Bpm
from .lexicon import lexicon, near_tables, tables

_ALIKE = 0.82
"""Least share of equal letters of a misspelt genre word."""
_SHORTEST = 5
_SHARE = 0.75
"""Of the mode a genre asks for."""


@dataclass(frozen=True, slots=True)
class Nearest:
    """An unknown word and the style it is closest to."""

    word: str
    style_id: str
    why: str  # "near" by the table of meanings, "spelling" or "ending"


def nearest_genre(word: str) -> Nearest | None:
    """The style nearest to a word that no table knows: by its spelling, else by how it ends; None for English words."""
    if len(word) < _SHORTEST or not word.isalpha() or word in lexicon():
        return None
    if word.isascii() and pronounced(word):
        return None
    alike = difflib.get_close_matches(word, _genre_words(), n=1, cutoff=_ALIKE)
    if alike:
        return Nearest(word, _genre_words()[alike[0]], "spelling")
    for ending, style_id in sorted(tables()["endings"].items(), key=lambda e: -len(e[0])):
        if word.endswith(ending) and len(word) - len(ending) >= 2:
            return Nearest(word, style_id, "ending")
    return None


@functools.cache
def _genre_words() -> dict[str, str]:
    """Single genre words and run-together ones -> style id."""
    out: dict[str, str] = {}
    for phrase, meanings in lexicon().items():
        genre = next((m.value for m in meanings if m.kind == "genre"), None)
        joined = phrase.replace(" ", "")
        if genre and len(joined) >= _SHORTEST and joined.isascii():
            out.setdefault(joined, genre)
    return out


def adapted(chosen: Style, changes: dict[str, Any] | None) -> Style:
    """The style with the tempo, meter and mode of a genre that lies near it."""
    if not changes or changes["style"] != chosen.id:
        return chosen
    update: dict[str, Any] = {}
    if "bpm" in changes:
        low, high = changes["bpm"]
        update["bpm"] = Bpm(low=low, high=high, median=(low + high) / 2)
    if "meter" in changes:
        update["meters"] = {str(Meter.parse(changes["meter"])): 1.0}
    if "mode" in changes:
        rest = {mode: weight for mode, weight in chosen.modes.items() if mode != changes["mode"]}
        total = sum(rest.values()) or 1.0
        update["modes"] = {changes["mode"]: _SHARE, **{m: (1 - _SHARE) * w / total for m, w in rest.items()}}
    return chosen.model_copy(update=update)


def check_tables() -> None:
    """Raise ValueError when a near genre names a style, mode or meter that does not exist."""
    known = set(style_ids())
    for phrase, changes in near_tables().items():
        for key in ("style", "with"):
            if key in changes and changes[key] not in known:
                raise ValueError(f"words.toml: near: {phrase!r}: there is no style {changes[key]!r}")
        adapted(style(changes["style"]), changes)
    for ending, style_id in tables()["endings"].items():
        if style_id not in known:
            raise ValueError(f"words.toml: endings: {ending!r}: there is no style {style_id!r}")
