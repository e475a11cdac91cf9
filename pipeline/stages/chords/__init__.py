"""The chords of every track, by Chordino's method."""
