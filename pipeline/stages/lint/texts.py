"""The texts that are judged: captions of tracks and pairs, under one kind of id."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pipeline.engine.stage import Batch
from schemas.captions import Authorship, RefinedCaption, RichCaption, ToldCaption
from schemas.qa import QaPair
from schemas.quality import TextKind

Caption = RichCaption | ToldCaption | RefinedCaption


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
    language : str
        ISO 639-1.
    """

    row_id: str
    track_id: str
    kind: TextKind
    statement: str
    raw: str
    authorship: Authorship
    language: str = "en"


def captions_of(batch: Batch) -> dict[str, Caption]:
    """All captions of a batch, by the id under which they are judged."""
    found: dict[str, Caption] = {row.track_id: row for row in batch.of(RichCaption)}
    found |= {row.row_id: row for row in batch.of(ToldCaption)}
    return found | {row.row_id: row for row in batch.of(RefinedCaption)}


def texts_of(captions: Mapping[str, Caption], pairs: Iterable[QaPair]) -> list[Text]:
    """Captions and pairs, in this order, as they are held against facts and judged."""
    told = [_caption(row_id, row) for row_id, row in captions.items()]
    return [*told, *map(text_of, pairs)]


def _caption(row_id: str, row: Caption) -> Text:
    told, language = row.caption, "en"
    if isinstance(row, ToldCaption):
        language = row.language
        told = "\n".join(_sentences(json.loads(told))) if row.form == "facts" else told
    return Text(row_id, row.track_id, "caption", told, row.caption, row.authorship, language)


def text_of(row: QaPair) -> Text:
    """A pair."""
    statement = "\n".join(filter(None, (row.question, row.answer, row.rationale)))
    raw = row.model_dump_json(include={"question", "answer", "options", "skill", "form"})
    return Text(row.qa_id, row.track_id, "qa", statement, raw, row.authorship)


def _sentences(facts: dict[str, object]) -> Iterator[str]:
    """Key facts as the lint reads them: a sentence each."""
    for name, value in facts.items():
        values = value if isinstance(value, list) else [value]
        words = ", ".join(str(each) for each in values if not isinstance(each, dict))
        if name == "tempo_bpm":
            yield f"The tempo is {words} BPM."
        elif name == "vocals":
            yield "There are vocals." if value else "There are no vocals."
        elif name == "duration_s":
            yield f"The track lasts {words} seconds."
        elif words:
            is_many = isinstance(value, list)
            yield f"The {name.replace('_', ' ')} {'are' if is_many else 'is'} {words}."
