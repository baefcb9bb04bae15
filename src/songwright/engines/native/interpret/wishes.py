"""What a request wishes for, before anything is decided."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from songwright.domain.style import Key
from songwright.domain.time import Meter


@dataclass
class Wishes:
    """What a request says, in its order; nothing decided."""

    genres: list[str] = field(default_factory=list)
    topics: list[tuple[str, ...]] = field(default_factory=list)
    moods: list[str] = field(default_factory=list)
    feeling: list[tuple[float, float]] = field(default_factory=list)
    tempo: list[float] = field(default_factory=list)
    instruments: list[str] = field(default_factory=list)
    avoid: list[str] = field(default_factory=list)
    genders: list[str] = field(default_factory=list)
    not_genders: list[str] = field(default_factory=list)  # refused, as the next three
    not_moods: list[str] = field(default_factory=list)
    not_feeling: list[tuple[float, float]] = field(default_factory=list)
    not_voice: list[str] = field(default_factory=list)
    voice: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    duration_share: float | None = None
    duration_s: float | None = None
    bpm: float | None = None
    key: Key | None = None
    meter: Meter | None = None
    instrumental: bool = False
    tints: list[str] = field(default_factory=list)  # genres that only colour: "jazz-influenced ..."
    changes: dict[str, Any] | None = None  # what the named genre changes in its style, when it has none of its own
    nearest: list[tuple[str, str]] = field(default_factory=list)  # words no table knows, or near ones -> style id
    used: list[str] = field(default_factory=list)
