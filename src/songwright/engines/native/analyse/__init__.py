"""Listening: beats, bars, key, chords, form and tune of a recording.

rhythm.py, beatnet.py   beats and bars            harmony.py  chords and key        form.py  sections
tune.py                 the leading line          written.py  as a score
"""

from .listen import analyse
from .tune import sings_alone

__all__ = ["analyse", "sings_alone"]
