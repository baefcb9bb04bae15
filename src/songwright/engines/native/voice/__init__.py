"""The neural singer.

    text -> frames + prosody + f0 -> model -> generator -> repitch (outside the range) -> throat     one piece
    pieces -> air -> tone -> level -> breath                                                          one phrase

``singer.py`` is the door, ``voices.py`` the roster.
"""

from .choosing import choose
from .singer import NeuralSinger, SungAudio
from .voices import Voice, roster, voice

__all__ = ["NeuralSinger", "SungAudio", "Voice", "choose", "roster", "voice"]
