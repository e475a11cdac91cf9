"""What people say of rows.

Example
-------
``{"stage": "question", "row_id": "9f…-q03", "text_hash": "51…", "reviewer": "Ada",
"verdict": "reject", "reasons": ["wrong_chords"], "edited_text": null, …}``
"""

from typing import Annotated, Literal, Self, get_args

from pydantic import AfterValidator, Field, model_validator

from schemas.record import Record

HumanDecision = Literal["accept", "reject", "edit"]
ReviewReason = Literal[
    "wrong_tempo",
    "wrong_metre",
    "wrong_key",
    "wrong_chords",
    "wrong_time",
    "wrong_structure",
    "wrong_instruments",
    "wrong_vocals",
    "wrong_lyrics",
    "wrong_style",
    "made_up",
    "leak",
    "wrong_answer",
    "several_right",
    "needs_no_audio",
    "ambiguous",
    "vague",
    "language",
    "other",
]
REVIEW_REASONS: tuple[ReviewReason, ...] = get_args(ReviewReason)


def _shown_name(name: str) -> str:
    if not name.isprintable() or name != name.strip():
        raise ValueError("a name is printable and does not start or end with a space")
    return name


def _each_once(reasons: list[ReviewReason]) -> list[ReviewReason]:
    return list(dict.fromkeys(reasons))


Reviewer = Annotated[str, Field(min_length=1, max_length=60), AfterValidator(_shown_name)]
Reasons = Annotated[list[ReviewReason], AfterValidator(_each_once)]
Comment = Annotated[str, Field(max_length=2_000)]


class HumanVerdict(Record):
    """One person's verdict on one row, as its text stood."""

    stage: str = Field(description="The stage that made the row, e.g. `describe`.")
    row_id: str
    track_id: str
    text_hash: str = Field(
        description="SHA-256 of what was judged: the verdict holds for no other text."
    )
    reviewer: Reviewer
    verdict: HumanDecision = Field(
        description="`accept`: true and good as it stands; `edit`: not as it stands, but so."
    )
    reasons: Reasons = Field(default_factory=list)
    edited_text: str | None = Field(
        default=None,
        min_length=1,
        max_length=20_000,
        description="A person's own words, only of `edit`: of a caption, the caption; of a "
        "question, its answer.",
    )
    comment: Comment | None = None
    is_blind: bool = Field(description="The reviewer was not shown the judge's score.")
    in_bulk: bool = Field(
        default=False, description="Given to many rows at once: it says little of this one."
    )
    made_at: str = Field(description="ISO 8601, UTC.")

    @model_validator(mode="after")
    def _edit_has_a_text(self) -> Self:
        if (self.verdict == "edit") != (self.edited_text is not None):
            raise ValueError("an edited text belongs to the verdict `edit`, and only there")
        return self


class BulkVerdict(Record):
    """One person's verdict on many rows at once, as their texts stood."""

    reviewer: Reviewer
    verdict: Literal["accept", "reject"]
    reasons: Reasons = Field(default_factory=list)
    comment: Comment | None = None
    texts: dict[str, dict[str, str]] = Field(
        description="By stage and row id, the SHA-256 of what was judged."
    )
    made_at: str = Field(description="ISO 8601, UTC.")


class Withdrawal(Record):
    """A person takes back what they said before."""

    reviewer: Reviewer
    withdraws: str = Field(description="Path of one of their verdicts, of one row or in bulk.")
    made_at: str = Field(description="ISO 8601, UTC.")
