"""Genres as data: one TOML file per style, one schema that explains every field.

style("pop").bpm.median, style("jazz_swing").forms, find("lofi beats"), all_styles()
"""

from .blend import blend_styles, style_for
from .load import aliases, all_styles, find, instrument, instrument_names, style
from .notation import Roman, parse_bars
from .schema import Style

__all__ = [
    "Roman", "Style", "aliases", "all_styles", "blend_styles", "find", "instrument", "instrument_names", "parse_bars",
    "style", "style_for",
]  # fmt: skip
