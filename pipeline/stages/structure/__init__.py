"""Accepted captions as lists of accepted words, in 11 categories."""
