"""Finds engines by name, the built-in one through the same door as others: the entry points of
the group ``songwright.engines``, each a callable ``(EngineSettings) -> SongEngine``.
"""

from __future__ import annotations

from importlib.metadata import entry_points

from songwright.errors import SongwrightError

from .protocols import EngineSettings, SongEngine

GROUP = "songwright.engines"


class NoSuchEngine(SongwrightError):
    """The setting names an engine that is not installed."""

    remedy = "Set SONGWRIGHT_ENGINE to an installed engine."


def names() -> tuple[str, ...]:
    """Names of all installed engines, sorted."""
    return tuple(sorted({point.name for point in entry_points(group=GROUP)}))


def engine(name: str, settings: EngineSettings) -> SongEngine:
    """The engine called ``name``. Raises NoSuchEngine."""
    for point in entry_points(group=GROUP):
        if point.name == name:
            return point.load()(settings)
    raise NoSuchEngine(f"there is no engine {name!r}; installed: {', '.join(names()) or 'none'}")
