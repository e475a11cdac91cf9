"""What a build was expected to ask of models, kept so that it can be held against what it did."""

from pydantic import Field

from schemas.ledger import LedgerLine
from schemas.record import Record


class StageEstimate(Record):
    """What one stage asks of one role, at most: answers in the cache are not subtracted."""

    stage: str
    role: str | None = Field(description="Null, as engine and model, for stages that ask none.")
    engine: str | None
    model: str | None
    n_steps: int
    n_requests: int = 0
    input_tokens: int = Field(default=0, description="Sound and cached ones included.")
    audio_tokens: int = 0
    cached_tokens: int = Field(default=0, description="0 where no earlier answer tells of any.")
    output_tokens: int = 0
    bytes_sent: int = 0
    cost_usd: float = 0.0
    share: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="Of what the first judge of a cascade is asked, as it was in earlier builds; "
        "null for all of it: there is no cascade, or none was run.",
    )
    is_measured: bool = Field(
        default=False, description="From what earlier answers took, faults and repairs included."
    )
    has_price: bool = Field(default=False, description="Else it costs the time of a machine.")

    @property
    def text_tokens(self) -> int:
        """Of the input, what is no sound."""
        return self.input_tokens - self.audio_tokens


class BuildEstimate(Record):
    """The estimate at the start of a build, and what models had cost until then."""

    stages: list[StageEstimate]
    before: list[LedgerLine]
    created_at: str
