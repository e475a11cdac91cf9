"""What madmom's network hears of the chords."""
