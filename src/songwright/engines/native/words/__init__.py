"""Words without a song: lyrics about a prompt, one lyric out of two, a fuller style line.

``write(prompt, seed=1)``, ``blend(lyrics_a, lyrics_b, seed=1)``, ``enrich_style(prompt, seed=1)``.
"""

from .blending import blend
from .enriching import enrich_style
from .writing import singable, write

__all__ = ["blend", "enrich_style", "singable", "write"]
