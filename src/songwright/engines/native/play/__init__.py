"""Playing instruments: a soundfont by FluidSynth, synthesizers and drums of our own.

``Player.open(part)`` gives a stream of a part's sound, the same samples whatever blocks are asked for.
"""

from .player import Player, render_part
from .soundfont import find_soundfont, unpack_sf3
from .stream import PartStream

__all__ = ["PartStream", "Player", "find_soundfont", "render_part", "unpack_sf3"]
