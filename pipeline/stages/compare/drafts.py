"""The form in which questions about two recordings are written; the options are given."""

from collections.abc import Sequence
from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, create_model

from pipeline.engine.ask import at_most
from schemas.comparison import Aspect


class ComparisonDraft(BaseModel):
    """A question in one aspect, and the option that answers it; null: no rationale."""

    model_config = ConfigDict(extra="forbid")
    aspect: str
    question: str
    answer: str
    rationale: str | None


class ComparisonDrafts(BaseModel):
    """All questions about two recordings."""

    model_config = ConfigDict(extra="forbid")
    questions: list[ComparisonDraft]


@cache
def comparisons_form(aspects: tuple[Aspect, ...], *, explains: bool) -> type[ComparisonDrafts]:
    """The form for questions in these aspects; with a rationale where who writes `explains`."""
    draft = create_model(
        "ComparisonDraft",
        __base__=ComparisonDraft,
        aspect=(Annotated[str, Field(json_schema_extra=_enum(aspects))], ...),
        rationale=(str if explains else None, ...),
    )
    return create_model(
        "ComparisonDrafts",
        __base__=ComparisonDrafts,
        questions=(at_most(list[draft], len(aspects)), ...),
    )


def _enum(names: Sequence[str]) -> dict[str, Any]:
    return {"enum": list(names)}
