"""Music with exact truth, and how far facts are from it."""
