"""A caption as lists of accepted words, in the 11 categories of the structured-thinking reward."""

from typing import Literal, get_args

from pydantic import Field

from schemas.captions import Authorship
from schemas.provenance import Unmeasured
from schemas.record import Record
from schemas.usage import Usage

Category = Literal[
    "genre",
    "bpm",
    "key",
    "metre",
    "structure",
    "instruments",
    "vocal_character",
    "lyric_themes",
    "theory",
    "mix_notes",
    "dynamics",
]
CATEGORIES: tuple[Category, ...] = get_args(Category)


class AcceptedEntry(Record):
    """What a text must say in one category."""

    category: Category
    accepted: list[str] = Field(
        description="Any of them counts; equivalents stand beside each other, as `C# minor` and "
        "`Db minor`. For `bpm`, numbers in words."
    )
    tolerance_bpm: float | None = Field(
        default=None, description="For `bpm`: how far a stated tempo may lie from an accepted one."
    )
    is_measured: bool = Field(description="From the facts, never from a model.")


class StructuredMetadata(Record):
    """Ground truth for the structured-thinking reward of one caption (*Music Flamingo*, GRPO)."""

    track_id: str
    entries: list[AcceptedEntry] = Field(description="At most one a category.")
    missing: list[Unmeasured] = Field(
        description="Categories without an entry, and why: `not_measured`, `unsure`, `not_said`, "
        "or `not_in_caption` where none of the model's words stand in the caption."
    )
    authorship: Authorship = Field(description="Of the entries that are not measured.")
    usage: Usage
