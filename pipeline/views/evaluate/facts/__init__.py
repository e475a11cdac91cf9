"""Measured facts held against references."""
