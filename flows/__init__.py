"""Prefect flows, their artifacts, and the `partimento` command."""

from schemas.telemetry import turn_off_telemetry

turn_off_telemetry()
