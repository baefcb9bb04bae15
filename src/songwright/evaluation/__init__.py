"""Measuring songs from outside: tools that are not the code under test, unselected results.

The tools (Whisper, SwiftF0, librosa) are development packages; ``make evaluate`` has them.
"""
