"""Pairs that a model answers right without hearing."""
