"""Pairs that are alike all over the corpus."""
