"""Measure a track: beats, tempo, metre, key over time, chords, loudness."""

from pipeline.measure.facts import measure_track

__all__ = ["measure_track"]
