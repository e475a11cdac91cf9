"""Releases: named, immutable folders of Parquet that load anywhere, with their story told."""
