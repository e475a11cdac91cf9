"""Columns of the files that a corpus knows of: as listed, as inspected, and where they belong."""

import polars as pl

from schemas.tracks import AudioInfo, Source

SCAN_SCHEMA = {
    **dict.fromkeys(Source.model_fields, pl.String),
    "size_bytes": pl.Int64,
    "mtime_ns": pl.Int64,
    "reason": pl.String,
    "detail": pl.String,
}
_INFO_TYPES = {str: pl.String, int: pl.Int64, float: pl.Float64}
INFO_SCHEMA = {
    name: _INFO_TYPES.get(info.annotation, pl.Float64)  # type: ignore[arg-type]
    for name, info in AudioInfo.model_fields.items()
    if name != "size_bytes"
}
SOURCES_SCHEMA = {
    **SCAN_SCHEMA,
    **INFO_SCHEMA,
    "recording": pl.String,
    "partition": pl.String,
    "is_present": pl.Boolean,
}
