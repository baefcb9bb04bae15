"""The names of the stems."""

from __future__ import annotations

from enum import StrEnum


class StemName(StrEnum):
    """The twelve stems, in the order clients expect them."""

    VOCALS = "Vocals"
    BACKING_VOCALS = "Backing Vocals"
    DRUMS = "Drums"
    BASS = "Bass"
    GUITAR = "Guitar"
    KEYBOARD = "Keyboard"
    PERCUSSION = "Percussion"
    STRINGS = "Strings"
    SYNTH = "Synth"
    FX = "FX"
    BRASS = "Brass"
    WOODWINDS = "Woodwinds"
