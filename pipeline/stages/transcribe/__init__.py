"""Hear the lyrics of a track, and keep apart what is not believed."""

from pipeline.stages.transcribe.stage import transcribe_needs, transcribe_tracks

__all__ = ["transcribe_needs", "transcribe_tracks"]
