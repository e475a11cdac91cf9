"""What the writer is asked: one rich caption a track."""

from collections.abc import Callable
from functools import cache, partial
from typing import Any

from pydantic import Field, create_model

from pipeline.engine.ask import TOKENS_PER_WORD, asked, chat_request
from pipeline.engine.stage import Batch, ModelRequest, ModelRequests, ModelUse, Stage
from pipeline.gates import Asked, Fault, Length, phrase_fault, prose_fault
from pipeline.prompts import load_prompt
from pipeline.stages.describe.facts import stated_facts
from schemas.captions import Authorship, CaptionParts, RichCaption, SegmentCaption
from schemas.facts import MusicFacts
from schemas.lyrics import Lyrics
from schemas.provenance import Rejection, Unmeasured
from schemas.sections import DescribeConfig
from schemas.tracks import Track
from tools.chat.request import Answer

PROMPT = "describe"
_LENGTH_RATIO = 3
_PART = Length(3, 10_000)
"""Ours: a caption a third as long as was asked for leaves out dimensions, and one three times as
long repeats them; a part of one or two words ("None.") says nothing."""


def describe_requests(batch: Batch, config: DescribeConfig) -> ModelRequests[RichCaption]:
    """One request a track; tracks without captions or facts are rejected.

    Parameters
    ----------
    batch : Batch
        With the rows of `caption`, `measure` and `transcribe`.
    config : DescribeConfig

    Returns
    -------
    ModelRequests
        Rejections are ``no_captions`` and ``no_facts``; what a model writes is refused as
        `pipeline.gates` says.
    """
    captions, facts = batch.by_track(SegmentCaption), batch.by_track(MusicFacts)
    lyrics = batch.by_track(Lyrics)
    requests, rejected = [], []
    for each in batch.tracks:
        track_id = each.track.track_id
        if not facts[track_id]:
            rejected.append(_rejected(track_id, "no_facts", "see the rejections of measure"))
        elif not captions[track_id]:
            rejected.append(_rejected(track_id, "no_captions", "see the rejections of caption"))
        else:
            heard = next(iter(lyrics[track_id]), None)
            found = stated_facts(each.track, facts[track_id][0], heard, captions[track_id], config)
            requests.append(_request(each.track, *found, config))
    return ModelRequests(requests, rejected)


def instruction_for(track_id: str) -> str:
    """The listener's request that a track's caption answers: always the same one."""
    choices = load_prompt(PROMPT).module.instructions
    return str(choices[int(track_id, 16) % len(choices)])


def _request(
    track: Track, stated: dict[str, Any], withheld: list[Unmeasured], config: DescribeConfig
) -> ModelRequest[RichCaption]:
    instruction = instruction_for(track.track_id)
    length = Length(config.words // _LENGTH_RATIO, config.words * _LENGTH_RATIO)
    chat = chat_request(
        PROMPT,
        {"instruction": instruction, "facts": stated, "words": config.words},
        form=_form("lyrics" in stated, "harmony" in stated),
        facts=(stated,),
        most_tokens=TOKENS_PER_WORD * length.most,
        refuses=lambda parts, what: _fault(parts, what, length),
    )
    to_row = partial(_row, track.track_id, instruction, withheld)
    return ModelRequest(
        row_id=track.track_id,
        track_id=track.track_id,
        chat=chat,
        read=partial(_rows, to_row, asked(chat), length),
    )


@cache
def _form(has_lyrics: bool, has_harmony: bool) -> type[CaptionParts]:
    """The parts of a caption; what nothing is known of can only be null."""
    nothing: Any = (None, Field(description="Nothing is known of it."))
    unknown = {} if has_lyrics else {"lyrics": nothing}
    unknown |= {} if has_harmony else {"theory": nothing}
    return create_model("CaptionParts", __base__=CaptionParts, **unknown)


def _rows(
    to_row: Callable[[Answer, Authorship], RichCaption],
    what: Asked,
    length: Length,
    answer: Answer,
    authorship: Authorship,
) -> dict[str, RichCaption | Rejection]:
    row = to_row(answer, authorship)
    if authorship.is_model and (fault := _fault(row.parts, what, length)):
        return {row.track_id: _rejected(row.track_id, *fault, raw=row.caption)}
    return {row.track_id: row}


def _fault(parts: CaptionParts, what: Asked, length: Length) -> Fault | None:
    for name, text in parts.model_dump().items():
        if text and (fault := phrase_fault(text, what) or _PART.fault(text)):
            reason, detail = fault
            return reason, f"{name}: {detail}"
    return prose_fault(_joined(parts), what, length)


def _joined(parts: CaptionParts) -> str:
    return "\n\n".join(text for text in parts.model_dump().values() if text)


def _row(
    track_id: str,
    instruction: str,
    withheld: list[Unmeasured],
    answer: Answer,
    authorship: Authorship,
) -> RichCaption:
    assert isinstance(answer.value, CaptionParts)
    parts = CaptionParts.model_validate(answer.value.model_dump())
    caption = _joined(parts)
    return RichCaption(
        track_id=track_id,
        instruction=instruction,
        caption=caption,
        parts=parts,
        n_words=len(caption.split()),
        withheld=withheld,
        authorship=authorship,
        usage=answer.usage,
    )


def _rejected(track_id: str, reason: str, detail: str, raw: str | None = None) -> Rejection:
    return Rejection(row_id=track_id, reason=reason, detail=detail, raw=raw)


STAGE = Stage(
    name="describe",
    version="7",
    makes=RichCaption,
    reads=(Track, MusicFacts, Lyrics, SegmentCaption),
    config=DescribeConfig,
    asks=ModelUse(
        role="writer", prompt=PROMPT, prepare=describe_requests, typical_tokens=(2500, 750)
    ),
)
