"""From ticks to notation: a grid that can be read, notes cut at bars, names of pitches and chords."""
