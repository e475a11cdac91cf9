"""What the writer is asked: all pairs of a track at once."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial

from pipeline.engine.ask import asked, chat_request
from pipeline.engine.stage import Batch, ModelRequest, ModelRequests, ModelUse, Stage
from pipeline.gates import Asked
from pipeline.stages.question.accept import accept
from pipeline.stages.question.brought import with_brought
from pipeline.stages.question.drafts import Drafts, drafts_form
from pipeline.stages.question.material import Material, fewer_chords, materials, shown_known
from pipeline.stages.question.quotas import allot
from schemas.captions import Authorship, RichCaption, SegmentCaption
from schemas.facts import MusicFacts
from schemas.lyrics import Lyrics
from schemas.provenance import Rejection
from schemas.qa import QaForm, QaPair, Skill
from schemas.sections import QuestionConfig
from schemas.texts import BroughtText
from schemas.tracks import Segment
from tools.chat.request import Answer, ChatRequest

PROMPT = "question"
_TOKENS_PER_PAIR = 400
"""Ours: twice what a multiple choice of eight options takes, as JSON."""


def question_requests(batch: Batch, config: QuestionConfig) -> ModelRequests[QaPair]:
    """One request a track; tracks that nothing can be asked about are rejected.

    Parameters
    ----------
    batch : Batch
        With the rows of `segment`, `measure`, `caption` and `describe`.
    config : QuestionConfig

    Returns
    -------
    ModelRequests
        Rejections are ``no_facts``, ``no_description`` and ``no_skills``.
    """
    known = materials(batch)
    measured = {row.track_id for row in batch.of(MusicFacts)}
    requests, rejected = [], []
    for each in batch.tracks:
        track_id = each.track.track_id
        if track_id not in measured:
            rejected.append(_rejected(track_id, "no_facts", "see the rejections of measure"))
            continue
        if track_id not in known:
            rejected.append(_rejected(track_id, "no_description", "see those of describe"))
            continue
        material = known[track_id]
        wanted = allot(track_id, material.skills, config)
        if wanted:
            requests.append(_request(material, wanted, config))
        else:
            rejected.append(_rejected(track_id, "no_skills", "no skill with a share has facts"))
    return ModelRequests(requests, rejected)


def _request(
    material: Material, wanted: Sequence[tuple[Skill, QaForm]], config: QuestionConfig
) -> ModelRequest[QaPair]:
    chat = _chat(material, wanted, config, config.max_prompt_chords)
    return ModelRequest(
        row_id=material.track_id,
        track_id=material.track_id,
        chat=chat,
        read=partial(_rows, material, config, asked(chat)),
    )


def _chat(
    material: Material,
    wanted: Sequence[tuple[Skill, QaForm]],
    config: QuestionConfig,
    max_chords: int,
) -> ChatRequest:
    fewer = fewer_chords(material, max_chords)
    return chat_request(
        PROMPT,
        {
            "known": shown_known(material, max_chords),
            "wanted": [
                {"n": n, "skill": skill, "form": form}
                for (skill, form), n in sorted(Counter(wanted).items())
            ],
            "min_options": config.min_options,
            "max_options": config.max_options,
        },
        form=drafts_form(material.skills, tuple(material.known), len(wanted), config.max_options),
        facts=(material, wanted, config),
        most_tokens=_TOKENS_PER_PAIR * len(wanted),
        shorter=partial(_chat, material, wanted, config, fewer) if fewer else None,
    )


def _rows(
    material: Material,
    config: QuestionConfig,
    what: Asked,
    answer: Answer,
    authorship: Authorship,
) -> Mapping[str, QaPair | Rejection]:
    assert isinstance(answer.value, Drafts)
    drafts = answer.value.pairs
    if not drafts:
        nothing = _rejected(material.track_id, "no_pairs", "the answer has no pairs")
        return {material.track_id: nothing}
    return accept(drafts, material, config, what, authorship, answer.usage)


def _rejected(track_id: str, reason: str, detail: str) -> Rejection:
    return Rejection(row_id=track_id, reason=reason, detail=detail)


STAGE = Stage(
    name="question",
    version="5",
    makes=QaPair,
    reads=(Segment, MusicFacts, Lyrics, SegmentCaption, RichCaption, BroughtText),
    config=QuestionConfig,
    run=with_brought,
    asks=ModelUse(
        role="writer", prompt=PROMPT, prepare=question_requests, typical_tokens=(6000, 1800)
    ),
)
