"""Captions and pairs held against the facts."""
