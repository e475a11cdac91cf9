"""What answers cost."""

from pydantic import Field

from schemas.record import Record


class Usage(Record):
    """Attempts, tokens and money of one answer, as the server counted them."""

    n_attempts: int = Field(default=0, description="Requests sent, repeats and repairs included.")
    input_tokens: int = Field(default=0, description="Sound and cached ones included.")
    output_tokens: int = 0
    cost_usd: float = 0.0
    is_estimated: bool = Field(
        default=False, description="The server did not count; tokens are guessed from lengths."
    )
    audio_tokens: int = Field(
        default=0,
        description="Of the input, sound: as the server tells, else guessed from its length.",
    )
    cached_tokens: int = Field(
        default=0, description="Of the input, what the server had in its cache, as it tells."
    )
    bytes_sent: int = Field(default=0, description="Bodies of all requests.")

    @property
    def n_tokens(self) -> int:
        """Tokens in and out."""
        return self.input_tokens + self.output_tokens

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            n_attempts=self.n_attempts + other.n_attempts,
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cost_usd=self.cost_usd + other.cost_usd,
            is_estimated=self.is_estimated or other.is_estimated,
            audio_tokens=self.audio_tokens + other.audio_tokens,
            cached_tokens=self.cached_tokens + other.cached_tokens,
            bytes_sent=self.bytes_sent + other.bytes_sent,
        )
