"""Measure a track: beats, tempo, metre, key over time, chords, loudness."""

from pipeline.stages.measure.facts import measure_needs, measure_track

__all__ = ["measure_needs", "measure_track"]
