"""Beats of every track, and its loudness, which is metered while the same sound is decoded."""
