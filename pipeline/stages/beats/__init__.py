"""What madmom hears of the beats."""
