"""What a corpus spends on models."""

from collections.abc import Iterable

from pydantic import Field

from schemas.record import Record
from schemas.usage import Usage


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
    audio_tokens: int = Field(default=0, description="Of the input; told, or guessed from lengths.")
    cached_tokens: int = Field(default=0, description="Of the input, as the server tells.")
    bytes_sent: int = 0

    def __add__(self, other: "LedgerLine") -> "LedgerLine":
        sums = {
            name: getattr(self, name) + getattr(other, name)
            for name, field in LedgerLine.model_fields.items()
            if field.annotation in (int, float)
        }
        return self.model_copy(update=sums)


class BoughtAnswer(Record):
    """An answer that was paid for, by its request."""

    key: str = Field(description="Digest of the request, and of who was asked.")
    text: str
    model: str
    usage: Usage


class Spending(Record):
    """Sums."""

    usd: float
    tokens: int


class BatchJob(Record):
    """A batch that was handed to a Batch API."""

    job: str = Field(description="Our own name for it, sent along as metadata.")
    batch_id: str | None = Field(description="The API's; null while it is being handed over.")
    stage: str
    submitted_at: str
    most_usd: float = Field(description="What its answers may cost at most.")
    most_tokens: int
    n_requests: int


def sum_up(lines: Iterable[LedgerLine]) -> list[LedgerLine]:
    """One line a stage, role, model and outcome, in the order in which they first stand."""
    found: dict[tuple[str, ...], LedgerLine] = {}
    for line in lines:
        key = (line.stage, line.role, line.model, line.outcome)
        found[key] = found[key] + line if key in found else line
    return list(found.values())


class AnswerPage(Record):
    """Answers that were bought within some seconds for one step, as they are logged in a store."""

    answers: tuple[BoughtAnswer, ...]


class BuildLedger(Record):
    """What a build that runs on a cluster has spent so far, as it is noted in a store."""

    lines: tuple[LedgerLine, ...]
