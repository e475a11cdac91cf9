"""What the writer is asked: all pairs of a track at once."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from pipeline.prompts import load_prompt
from pipeline.question.accept import STAGE, accept
from pipeline.question.drafts import Drafts, drafts_form
from pipeline.question.material import Material, gather, sung_lines
from pipeline.question.plain import plain_drafts
from pipeline.question.quotas import allot
from pipeline.stage import Batch, Question, Questions
from schemas.captions import Authorship
from schemas.config import QuestionConfig
from schemas.provenance import Rejection
from schemas.qa import QaForm, QaPair, Skill
from tools.chat.request import Answer, ChatRequest

PROMPT = "question"


def question_questions(batch: Batch, config: QuestionConfig) -> Questions:
    """One request a track; tracks that nothing can be asked about are rejected.

    Parameters
    ----------
    batch : Batch
        With the rows of `segment`, `measure`, `caption` and `describe`.
    config : QuestionConfig

    Returns
    -------
    Questions
        Rejections are ``no_facts``, ``no_description`` and ``no_skills``.
    """
    rows = {name: batch.by_track(name) for name in ("segment", "measure", "caption", "describe")}
    words = sung_lines(batch)
    questions, rejected = [], []
    for each in batch.tracks:
        track_id = each.track.track_id
        found = {name: by_track[track_id] for name, by_track in rows.items()}
        if not found["measure"]:
            rejected.append(_rejected(track_id, "no_facts", "see the rejections of measure"))
            continue
        if not found["describe"]:
            rejected.append(_rejected(track_id, "no_description", "see those of describe"))
            continue
        material = gather(
            found["measure"][0],
            found["segment"],
            found["caption"],
            found["describe"][0],
            words[track_id],
        )
        wanted = allot(track_id, material.skills, config)
        if wanted:
            questions.append(_question(material, wanted, config))
        else:
            rejected.append(_rejected(track_id, "no_skills", "no skill with a share has facts"))
    return Questions(questions, rejected)


def _question(
    material: Material, wanted: Sequence[tuple[Skill, QaForm]], config: QuestionConfig
) -> Question:
    system, user = load_prompt(PROMPT).render(
        known=_shown(material, config),
        wanted=[
            {"n": n, "skill": skill, "form": form}
            for (skill, form), n in sorted(Counter(wanted).items())
        ],
        min_options=config.min_options,
        max_options=config.max_options,
    )
    return Question(
        row_id=material.track_id,
        track_id=material.track_id,
        request=ChatRequest(
            system,
            user,
            lambda _: plain_drafts(material, wanted, config),
            form=drafts_form(material.skills, tuple(material.known)),
        ),
        to_rows=partial(_rows, material, config),
    )


def _shown(material: Material, config: QuestionConfig) -> dict[str, Any]:
    """The data of the prompt: of many chords, those that last longest, in order of time."""
    shown = dict(material.known)
    if len(shown.get("chords", ())) > config.max_prompt_chords:
        longest = sorted(shown["chords"], key=lambda each: each["from_s"] - each["to_s"])
        some = longest[: config.max_prompt_chords]
        shown["chords"] = sorted(some, key=lambda each: float(each["from_s"]))
    return shown


def _rows(
    material: Material, config: QuestionConfig, answer: Answer, authorship: Authorship
) -> Mapping[str, QaPair | Rejection]:
    assert isinstance(answer.value, Drafts)
    drafts = answer.value.pairs
    if not drafts:
        nothing = _rejected(material.track_id, "no_pairs", "the answer has no pairs")
        return {material.track_id: nothing}
    return accept(drafts, material, config, authorship, answer.usage)


def _rejected(track_id: str, reason: str, detail: str) -> Rejection:
    return Rejection(row_id=track_id, stage=STAGE, reason=reason, detail=detail)
