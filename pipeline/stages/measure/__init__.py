"""Tempo, metre, key, chords and loudness of a track, each with its provenance."""
