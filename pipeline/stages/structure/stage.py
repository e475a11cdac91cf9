"""The stage `structure`: accepted captions as lists of accepted words, in 11 categories."""

from collections.abc import Sequence
from functools import cache, partial
from typing import Any

from pydantic import BaseModel, ConfigDict, create_model

from pipeline.engine.ask import asked, at_most, chat_request
from pipeline.engine.stage import Batch, ModelRequest, ModelRequests, ModelUse, Stage
from pipeline.gates import Asked, phrase_fault
from pipeline.prompts import clean
from pipeline.stages.judge.accepted import accepted_captions
from pipeline.stages.structure.measured import measured_entries
from schemas.captions import Authorship, RichCaption
from schemas.facts import MusicFacts
from schemas.provenance import Rejection, Unmeasured
from schemas.quality import Quality
from schemas.sections import MaxWrong, StructureConfig
from schemas.structured import CATEGORIES, AcceptedEntry, Category, StructuredMetadata
from schemas.text import normalised
from schemas.tolerance import TempoTolerance
from schemas.tracks import Track
from tools.chat.request import Answer

PROMPT = "structure"
SAID: tuple[Category, ...] = (
    "genre", "structure", "instruments", "vocal_character", "lyric_themes", "mix_notes", "dynamics",
)  # fmt: skip
"""Categories that a model reads out of the caption."""
_MAX_PHRASE = 60
_TOKENS_PER_PHRASE = 12
"""Ours: four words, quotes and a comma."""


class Index(BaseModel):
    """Phrases of a caption by category; empty where it says nothing."""

    model_config = ConfigDict(extra="forbid")
    genre: list[str]
    structure: list[str]
    instruments: list[str]
    vocal_character: list[str]
    lyric_themes: list[str]
    mix_notes: list[str]
    dynamics: list[str]


@cache
def _form(max_phrases: int) -> type[Index]:
    """The form with ends to its lists."""
    fields: Any = {name: (at_most(list[str], max_phrases), ...) for name in SAID}
    return create_model("Index", __base__=Index, **fields)


def structure_requests(batch: Batch, config: StructureConfig) -> ModelRequests[StructuredMetadata]:
    """One request for every accepted caption.

    Parameters
    ----------
    batch : Batch
        With the rows of `measure`, `describe` and `judge`.
    config : StructureConfig

    Returns
    -------
    ModelRequests
    """
    facts = {row.track_id: row for row in batch.of(MusicFacts)}
    tracks = {each.track.track_id: each.track for each in batch.tracks}
    captions = accepted_captions(batch.of(RichCaption), batch.of(Quality))
    max_wrong = batch.sure.max_wrong
    return ModelRequests(
        [
            _request(row, tracks[row.track_id], facts[row.track_id], config, max_wrong)
            for row in captions
        ]
    )


def says(text: str, phrase: str) -> bool:
    """Whether a text has a phrase, as whole words; case and punctuation do not matter.

    Examples
    --------
    >>> says("Electric guitars, very loud.", "electric guitars")
    True
    >>> says("A flattened note.", "flat")
    False
    """
    return bool(normalised(phrase)) and f" {normalised(phrase)} " in f" {normalised(text)} "


def said_entries(
    index: Index, caption: str, max_phrases: int, what: Asked | None = None
) -> tuple[list[AcceptedEntry], list[Unmeasured]]:
    """The categories that a model read out of a caption.

    Parameters
    ----------
    index : Index
    caption : str
        At least one phrase of a category must stand in it: the others are its equivalents.
    max_phrases : int
        Of a category; phrases of the caption go first.
    what : Asked, optional
        Of a model's words: other phrases than the caption's must not be the prompt's.

    Returns
    -------
    entries : list of AcceptedEntry
    missing : list of Unmeasured
        ``not_said`` or ``not_in_caption``.
    """
    entries, missing = [], []
    for category in SAID:
        found = _phrases(getattr(index, category))
        grounded = [each for each in found if says(caption, each)]
        if grounded:
            others = [each for each in found if each not in grounded and _is_equivalent(each, what)]
            accepted = [*grounded, *others][:max_phrases]
            entries.append(AcceptedEntry(category=category, accepted=accepted, is_measured=False))
        else:
            reason = "not_in_caption" if found else "not_said"
            missing.append(Unmeasured(field=category, reason=reason, detail=", ".join(found)))
    return entries, missing


def _request(
    row: RichCaption,
    track: Track,
    facts: MusicFacts,
    config: StructureConfig,
    max_wrong: MaxWrong,
) -> ModelRequest[StructuredMetadata]:
    genre = clean(track.genre or "")
    chat = chat_request(
        PROMPT,
        {"caption": row.caption.split("\n\n")},
        form=_form(config.max_phrases),
        facts=(row.caption, genre),
        most_tokens=_TOKENS_PER_PHRASE * config.max_phrases * len(SAID),
    )
    return ModelRequest(
        row_id=row.track_id,
        track_id=row.track_id,
        chat=chat,
        read=partial(_rows, row, facts, config, max_wrong, asked(chat)),
    )


def _rows(
    caption: RichCaption,
    facts: MusicFacts,
    config: StructureConfig,
    max_wrong: MaxWrong,
    what: Asked,
    answer: Answer,
    authorship: Authorship,
) -> dict[str, StructuredMetadata | Rejection]:
    assert isinstance(answer.value, Index)
    unsure = {each.field for each in caption.withheld}
    tolerance = TempoTolerance(
        relative=config.tempo_tolerance, absolute_bpm=config.tempo_tolerance_bpm
    )
    measured, not_measured = measured_entries(facts, unsure, tolerance, max_wrong)
    held_against = what if authorship.is_model else None
    said, not_said = said_entries(answer.value, caption.caption, config.max_phrases, held_against)
    if not measured and not said:
        nothing = Rejection(
            row_id=caption.track_id,
            reason="no_categories",
            detail="nothing is measured, and no words of the answer stand in the caption",
            raw=answer.value.model_dump_json(),
        )
        return {caption.track_id: nothing}
    row = StructuredMetadata(
        track_id=caption.track_id,
        entries=_in_order(measured + said, lambda each: each.category),
        missing=_in_order(not_measured + not_said, lambda each: each.field),
        authorship=authorship,
        usage=answer.usage,
    )
    return {caption.track_id: row}


def _in_order(rows: Sequence[Any], category: Any) -> list[Any]:
    return sorted(rows, key=lambda each: CATEGORIES.index(category(each)))


def _is_equivalent(phrase: str, what: Asked | None) -> bool:
    return what is None or (phrase_fault(phrase, what) is None and not what.says(phrase))


def _phrases(given: Sequence[str]) -> list[str]:
    """What can be compared with words of a text, each once."""
    found: dict[str, str] = {}
    for phrase in map(clean, given):
        if normalised(phrase) and len(phrase) <= _MAX_PHRASE:
            found.setdefault(normalised(phrase), phrase)
    return list(found.values())


STAGE = Stage(
    name="structure",
    version="4",
    makes=StructuredMetadata,
    reads=(Track, MusicFacts, RichCaption, Quality),
    config=StructureConfig,
    asks=ModelUse(
        role="reasoner", prompt=PROMPT, prepare=structure_requests, typical_tokens=(1000, 250)
    ),
)
