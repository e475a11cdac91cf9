"""What answers cost."""

from pydantic import Field

from schemas.record import Record


class Usage(Record):
    """Attempts, tokens and money of one answer, as the server counted them."""

    n_attempts: int = Field(default=0, description="Requests sent, repeats and repairs included.")
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = 0.0
    is_estimated: bool = Field(
        default=False, description="The server did not count; tokens are guessed from lengths."
    )

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            n_attempts=self.n_attempts + other.n_attempts,
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cost_usd=self.cost_usd + other.cost_usd,
            is_estimated=self.is_estimated or other.is_estimated,
        )
