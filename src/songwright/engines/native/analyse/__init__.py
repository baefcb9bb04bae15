"""Listening: beats, bars, key, chords, form and tune of a recording, and its parts.

rhythm.py, beatnet.py   beats and bars            harmony.py  chords and key        form.py  sections
tune.py                 the leading line          parts.py    voice, drums, bass    written.py  as a score
"""

from .listen import analyse
from .parts import Separated, separate, split_stems
from .tune import sings_alone

__all__ = ["Separated", "analyse", "separate", "sings_alone", "split_stems"]
