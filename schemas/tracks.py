"""Tracks and their segments."""

from pydantic import Field

from schemas.record import Record


class Source(Record):
    """One line of a listing: what the user says about an audio file."""

    uri: str = Field(description="Path of the audio file.")
    source_id: str | None = Field(default=None, description="The user's own id, kept as it is.")
    title: str | None = None
    artist: str | None = None
    album: str | None = None
    genre: str | None = None
    language: str | None = None
    culture: str | None = None
    licence: str | None = None
    lyrics: str | None = Field(
        default=None, description="The words that are sung: plain text, or LRC."
    )


class AudioInfo(Record):
    """What decoding the whole file showed, by libsndfile, or by FFmpeg where that cannot."""

    track_id: str = Field(description="First 32 hex digits of the SHA-256 of the file's bytes.")
    duration_s: float
    sample_rate_hz: int
    n_channels: int
    format: str = Field(description="Container, as libsndfile names it: WAV, FLAC, OGG, MPEG ...")
    subtype: str = Field(description="Encoding, as libsndfile names it: PCM_24, VORBIS ...")
    size_bytes: int
    peak_dbfs: float | None = Field(description="Sample peak; null for digital silence.")


class Track(Source, AudioInfo):
    """One recording: the listing's words and the file's facts."""


class Segment(Record):
    """A window of a track."""

    segment_id: str = Field(description="`<track_id>-<index, 4 digits>`.")
    track_id: str
    index: int
    start_s: float
    end_s: float
    rms_dbfs: float | None = Field(description="RMS level; null for digital silence.")
    is_silent: bool = Field(description="The level is below the configured threshold.")
