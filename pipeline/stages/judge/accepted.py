"""MF-Skills: the captions and pairs that every check accepted, joined by id."""

from collections.abc import Iterable

from schemas.captions import RichCaption
from schemas.qa import QaPair
from schemas.quality import Quality


def accepted_captions(
    captions: Iterable[RichCaption], verdicts: Iterable[Quality]
) -> list[RichCaption]:
    """The captions among MF-Skills.

    Parameters
    ----------
    captions : iterable of RichCaption
        Rows of `describe`.
    verdicts : iterable of Quality
        Rows of `judge`. A text without one was refused before.

    Returns
    -------
    list of RichCaption
        In their order.
    """
    accepted = _accepted(verdicts)
    return [row for row in captions if row.track_id in accepted]


def accepted_pairs(pairs: Iterable[QaPair], verdicts: Iterable[Quality]) -> list[QaPair]:
    """The pairs among MF-Skills.

    Parameters
    ----------
    pairs : iterable of QaPair
        Rows of `question`.
    verdicts : iterable of Quality
        Rows of `judge`. A text without one was refused before.

    Returns
    -------
    list of QaPair
        In their order.
    """
    accepted = _accepted(verdicts)
    return [row for row in pairs if row.qa_id in accepted]


def _accepted(verdicts: Iterable[Quality]) -> set[str]:
    return {row.row_id for row in verdicts if row.decision == "accepted"}
