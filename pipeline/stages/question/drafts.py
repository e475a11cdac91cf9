"""The form in which pairs are written; what is wrong with one is no fault of the others.

The values that a field may have stand in the JSON schema, but are checked one pair at a time by
`pipeline.stages.question.accept`: one bad pair does not make the answer useless.
"""

from collections.abc import Sequence
from functools import cache
from typing import Annotated, Any, get_args

from pydantic import BaseModel, ConfigDict, Field, create_model

from pipeline.engine.ask import at_most
from schemas.qa import DistractorKind, QaForm

_A_FEW = Field(json_schema_extra={"maxItems": 16})


class DraftDistractor(BaseModel):
    """A wrong option."""

    model_config = ConfigDict(extra="forbid")
    text: str
    kind: Annotated[str, Field(json_schema_extra={"enum": list(get_args(DistractorKind))})]


class DraftReferences(BaseModel):
    """What the answer points at."""

    model_config = ConfigDict(extra="forbid")
    seconds: Annotated[list[float], _A_FEW]
    bars: Annotated[list[int], _A_FEW]
    chords: Annotated[list[str], _A_FEW]


class Draft(BaseModel):
    """A question, its answer and, for multiple choice, the wrong options; null: no rationale."""

    model_config = ConfigDict(extra="forbid")
    style: str
    form: Annotated[str, Field(json_schema_extra={"enum": list(get_args(QaForm))})]
    question: str
    answer: str
    distractors: list[DraftDistractor]
    start_s: float | None
    end_s: float | None
    rationale: str | None
    references: DraftReferences
    evidence: list[str]

    @property
    def about(self) -> tuple[float, float] | None:
        """The stretch that it is about, s; None for the whole track."""
        if self.start_s is None or self.end_s is None:
            return None
        return self.start_s, self.end_s


class Drafts(BaseModel):
    """All pairs of a track."""

    model_config = ConfigDict(extra="forbid")
    pairs: list[Draft]


@cache
def drafts_form(
    styles: tuple[str, ...],
    evidence: tuple[str, ...],
    n_pairs: int,
    max_options: int,
    *,
    explains: bool,
) -> type[Drafts]:
    """The form for a track of which only so much is known, and so many pairs are asked for.

    There is a rationale where who writes `explains`. Lists have ends in the schema: a server that
    holds a small model to it lets no list go on.
    """
    draft = create_model(
        "Draft",
        __base__=Draft,
        style=_one_of(styles),
        rationale=(str if explains else None, ...),
        distractors=(at_most(list[DraftDistractor], max_options - 1), ...),
        evidence=(
            at_most(list[Annotated[str, Field(json_schema_extra=_enum(evidence))]], len(evidence)),
            ...,
        ),
    )
    return create_model("Drafts", __base__=Drafts, pairs=(at_most(list[draft], n_pairs), ...))


def _one_of(names: Sequence[str]) -> Any:
    return (Annotated[str, Field(json_schema_extra=_enum(names))], ...)


def _enum(names: Sequence[str]) -> dict[str, Any]:
    return {"enum": list(names)}
