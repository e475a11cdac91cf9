"""What an OpenAI-compatible endpoint takes of the many ways to ask the same."""

from typing import Literal

from pydantic import Field

from schemas.record import Record

FormLevel = Literal["json_schema", "json_object", "tools", "prompt"]
TokenLimit = Literal["max_completion_tokens", "max_tokens"]
SoundFormat = Literal["opus", "mp3", "flac", "wav"]
ThinkingSwitch = Literal["chat_template_kwargs", "reasoning_effort", "thinking", "think"]


class Dialect(Record):
    """How an endpoint and its model are asked. The defaults are OpenAI's own."""

    form: FormLevel = Field(
        default="json_schema",
        description="How the form of an answer is asked for; `prompt` is in words.",
    )
    takes_bounds: bool = Field(
        default=True,
        description="Schemas may hold bounds of lengths and numbers, and references.",
    )
    token_limit: TokenLimit | None = Field(
        default="max_completion_tokens", description="The name of the output limit; null for none."
    )
    has_system_role: bool = Field(
        default=True, description="Else the system's words go before the user's."
    )
    takes_temperature: bool = True
    takes_top_p: bool = True
    thinks: bool = Field(
        default=False, description="The model thinks before it answers; its thoughts are cut off."
    )
    thinking_switch: ThinkingSwitch | None = Field(
        default=None, description="The field of a request that keeps it from thinking."
    )
    audio_format: SoundFormat | None = Field(
        default=None,
        description="The sound that it was last proven to hear, as it was sent; null: not tried.",
    )
