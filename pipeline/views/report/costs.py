"""What models were asked, by stage, role and model."""

from collections.abc import Iterable
from dataclasses import dataclass

from schemas.ledger import LedgerLine


@dataclass(frozen=True)
class Cost:
    """Sums of a stage's, role's and model's attempts, whatever came of them."""

    stage: str
    role: str
    model: str
    n_attempts: int
    n_answered: int
    input_tokens: int
    output_tokens: int
    audio_tokens: int
    cached_tokens: int
    bytes_sent: int
    usd: float
    faults: dict[str, int]


def costs(lines: Iterable[LedgerLine]) -> list[Cost]:
    """Sum the ledger over outcomes, in the order of its stages."""
    groups: dict[tuple[str, str, str], list[LedgerLine]] = {}
    for line in lines:
        groups.setdefault((line.stage, line.role, line.model), []).append(line)
    return [
        Cost(
            *names,
            n_attempts=sum(line.n_attempts for line in mine),
            n_answered=sum(line.n_attempts for line in mine if line.outcome == "answered"),
            input_tokens=sum(line.input_tokens for line in mine),
            output_tokens=sum(line.output_tokens for line in mine),
            audio_tokens=sum(line.audio_tokens for line in mine),
            cached_tokens=sum(line.cached_tokens for line in mine),
            bytes_sent=sum(line.bytes_sent for line in mine),
            usd=sum(line.cost_usd for line in mine),
            faults={line.outcome: line.n_attempts for line in mine if line.outcome != "answered"},
        )
        for names, mine in groups.items()
    ]
