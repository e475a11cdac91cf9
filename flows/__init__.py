"""Prefect flows, their artifacts, and the `partimento` command."""
