"""Words: how they sound, how given lyrics are read, and how new ones are written.

``syllabify_line`` and ``word_sounds`` pronounce, ``parse_lyrics`` reads, ``write_lyrics`` writes.
"""

from .errors import UnsingableText
from .parse import parse_lyrics
from .pronounce import syllabify_line
from .write import make_title, write_lyrics

__all__ = ["UnsingableText", "make_title", "parse_lyrics", "syllabify_line", "write_lyrics"]
