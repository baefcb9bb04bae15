"""The band: turns form, chords and tune into parts for drums, bass, chords, lines and effects.

parts = arrange(brief, style, score, seed=7, take=1)
"""

from .arranger import arrange

__all__ = ["arrange"]
