"""Pairs that a source brought, as rows like those that are written here."""

import re

from pipeline.engine.ask import run_requests
from pipeline.engine.stage import Batch, StageContext, StageResult
from pipeline.gates import Fault
from pipeline.stages.question.hearable import hearing_fault
from pipeline.stages.question.options import shuffle_seed, shuffled
from pipeline.stages.question.similarity import all_different
from pipeline.stages.refine.drafts import brought_fault
from pipeline.stages.refine.stage import brought_by
from schemas.captions import RichCaption
from schemas.provenance import Rejection
from schemas.qa import Distractor, QaPair, References, Skill
from schemas.sections import QuestionConfig
from schemas.texts import BroughtText
from schemas.usage import Usage

_MAX_QUESTION, _MAX_ANSWER, _MAX_OPTION = 500, 1000, 200
"""As of pairs that are written here."""
_MOST_OPTIONS = 26
_UNDESCRIBED = ("no_description", "see those of describe")
_SKILLS: tuple[tuple[Skill, re.Pattern[str]], ...] = (
    (
        "lyrics",
        re.compile(r"\b(?:lyrics?|words?|sings? (?:of|about)|verse|rhyme|language)\b", re.I),
    ),
    (
        "harmony",
        re.compile(
            r"\b(?:chords?|harmon\w+|cadences?|progressions?|modulat\w+|inversions?|scales?)\b",
            re.I,
        ),
    ),
    (
        "temporal",
        re.compile(
            r"\b(?:when|before|after|first|last|begin\w*|start\w*|ends?|ending|seconds?|\d+:\d\d"
            r"|enters?|order|how long)\b",
            re.I,
        ),
    ),
    (
        "structure",
        re.compile(
            r"\b(?:sections?|structure|forms?|chorus|bridge|intro|outro|compare\w*|repeat\w*|build\w*)\b",
            re.I,
        ),
    ),
)
"""Ours: by the question's words, the first that fits; all others ask for an attribute."""


def with_brought(batch: Batch, config: QuestionConfig, context: StageContext) -> StageResult:
    """What is written here, then what sets of others bring."""
    result = run_requests(batch, config, context)
    described = {row.track_id for row in batch.of(RichCaption)}
    for each in batch.of(BroughtText):
        if each.kind != "qa":
            continue
        result.inputs.append(each.text_id)
        is_described = each.track_id in described  # what comes later rests on what is known of it
        if fault := pair_fault(each) if is_described else _UNDESCRIBED:
            reason, detail = fault
            raw = each.model_dump_json(include={"prompt", "text", "options"})
            result.rejected.append(
                Rejection(row_id=each.text_id, reason=reason, detail=detail, raw=raw)
            )
        else:
            result.accepted.append(each.text_id)
            result.rows.append(brought_pair(each, config.seed))
    return result


def pair_fault(each: BroughtText) -> Fault | None:
    """What is wrong with a brought pair.

    Returns
    -------
    (str, str) or None
        What `pipeline.gates` refuses; ``metadata`` and ``not_hearable``, as of pairs that are
        written here; ``bad_text``; ``bad_options``: fewer than two, two alike, or none that is the
        answer.
    """
    question, options = each.prompt or "", each.options
    if not 0 < len(question) <= _MAX_QUESTION or not 0 < len(each.text) <= _MAX_ANSWER:
        return "bad_text", "question or answer are empty or too long"
    if fault := brought_fault(each) or hearing_fault(question, each.text):
        return fault
    if options is None:
        return None
    if not 2 <= len(options) <= _MOST_OPTIONS or max(map(len, options)) > _MAX_OPTION:
        return "bad_options", f"{len(options)} options, or one that is too long"
    if not all_different(options):
        return "bad_options", "two options are the same"
    return None if each.text in options else ("bad_options", "no option is the answer")


def brought_pair(each: BroughtText, seed: int) -> QaPair:
    """A pair as a row; its options are shuffled like all others."""
    options = each.options
    wrong = [text for text in options or () if text != each.text]
    order = None if options is None else shuffle_seed(seed, each.text_id)
    return QaPair(
        qa_id=each.text_id,
        track_id=each.track_id,
        skill=skill_of(each.prompt or ""),
        form="open" if options is None else "multiple_choice",
        type="open" if options is None else "multiple_choice",
        style="brought",
        question=each.prompt or "",
        answer=each.text,
        options=None if order is None else shuffled([each.text, *wrong], order),
        distractors=None
        if options is None
        else [Distractor(text=text, kind="related") for text in wrong],
        shuffle_seed=order,
        about_start_s=None,
        about_end_s=None,
        rationale=None,
        references=References(seconds=[], bars=[], chords=[]),
        evidence=["brought"],
        origin=each.origin,
        licence=each.licence,
        authorship=brought_by(each),
        usage=Usage(),
    )


def skill_of(question: str) -> Skill:
    """The skill that a question asks for, by its words."""
    return next((skill for skill, words in _SKILLS if words.search(question)), "attributes")
