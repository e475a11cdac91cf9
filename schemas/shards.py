"""What the store remembers: commit records of shards, snapshots, and builds."""

from typing import Any, Literal

from pydantic import Field

from schemas.record import Record


class StoreFormat(Record):
    """The form of a store; one without it is of version 1.

    2: records carry checksums, and no two writers give a file the same name.
    """

    format: Literal[2] = 2


class Commit(Record):
    """One finished (stage, partition). It is done when this record exists."""

    stage: str
    partition: str
    address: str = Field(description="Digest of the stage's fingerprint, partition and inputs.")
    n_in: int
    n_accepted: int
    n_rejected: int
    n_rows: int = Field(description="Rows written; a track can give several, e.g. segments.")
    reasons: dict[str, int] = Field(description="Rejections by reason.")
    unmeasured: dict[str, int] = Field(description="Null values by `field: reason`.")
    n_words: int = Field(default=0, description="Words of the texts written.")
    content_hash: str
    rows_path: str
    rejected_path: str | None
    sha256: str = Field(description="Of the rows' file.")
    rows_bytes: int | None = Field(default=None, description="Size of the rows' file.")
    rejected_bytes: int | None = Field(default=None, description="Size of the rejections' file.")
    seconds: float
    created_at: str


class Partition(Record):
    """Tracks that are processed together, decided once."""

    partition: str
    n_tracks: int
    audio_digest: str = Field(description="Digest of the track ids.")
    tracks_address: str = Field(description="Address of its `tracks` shard.")
    texts_address: str | None = Field(
        default=None, description="Address of its `texts` shard; null where nothing is brought."
    )
    retries: dict[str, int] = Field(
        default_factory=dict, description="How often a stage was told to try again, by stage."
    )


class Snapshot(Record):
    """The corpus at one time: which sources there are and where their tracks went."""

    number: int
    sources_path: str
    max_duration_s: float = Field(description="The limit that `too_long` was judged by.")
    limits: dict[str, float] = Field(
        default={}, description="All limits of `ingest` that files were judged by."
    )
    n_sources: int = Field(description="Files or lines of the listing.")
    n_tracks: int = Field(description="Distinct recordings among them.")
    fingerprints: list[str] = Field(
        default=[], description="Files with the recordings' acoustic fingerprints."
    )
    n_absent: int = Field(description="Tracks that left the listing; kept, but marked.")
    reasons: dict[str, int]
    partitions: list[Partition]
    created_at: str


class BuildRecord(Record):
    """What a build was asked for; kept where it differs from the build before."""

    config: dict[str, Any] = Field(description="As built, with roles and without the store.")
    until: str | None
    created_at: str
