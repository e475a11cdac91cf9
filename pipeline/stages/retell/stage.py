"""The stage `retell`: a track's caption in the forms and languages that `describe` asks for."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from pipeline.engine.ask import TOKENS_PER_WORD, asked, chat_request
from pipeline.engine.stage import Batch, ModelRequest, ModelRequests, ModelUse, Stage
from pipeline.gates import Asked, Fault, Length, not_english, phrase_fault, prose_fault
from pipeline.prompts import load_prompt
from pipeline.stages.describe.facts import stated_facts
from pipeline.stages.retell.key_facts import KeyWords, key_facts
from schemas.captions import (
    Authorship,
    CaptionForm,
    RichCaption,
    SegmentCaption,
    ToldCaption,
)
from schemas.config import CorpusConfig
from schemas.facts import MusicFacts
from schemas.ids import caption_id
from schemas.languages import NAMES, SCRIPTS
from schemas.lyrics import Lyrics
from schemas.provenance import Rejection
from schemas.record import Record
from schemas.roles import RoleName
from schemas.sections import DescribeConfig
from schemas.tracks import Track
from tools.chat.request import Answer

PROMPT = "retell"
_SHORT = Length(12, 120)
_WORDS_PER_SECTION = 80
_RATIO = 3
"""Ours: two or three sentences; a section takes one to three. Others as of rich captions."""
_MOST_KEY_WORDS = 120
_TELLING_WORDS = 20
"""From so many on, English is told by its words (`pipeline.gates.english`)."""
_EN = "en"


class Told(BaseModel):
    """The form of the answer, but for key facts."""

    model_config = ConfigDict(extra="forbid")
    text: str = Field(min_length=1, description="The whole caption.")


def wanted(config: DescribeConfig) -> list[tuple[CaptionForm, str]]:
    """Forms and languages apart from the rich caption itself; key facts are in English only."""
    return [
        (form, language)
        for form in dict.fromkeys(config.forms)
        for language in dict.fromkeys(config.languages if form != "facts" else (_EN,))
        if (form, language) != ("full", _EN)
    ]


def retell_requests(batch: Batch, _config: Record) -> ModelRequests[ToldCaption]:
    """A request for every form and language that `describe` asks for, of a described track.

    Parameters
    ----------
    batch : Batch
        With the rows of `tracks`, `measure`, `transcribe`, `caption` and `describe`.

    Returns
    -------
    ModelRequests
        Rejections: ``no_description``; ``no_sections`` where no start of a section is sure.
    """
    forms = wanted(batch.sure)
    if not forms:
        return ModelRequests([])
    facts, lyrics = batch.by_track(MusicFacts), batch.by_track(Lyrics)
    heard, rich = batch.by_track(SegmentCaption), batch.by_track(RichCaption)
    requests, rejected = [], []
    for each in batch.tracks:
        track_id = each.track.track_id
        if not rich[track_id]:
            why = ("no_description", "see the rejections of describe")
            rejected += [_rejected(caption_id(track_id, *form), *why) for form in forms]
            continue
        words = next(iter(lyrics[track_id]), None)
        stated, _ = stated_facts(each.track, facts[track_id][0], words, heard[track_id], batch.sure)
        for form in forms:
            if form[0] == "sections" and "sections" not in stated:
                why = ("no_sections", "no start of a section is sure")
                rejected.append(_rejected(caption_id(track_id, *form), *why))
            else:
                requests.append(_request(rich[track_id][0], stated, *form))
    return ModelRequests(requests, rejected)


def instruction_for(form: CaptionForm, language: str) -> str:
    """The listener's request that a form answers."""
    asked_for = str(load_prompt(PROMPT).module.instructions[form])
    return asked_for if language == _EN else f"{asked_for} Answer in {NAMES[language]}."


def _request(
    rich: RichCaption, stated: Mapping[str, Any], form: CaptionForm, language: str
) -> ModelRequest[ToldCaption]:
    row_id = caption_id(rich.track_id, form, language)
    length = _length(rich, stated, form, language)
    chat = chat_request(
        PROMPT,
        {
            "form": form,
            "language": NAMES[language],
            "caption": rich.caption.split("\n\n"),
            "facts": stated,
            "words": (length.least + length.most) // 2,
        },
        form=KeyWords if form == "facts" else Told,
        facts=(form, language, stated),
        most_tokens=TOKENS_PER_WORD * length.most * (1 if language == _EN else 2),
        refuses=lambda value, what: _fault(value, what, length, language),
    )
    return ModelRequest(
        row_id=row_id,
        track_id=rich.track_id,
        chat=chat,
        read=partial(_read, rich, stated, (form, language), asked(chat), length),
    )


def _length(
    rich: RichCaption, stated: Mapping[str, Any], form: CaptionForm, language: str
) -> Length:
    """Words that a form may have; of another language at least one, as not all write spaces."""
    if form == "facts":
        return Length(1, _MOST_KEY_WORDS)
    if form == "sections":
        n = len(stated["sections"])
        found = Length(3 * n, _WORDS_PER_SECTION * n)
    elif form == "short":
        found = _SHORT
    else:
        found = Length(rich.n_words // _RATIO, rich.n_words * _RATIO)
    return found if language == _EN else Length(1, found.most)


def _read(
    rich: RichCaption,
    stated: Mapping[str, Any],
    what: tuple[CaptionForm, str],
    prompt: Asked,
    length: Length,
    answer: Answer,
    authorship: Authorship,
) -> dict[str, ToldCaption | Rejection]:
    form, language = what
    row_id = caption_id(rich.track_id, form, language)
    assert isinstance(answer.value, Told | KeyWords)
    fault = _fault(answer.value, prompt, length, language) if authorship.is_model else None
    value = answer.value
    text = key_facts(stated, value) if isinstance(value, KeyWords) else value.text.strip()
    if fault:
        return {row_id: _rejected(row_id, *fault, raw=text)}
    row = ToldCaption(
        row_id=row_id,
        track_id=rich.track_id,
        form=form,
        language=language,
        instruction=instruction_for(form, language),
        caption=text,
        n_words=len(text.split()),
        authorship=authorship,
        usage=answer.usage,
    )
    return {row_id: row}


def _fault(value: Any, what: Asked, length: Length, language: str) -> Fault | None:
    if isinstance(value, KeyWords):
        said = [each for each in (value.genre, value.mood, *value.themes) if each]
        return next((fault for each in said if (fault := phrase_fault(each, what))), None)
    if language == _EN:
        return prose_fault(value.text, what, length)
    if fault := prose_fault(
        value.text, what.in_scripts(SCRIPTS.get(language, ())), length, is_english=False
    ):
        return fault
    is_long = len(value.text.split()) >= _TELLING_WORDS
    if is_long and not_english(value.text) is None:
        return "wrong_language", f"it is English, not {NAMES[language]}"
    return None


def _rejected(row_id: str, reason: str, detail: str, raw: str | None = None) -> Rejection:
    return Rejection(row_id=row_id, reason=reason, detail=detail, raw=raw)


def requests_per_track(config: CorpusConfig, _role: RoleName) -> float:
    """One for each form and language; for estimates."""
    return float(len(wanted(config.describe)))


STAGE = Stage(
    name="retell",
    version="1",
    makes=ToldCaption,
    reads=(Track, MusicFacts, Lyrics, SegmentCaption, RichCaption),
    config=Record,
    asks=ModelUse(
        role="writer",
        prompt=PROMPT,
        prepare=retell_requests,
        typical_tokens=(2500, 250),
        n_per_track=requests_per_track,
    ),
)
