"""Tempo, metre, keys and chords as questions of their own, where they are sure."""
