"""The roster: who can sing, how high, and what they are like. Data in ``voices.toml``."""

from __future__ import annotations

import functools
import math
import tomllib
from dataclasses import dataclass, replace
from importlib import resources

import numpy as np

from songwright.domain.audio import F32
from songwright.domain.voice import VoiceRecipe

_PACKAGE = "songwright.engines.native.voice"
_TIMBRE = 128  # style vectors: the first half colours the sound, the second the prosody


@dataclass(frozen=True, kw_only=True, slots=True)
class Voice:
    """A singer."""

    id: str
    name: str
    gender: str  # "female" or "male"
    lo_midi: int  # comfortable range for melodies
    hi_midi: int
    belt_midi: int  # highest note for a climax
    words: tuple[str, ...]  # character: "warm", "bright"...
    genres: tuple[str, ...] = ()  # where the voice is at home
    languages: tuple[str, ...] = ("en",)
    energy: float = 0.5  # 0 intimate .. 1 powerful
    timbre: tuple[tuple[str, float], ...]  # blend of style vectors
    prosody: tuple[tuple[str, float], ...]
    direct_lo_midi: float  # the decoder sings this range itself, WORLD moves the rest
    direct_hi_midi: float
    formant: float = 1.0  # > 1 is a shorter vocal tract
    breath: float = 0.0  # 0..1
    energy_floor: float = 10.5
    consonant_db: float = 1.5
    special: tuple[str, ...] = ()  # words or languages without which the voice is not chosen: "child"
    clarity: float = 0.5  # 0..1, how well the words were understood when measured; clear voices are preferred


@functools.cache
def roster() -> tuple[Voice, ...]:
    """All voices, in the order of the file."""
    text = (resources.files(_PACKAGE) / "voices.toml").read_text(encoding="utf-8")
    return tuple(_read(item) for item in tomllib.loads(text)["voice"])


def _read(item: dict[str, object]) -> Voice:
    fields = dict(item)
    for name in ("timbre", "prosody"):
        fields[name] = tuple(dict(fields[name]).items())  # type: ignore[arg-type]
    for name in ("words", "genres", "languages", "special"):
        if name in fields:
            fields[name] = tuple(fields[name])  # type: ignore[arg-type]
    return Voice(**fields)  # type: ignore[arg-type]


@functools.lru_cache(maxsize=256)
def voice(id: str) -> Voice:
    """The voice with this id, of the roster or a recipe (``domain.voice``).

    Raises KeyError naming the ids there are, ValueError for a recipe that makes no sense.
    """
    recipe = VoiceRecipe.parse(id)
    for candidate in roster():
        if candidate.id == recipe.base:
            return candidate if id == candidate.id else _changed(candidate, recipe)
    raise KeyError(f"no voice {id!r}; there are {', '.join(v.id for v in roster())}")


def _changed(base: Voice, recipe: VoiceRecipe) -> Voice:
    return replace(
        base,
        id=recipe.id,
        lo_midi=base.lo_midi + recipe.shift,
        hi_midi=base.hi_midi + recipe.shift,
        belt_midi=base.belt_midi + recipe.shift,
        formant=round(base.formant * recipe.formant, 4),
        breath=min(1.0, base.breath + recipe.breath),
    )


@functools.cache
def _styles() -> tuple[np.ndarray, dict[str, np.ndarray]]:
    with (resources.files(_PACKAGE) / "data" / "kokoro_voices.npz").open("rb") as file, np.load(file) as data:
        rows = data["rows"].astype(np.float64)
        return rows, {name: data[name].astype(np.float32) for name in data.files if name != "rows"}


def style_names() -> tuple[str, ...]:
    """Names of the style vectors a recipe can blend."""
    return tuple(_styles()[1])


def style(voice: Voice, n_symbols: int) -> F32:
    """(1, 256) for a text of ``n_symbols``: the vectors depend a little on how much is said."""
    rows, styles = _styles()
    at = float(np.interp(n_symbols, rows, np.arange(len(rows))))
    low = min(math.floor(at), len(rows) - 2)

    def blend(recipe: tuple[tuple[str, float], ...]) -> F32:
        total = np.zeros(styles[recipe[0][0]].shape[1], np.float32)
        for name, weight in recipe:
            pack = styles[name]
            total += np.float32(weight) * (pack[low] + np.float32(at - low) * (pack[low + 1] - pack[low]))
        return total

    return np.concatenate([blend(voice.timbre)[:_TIMBRE], blend(voice.prosody)[_TIMBRE:]])[None]
