"""Music with exact truth, and how far the measured facts are from it."""
