"""A recording taken apart: voice, drums, bass and the rest, which always add up to it.

parts.py   the stems of a recording         blocks.py, files.py   long sounds in little memory
spleeter.py, network.py   the voice by a trained network          checkpoint.py   where its weights come from
medians.py   the voice without weights, drums, bass
"""

from .parts import SeparatedStems, Voice, open_separator, split_stems, voice_in

__all__ = ["SeparatedStems", "Voice", "open_separator", "split_stems", "voice_in"]
