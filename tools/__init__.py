"""One file per outside instrument. Heavy imports stay inside functions."""

from schemas.telemetry import turn_off_telemetry

turn_off_telemetry()
