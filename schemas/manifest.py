"""The manifest of a release: what is in it, and where every row comes from.

It is written last: a release exists if and only if its manifest does.
"""

from pathlib import PurePosixPath
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, Field

from schemas.evaluation import FactsEvaluation
from schemas.ledger import LedgerLine
from schemas.record import Record
from schemas.release import Lane, Split


def _inside(path: str) -> str:
    """A release may come from strangers: none of its names leads out of its folder."""
    parts = PurePosixPath(path).parts
    if not parts or parts[0] == "/" or ".." in parts or "\\" in path or "\0" in path:
        raise ValueError(f"{path!r} leads out of the release")
    return path


InsidePath = Annotated[str, AfterValidator(_inside)]


class ReleasedFile(Record):
    """A file of a release."""

    path: InsidePath = Field(description="Relative to the release.")
    size_bytes: int
    sha256: str
    n_rows: int | None = Field(description="Of Parquet files of rows, else null.")


class RoleModel(Record):
    """What a role was configured to be."""

    engine: str
    model: str | None
    sampling: dict[str, Any] | None = Field(description="Null for an engine that draws nothing.")


class StageLineage(Record):
    """A stage as it was when the rows were made."""

    stage: str
    version: str
    digest: str = Field(description="Of all that decides its rows, apart from the tracks.")
    config: dict[str, Any] = Field(description="Its section of the config.")
    prompt: str | None = Field(description="Name and version, e.g. `describe@1`.")
    prompt_hash: str | None
    models: dict[str, RoleModel] = Field(description="What its roles were.")
    n_in: int
    n_accepted: int
    n_rejected: int
    reasons: dict[str, int]
    content_hash: str


class Author(Record):
    """Who wrote rows of a data set."""

    role: str
    engine: str
    model: str
    prompt: str
    prompt_hash: str
    n_rows: int


class ReleasedDataset(Record):
    """A data set: what went in, what was left out, what is there."""

    name: InsidePath = Field(description="Its folder, e.g. `mf-skills/captions`.")
    config: str = Field(description="Its name for `datasets.load_dataset`, e.g. `captions`.")
    n_in: int
    n_rows: int
    left_out: dict[str, int] = Field(description="By reason; n_in = n_rows + these.")
    splits: dict[Split, int]
    lanes: dict[Lane, int]
    n_audio_tokens: int
    n_text_tokens: int
    n_truncated: int
    authors: list[Author]


class LicenceCount(Record):
    """Tracks of one licence, as the listing writes it."""

    licence: str | None
    lane: Lane
    n_tracks: int


CoverageAxis = Literal["culture", "language", "genre"]
COVERAGE_AXES: tuple[CoverageAxis, ...] = get_args(CoverageAxis)
"""What the listing says of whose music it is: a report and a release count by it."""


class Coverage(Record):
    """How much of the released sound has one value, e.g. one culture."""

    axis: CoverageAxis
    value: str | None
    n_tracks: int
    hours: float
    share: float = Field(description="Of the released tracks, 0 to 1.")


class BenchmarkCheck(Record):
    """A benchmark that the corpus was compared with."""

    benchmark: str
    split: str | None
    n_items: int
    n_tracks: int = Field(description="Tracks of the corpus that it holds.")


class SplitRule(Record):
    """How groups were divided."""

    seed: int
    validation_share: float
    test_share: float
    kept_from: list[str] = Field(description="Earlier releases whose splits were kept.")


class Manifest(Record):
    """All that is known of a release."""

    format: Literal[1, 2] = Field(default=2, description="2: it has a `checksum` of itself.")
    name: str
    corpus: str
    created_at: str
    snapshot: int
    sources_path: str
    is_partial: bool = Field(description="Some steps of the build were not done.")
    audio: Literal["reference", "flac", "opus"]
    context_tokens: int
    over_context: Literal["drop", "truncate", "keep"]
    text_tokens: str = Field(description="How text tokens were counted.")
    splits: SplitRule
    datasets: list[ReleasedDataset]
    stages: list[StageLineage]
    tracks_left_out: dict[str, int]
    ingest_reasons: dict[str, int] = Field(description="Files that were no tracks, by reason.")
    licences: list[LicenceCount] = Field(description="Of all tracks, released or not.")
    benchmarks: list[BenchmarkCheck]
    coverage: list[Coverage]
    gaps: list[str] = Field(description="What the corpus lacks, in words.")
    costs: list[LedgerLine] = Field(description="What all builds of the corpus asked of models.")
    evaluation: FactsEvaluation | None = Field(
        default=None, description="Of the measured facts, if the corpus has one; its newest."
    )
    tools: dict[str, str] = Field(description="Versions of the packages that made it.")
    files: list[ReleasedFile]
