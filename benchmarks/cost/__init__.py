"""What a corpus costs, counted as a server bills it."""
