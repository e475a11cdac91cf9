"""Excerpts with exact truth for the measured facts: scores and made-up songs, rendered."""
