"""Everything that is measured. Importing the modules registers their measures, in the order of the tables."""

from __future__ import annotations

from . import control, defects, music, plan_band, plan_tune, plan_words, sound, words
from .figure import GROUPS, MEASURES, Figure, Measure, figures_of
from .heard import Heard

MODULES = (control, words, sound, defects, music, plan_tune, plan_words, plan_band)
_ORDER = [module.__name__ for module in MODULES]
ALL: tuple[Measure, ...] = tuple(
    sorted(MEASURES, key=lambda one: (GROUPS.index(one.group), _ORDER.index(one.function.__module__)))
)
BY_NAME: dict[str, Measure] = {one.name: one for one in ALL}


def evaluate(song: Heard, *, transcribe: bool = True) -> tuple[Figure, ...]:
    """All figures of a song. Without ``transcribe`` nothing is heard by Whisper, which takes most of the time."""
    slow = {"word_error_stem", "word_error_mix", "letter_error_stem", "word_times_ms"}
    return figures_of(song, ALL if transcribe else [one for one in ALL if one.name not in slow])


def figure(name: str, song: Heard) -> Figure:
    """One figure by name. Raises KeyError for a name that is not measured, ValueError where a song has none."""
    found = BY_NAME[name].of(song)
    if found is None:
        raise ValueError(f"this song has no {name}")
    return found
