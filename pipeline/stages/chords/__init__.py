"""What Chordino hears of the chords."""
