"""Trains Music Flamingo on released shards: SFT, cold start, GRPO, evaluation."""

from schemas.telemetry import turn_off_telemetry

turn_off_telemetry()
