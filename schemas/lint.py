"""Claims found in a text about music, and what the facts say of them."""

from typing import Literal

from pydantic import Field

from schemas.record import Record

ClaimKind = Literal[
    "tempo",
    "metre",
    "key",
    "mode_relation",
    "chord",
    "numeral",
    "progression",
    "time",
    "duration",
    "count",
    "section",
    "lyrics",
    "silence",
    "vocals",
    "instrument",
    "loudness",
    "tuning",
    "leak",
    "name",
]
Verdict = Literal["right", "wrong", "uncheckable"]


class Finding(Record):
    """A checkable claim of a text, and the verdict on it."""

    kind: ClaimKind
    quote: str = Field(description="The words that make the claim, as they stand in the text.")
    start: int = Field(description="Where the quote starts in the text, in characters.")
    verdict: Verdict
    code: str = Field(description="What is wrong, to count by, e.g. `half_tempo`; or `right`.")
    evidence: str = Field(description="What the facts say, in words.")
