"""What the writer is asked: one rich caption a track."""

from functools import cache, partial
from typing import Any

from pydantic import Field, create_model

from pipeline.builtin.describe import plain_description
from pipeline.engine.stage import Batch, Question, Questions, one_row
from pipeline.prompts import load_prompt
from pipeline.stages.describe.facts import stated_facts
from schemas.captions import Authorship, CaptionParts, RichCaption
from schemas.provenance import Rejection, Unmeasured
from schemas.sections import DescribeConfig
from schemas.tracks import Track
from tools.chat.request import Answer, ChatRequest

PROMPT = "describe"


def describe_questions(batch: Batch, config: DescribeConfig) -> Questions:
    """One question a track; tracks without captions or facts are rejected.

    Parameters
    ----------
    batch : Batch
        With the rows of `caption`, `measure` and `transcribe`.
    config : DescribeConfig

    Returns
    -------
    Questions
        Rejections are ``no_captions`` and ``no_facts``.
    """
    captions, facts = batch.by_track("caption"), batch.by_track("measure")
    lyrics = batch.by_track("transcribe")
    questions, rejected = [], []
    for each in batch.tracks:
        track_id = each.track.track_id
        if not facts[track_id]:
            rejected.append(_rejected(track_id, "no_facts", "see the rejections of measure"))
        elif not captions[track_id]:
            rejected.append(_rejected(track_id, "no_captions", "see the rejections of caption"))
        else:
            heard = next(iter(lyrics[track_id]), None)
            found = stated_facts(each.track, facts[track_id][0], heard, captions[track_id], config)
            questions.append(_question(each.track, *found, config))
    return Questions(questions, rejected)


def instruction_for(track_id: str) -> str:
    """The listener's request that a track's caption answers: always the same one."""
    choices = load_prompt(PROMPT).module.instructions
    return str(choices[int(track_id, 16) % len(choices)])


def _question(
    track: Track, stated: dict[str, Any], withheld: list[Unmeasured], config: DescribeConfig
) -> Question:
    instruction = instruction_for(track.track_id)
    system, user = load_prompt(PROMPT).render(
        instruction=instruction, facts=stated, words=config.words
    )
    return Question(
        row_id=track.track_id,
        track_id=track.track_id,
        request=ChatRequest(
            system,
            user,
            lambda _: plain_description(stated),
            form=_form("lyrics" in stated, "harmony" in stated),
        ),
        to_rows=one_row(track.track_id, partial(_row, track.track_id, instruction, withheld)),
    )


@cache
def _form(has_lyrics: bool, has_harmony: bool) -> type[CaptionParts]:
    """The parts of a caption; what nothing is known of can only be null."""
    nothing: Any = (None, Field(description="Nothing is known of it."))
    unknown = {} if has_lyrics else {"lyrics": nothing}
    unknown |= {} if has_harmony else {"theory": nothing}
    return create_model("CaptionParts", __base__=CaptionParts, **unknown)


def _row(
    track_id: str,
    instruction: str,
    withheld: list[Unmeasured],
    answer: Answer,
    authorship: Authorship,
) -> RichCaption:
    assert isinstance(answer.value, CaptionParts)
    parts = CaptionParts.model_validate(answer.value.model_dump())
    texts = [text for text in parts.model_dump().values() if text]
    caption = "\n\n".join(texts)
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


def _rejected(track_id: str, reason: str, detail: str) -> Rejection:
    return Rejection(row_id=track_id, stage="describe", reason=reason, detail=detail)
