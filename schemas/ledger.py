"""What a corpus spends on models."""

from pydantic import Field

from schemas.record import Record


class LedgerLine(Record):
    """Attempts at requests, and what they cost, by stage, role, model and outcome."""

    stage: str
    role: str
    model: str
    outcome: str = Field(description="`answered`, or what went wrong, e.g. `rate_limited`.")
    n_attempts: int
    input_tokens: int
    output_tokens: int
    cost_usd: float


class Spending(Record):
    """Sums."""

    usd: float
    tokens: int


class BatchJob(Record):
    """A batch that was handed to a Batch API."""

    batch_id: str
    stage: str
    role: str
    model: str
    n_requests: int
    submitted_at: str
    is_collected: bool
