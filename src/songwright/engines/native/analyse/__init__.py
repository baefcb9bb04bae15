"""Listening: beats, bars, key, chords, form and tune of a recording.

rhythm.py, beats.py, beatnet.py   beats and bars       harmony.py, chroma.py   chords and key
tune.py, notes.py                 the leading line     form.py  sections       written.py  as a score
"""

from .listen import analyse
from .tune import sings_alone

__all__ = ["analyse", "sings_alone"]
