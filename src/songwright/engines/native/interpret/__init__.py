"""What the words of a request mean: from an action to a brief.

brief = interpret(action)
"""

from .interpreter import interpret
from .language import detect_language

__all__ = ["detect_language", "interpret"]
