"""From what is written to what sounds: the one step from ticks to seconds.

performance = perform(score, lyrics, style, brief, seed=7, take=1)
"""

from .perform import perform

__all__ = ["perform"]
