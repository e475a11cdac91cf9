"""Texts and sound in one row a track, for whoever wants no join and for viewers."""

import json

import polars as pl
import pyarrow as pa

from schemas.arrow import arrow_schema
from schemas.release import JoinedText, ReleasedTrack
from schemas.sections import ReleaseConfig

JOINED_SCHEMA = {"track_id": pl.String} | dict.fromkeys(JoinedText.model_fields, pl.String())


def join_texts(tracks: pl.DataFrame, said: pl.DataFrame) -> pl.DataFrame:
    """Tracks with all that is said of each in `texts`, an empty list where that is nothing."""
    fields = list(JoinedText.model_fields)
    by_track = said.group_by("track_id", maintain_order=True).agg(texts=pl.struct(fields))
    return tracks.join(by_track, on="track_id", how="left", maintain_order="left").with_columns(
        pl.col("texts").fill_null([])
    )


def tracks_schema(config: ReleaseConfig) -> pa.Schema:
    """Columns of `tracks`; embedded sound is declared as the `Audio` feature of `datasets`.

    So that ``load_dataset`` decodes it and a viewer plays it, both of which read the schema's
    ``huggingface`` entry.
    """
    schema = arrow_schema(ReleasedTrack)
    if config.audio == "reference":
        return schema
    place = schema.get_field_index("audio")
    nullable = schema.field(place).with_nullable(True)  # as `datasets` itself writes it
    features = {"info": {"features": {"audio": {"_type": "Audio"}}}}
    return schema.set(place, nullable).with_metadata({"huggingface": json.dumps(features)})
