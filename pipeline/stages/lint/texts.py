"""The texts that are judged: captions of tracks and pairs, under one kind of id."""

from collections.abc import Iterable
from dataclasses import dataclass

from schemas.captions import Authorship, RichCaption
from schemas.qa import QaPair
from schemas.quality import TextKind


@dataclass(frozen=True)
class Text:
    """A caption or a pair.

    Attributes
    ----------
    row_id, track_id : str
    kind : TextKind
    statement : str
        What it says, for lint: a caption, or a question, its answer and why, without the options.
    raw : str
        All of it, for a rejection.
    authorship : Authorship
    """

    row_id: str
    track_id: str
    kind: TextKind
    statement: str
    raw: str
    authorship: Authorship


def texts_of(captions: Iterable[RichCaption], pairs: Iterable[QaPair]) -> list[Text]:
    """Captions and pairs, in this order."""
    return [*map(_caption, captions), *map(text_of, pairs)]


def _caption(row: RichCaption) -> Text:
    return Text(row.track_id, row.track_id, "caption", row.caption, row.caption, row.authorship)


def text_of(row: QaPair) -> Text:
    """A pair."""
    statement = "\n".join(filter(None, (row.question, row.answer, row.rationale)))
    raw = row.model_dump_json(include={"question", "answer", "options", "skill", "form"})
    return Text(row.qa_id, row.track_id, "qa", statement, raw, row.authorship)
