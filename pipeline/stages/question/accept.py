"""From drafts to pairs: each is taken or refused for itself."""

from collections.abc import Sequence
from typing import get_args

from pipeline.gates import Asked, Fault, Length, phrase_fault, prose_fault
from pipeline.prompts import clean
from pipeline.stages.question.drafts import Draft
from pipeline.stages.question.hearable import hearing_fault
from pipeline.stages.question.material import EVIDENCE, Material
from pipeline.stages.question.options import option_fault, shuffle_seed, shuffled
from pipeline.stages.question.references import TOLERANCE_S, reference_fault, type_fault
from pipeline.stages.question.similarity import same_question
from pipeline.stages.question.styles import BY_NAME, HEARING, Style
from schemas.captions import Authorship
from schemas.ids import pair_id
from schemas.provenance import Rejection
from schemas.qa import Distractor, QaForm, QaPair
from schemas.sections import QuestionConfig
from schemas.usage import Usage

_MAX_QUESTION = 500
_MAX_ANSWER = 1000
_MAX_PAIRS = 100
_QUESTION = Length(3, _MAX_QUESTION)


def accept(
    drafts: Sequence[Draft],
    material: Material,
    config: QuestionConfig,
    what: Asked,
    authorship: Authorship,
    usage: Usage,
) -> dict[str, QaPair | Rejection]:
    """What became of every draft, by its id.

    Parameters
    ----------
    drafts : sequence of Draft
    material : Material
    config : QuestionConfig
    what : Asked
        What a model's words are held against.
    authorship : Authorship
    usage : Usage
        Of the whole answer; it stands in the first pair, so that sums are right.

    Returns
    -------
    dict of str to QaPair or Rejection
        One entry a draft. Rejections keep the draft, and say why: ``bad_text``, ``unknown_style``,
        ``metadata``, ``not_hearable``, ``no_evidence``, ``bad_time``, ``bad_reference``,
        ``wrong_type``, ``bad_options``, ``gives_itself_away``, ``wrong_distractor``,
        ``near_duplicate`` or ``too_many``; of a model's words also what `pipeline.gates` refuses.
    """
    made: dict[str, QaPair | Rejection] = {}
    taken: list[QaPair] = []
    for number, raw in enumerate(drafts):
        qa_id = pair_id(material.track_id, number)
        draft = _clean(raw)
        fault = (
            ("too_many", f"more than {_MAX_PAIRS} pairs")
            if number >= _MAX_PAIRS
            else draft_fault(raw, material, config, what, is_model=authorship.is_model)
            or _duplicate(draft, taken, config)
        )
        if fault is None:
            pair = _pair(qa_id, draft, material, config, authorship)
            taken.append(pair)
            made[qa_id] = pair.model_copy(update={"usage": usage}) if len(taken) == 1 else pair
        else:
            reason, detail = fault
            made[qa_id] = Rejection(
                row_id=qa_id, reason=reason, detail=detail, raw=raw.model_dump_json()
            )
    return made


def draft_fault(
    raw: Draft, material: Material, config: QuestionConfig, what: Asked, *, is_model: bool
) -> Fault | None:
    """What is wrong with one draft by itself, as in `accept`."""
    draft = _clean(raw)
    return (
        _size_fault(draft)
        or (_words_fault(raw, what) if is_model else None)
        or _fault(draft, material, config)
    )


def _clean(draft: Draft) -> Draft:
    return type(draft).model_validate(clean(draft.model_dump()))


def _size_fault(draft: Draft) -> Fault | None:
    if not 0 < len(draft.question) <= _MAX_QUESTION or not 0 < len(draft.answer) <= _MAX_ANSWER:
        return "bad_text", "question or answer are empty or too long"
    if draft.rationale is not None and not 0 < len(draft.rationale) <= _MAX_ANSWER:
        return "bad_text", "the rationale is empty or too long"
    return None


def _words_fault(draft: Draft, what: Asked) -> Fault | None:
    """What is wrong with the words of a pair, whatever they say."""
    for text in (draft.answer, *(each.text for each in draft.distractors)):
        if fault := phrase_fault(text, what):
            return fault
    told = draft.question if draft.distractors else f"{draft.question}\n{draft.answer}"
    return (
        prose_fault(draft.question, what, _QUESTION)
        or prose_fault(told, what)
        or (prose_fault(draft.rationale, what) if draft.rationale else None)
    )


def _fault(draft: Draft, material: Material, config: QuestionConfig) -> Fault | None:
    style = BY_NAME.get(draft.style)
    if style is None or draft.form not in get_args(QaForm):
        return "unknown_style", f"{draft.style}, {draft.form}"
    if fault := hearing_fault(draft.question, f"{draft.answer}\n{draft.rationale or ''}"):
        return fault
    if fault := _evidence_fault(draft, style, material):
        return fault
    if fault := _time_fault(draft, material) or reference_fault(draft, material):
        return fault
    if fault := type_fault(draft, style.type):
        return fault
    if draft.form == "multiple_choice":
        return option_fault(draft, material, draft.about, config)
    return ("bad_options", "an open question has options") if draft.distractors else None


def _evidence_fault(draft: Draft, style: Style, material: Material) -> Fault | None:
    """A pair rests on facts that are known, and one of them must speak to its skill."""
    if not draft.evidence:
        return "no_evidence", "no facts are named"
    known = {*material.known, *({HEARING} & set(style.needs))}
    unknown = [name for name in draft.evidence if name not in known]
    if unknown:
        return "no_evidence", f"not known of this track: {', '.join(sorted(set(unknown)))}"
    if not any(style.skill in EVIDENCE[name] for name in draft.evidence):
        return "no_evidence", f"{', '.join(draft.evidence)}: nothing about {style.skill}"
    return None


def _time_fault(draft: Draft, material: Material) -> Fault | None:
    if (draft.start_s is None) != (draft.end_s is None):
        return "bad_time", "a stretch needs both a start and an end"
    if draft.start_s is None or draft.end_s is None:
        return None
    if not 0 <= draft.start_s < draft.end_s <= material.duration_s + TOLERANCE_S:
        end = f"a track of {material.duration_s:.1f} s"
        return "bad_time", f"{draft.start_s:g} to {draft.end_s:g} s in {end}"
    return None


def _duplicate(draft: Draft, taken: Sequence[QaPair], config: QuestionConfig) -> Fault | None:
    for pair in taken:
        if same_question(draft.question, pair.question, config.similarity):
            return "near_duplicate", f"of {pair.qa_id}: {pair.question}"
    return None


def _pair(
    qa_id: str, draft: Draft, material: Material, config: QuestionConfig, authorship: Authorship
) -> QaPair:
    style = BY_NAME[draft.style]
    is_choice = draft.form == "multiple_choice"
    seed = shuffle_seed(config.seed, qa_id) if is_choice else None
    texts = [draft.answer, *(each.text for each in draft.distractors)]
    distractors = [Distractor.model_validate(each.model_dump()) for each in draft.distractors]
    end_s = None if draft.end_s is None else min(draft.end_s, material.duration_s)
    return QaPair.model_validate(
        {
            "qa_id": qa_id,
            "track_id": material.track_id,
            "skill": style.skill,
            "form": draft.form,
            "type": style.type or draft.form,
            "style": style.name,
            "question": draft.question,
            "answer": draft.answer,
            "options": None if seed is None else shuffled(texts, seed),
            "distractors": distractors if is_choice else None,
            "shuffle_seed": seed,
            "about_start_s": draft.start_s,
            "about_end_s": end_s,
            "rationale": draft.rationale,
            "references": draft.references.model_dump(),
            "evidence": list(dict.fromkeys(draft.evidence)),
            "authorship": authorship,
            "usage": Usage(),
        }
    )
