"""What essentia hears of the pitch classes."""
