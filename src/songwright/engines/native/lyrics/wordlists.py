"""Word lists written as text, and the data files of this package."""

from __future__ import annotations

from importlib.resources import files


def word_list(text: str) -> tuple[str, ...]:
    """The words of a text, in order."""
    return tuple(text.split())


def data_text(name: str) -> str:
    """The text of a file in ``data/``."""
    return (files("songwright.engines.native.lyrics") / "data" / name).read_text(encoding="utf-8")
