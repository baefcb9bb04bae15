"""The picture of a karaoke video: a still stage, the waveform, and lines of words that light up in time."""
