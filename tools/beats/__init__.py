"""Beats and downbeats: exactly madmom's, a dozen times faster.

Böck, Krebs and Widmer, "Joint Beat and Downbeat Tracking with Recurrent Neural Networks",
ISMIR 2016. Licence of madmom's models: CC BY-NC-SA 4.0.
"""

from tools.beats.tracker import FPS, SAMPLE_RATE_HZ, BeatPath, Beats, activation_peaks, track_beats

__all__ = ["FPS", "SAMPLE_RATE_HZ", "BeatPath", "Beats", "activation_peaks", "track_beats"]
