"""Pitch classes over time and changes of chord of every track."""
