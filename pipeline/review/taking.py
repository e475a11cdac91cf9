"""What a reviewer sends, made a verdict: the server says who is blind, when, and of which track."""

from collections.abc import Mapping
from typing import Any

from pipeline.engine.shards import now
from schemas.ids import track_of
from schemas.review import HumanVerdict


class UnknownRowError(LookupError):
    """The row is not among those to be reviewed, or its text is another by now."""


def verdict_from(given: Mapping[str, Any], editable: str | None, *, is_blind: bool) -> HumanVerdict:
    """A verdict on a row, from the fields of `HumanVerdict` that a reviewer decides.

    Parameters
    ----------
    given : mapping
    editable : str or None
        The text that an edit replaces, as it stands; None where it cannot be edited.
    is_blind : bool

    Returns
    -------
    HumanVerdict

    Raises
    ------
    UnknownRowError
        If it edits what was not changed or cannot be.
    pydantic.ValidationError
        If a field is missing, unknown or wrong.
    """
    ours = {
        "track_id": track_of(str(given.get("row_id"))),
        "is_blind": is_blind,
        "in_bulk": False,
        "made_at": now(),
    }
    verdict = HumanVerdict.model_validate({**given, **ours})
    if verdict.verdict == "edit":
        if editable is None:
            raise UnknownRowError(
                "a chain of thought is not edited, for its steps were checked as they stand: "
                "accept it, or reject it"
            )
        if verdict.edited_text == editable:
            raise UnknownRowError("the text was not changed: accept it, or reject it")
    return verdict
