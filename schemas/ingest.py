"""Which files a corpus lets in."""

from typing import Self

from pydantic import Field, model_validator

from schemas.record import Record


class IngestConfig(Record):
    """What is let in."""

    max_duration_s: float = Field(
        default=1200.0, gt=0, description="Longer files are rejected (Music Flamingo's own limit)."
    )
    min_duration_s: float = Field(
        default=0.5,
        ge=0,
        description="Shorter files are rejected: a click or what is left of a broken upload, about "
        "which nothing can be asked (ours).",
    )
    max_missing_s: float = Field(
        default=0.1,
        ge=0,
        le=0.5,
        description="Files that lack more of what their header promises are rejected: two frames "
        "of MP3 at 22 kHz, of AAC or of Vorbis are some 0.1 s, and a writer may lose its last.",
    )
    min_sample_rate_hz: int = Field(
        default=8000,
        ge=4000,
        description="Files of a lower rate are rejected: below that of a telephone too little is "
        "left of the harmonics that facts are measured by.",
    )
    max_sample_rate_hz: int = Field(
        default=768_000,
        le=768_000,
        description="Files of a higher rate are rejected: no recorder of music has one, and a "
        "damaged header may.",
    )
    max_channels: int = Field(
        default=24, ge=1, le=64, description="Files of more are rejected: 24 are 22.2 (BS.2051)."
    )
    max_peak_dbfs: float = Field(
        default=24.0,
        ge=0,
        description="Files with a louder sample are rejected: decoders and mixes overshoot full "
        "scale by a few dB, integers that were stored as floats by 40 and more (ours).",
    )
    max_file_gb: float = Field(
        default=4.0,
        gt=0,
        description="Larger files are rejected unread (`too_large`); WAV's own limit.",
    )
    partition_size: int = Field(
        default=64, ge=1, le=100_000, description="Tracks per partition; fixed once ingested."
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for least, most in (
            ("min_duration_s", "max_duration_s"),
            ("min_sample_rate_hz", "max_sample_rate_hz"),
        ):
            if getattr(self, least) > getattr(self, most):
                raise ValueError(f"`{least}` is above `{most}`: every file would be refused")
        return self

    @property
    def limits(self) -> dict[str, float]:
        """What files are let in or refused by, by name."""
        return self.model_dump(exclude={"partition_size"})
