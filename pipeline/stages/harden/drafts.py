"""The form in which choices are made harder, and what is wrong with one."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict, create_model

from pipeline.engine.ask import at_most
from pipeline.gates import Asked, Fault
from pipeline.prompts import clean
from pipeline.stages.question.accept import draft_fault
from pipeline.stages.question.drafts import Draft, DraftDistractor, DraftReferences
from pipeline.stages.question.material import Material
from pipeline.stages.question.options import shuffle_seed, shuffled
from schemas.captions import Authorship
from schemas.options import canonical
from schemas.qa import Distractor, QaPair
from schemas.sections import QuestionConfig


class HarderDraft(BaseModel):
    """A choice in other words, and all its wrong options. There is no answer: it stays."""

    model_config = ConfigDict(extra="forbid")
    id: str
    question: str
    distractors: list[DraftDistractor]


class HarderDrafts(BaseModel):
    """All choices of a track that are made harder."""

    model_config = ConfigDict(extra="forbid")
    pairs: list[HarderDraft]


@cache
def harder_form(n: int, max_options: int) -> type[HarderDrafts]:
    """The form for so many choices."""
    distractors: Any = (at_most(list[DraftDistractor], max_options - 1), ...)
    draft = create_model("HarderDraft", __base__=HarderDraft, distractors=distractors)
    return create_model("HarderDrafts", __base__=HarderDrafts, pairs=(at_most(list[draft], n), ...))


def filled_up(draft: HarderDraft, pair: QaPair, min_options: int) -> HarderDraft:
    """The same with each wrong option once, none the answer, and as many old ones as are missing.

    Small models give the answer, or an option twice, among the wrong ones more often than not.
    """
    answer = canonical(pair.answer)
    new = _different(draft.distractors, {answer})
    old = [DraftDistractor(text=each.text, kind=each.kind) for each in pair.distractors or ()]
    left = _different(old, {answer, *(canonical(each.text) for each in new)})
    n_missing = max(0, min_options - 1 - len(new))
    return draft.model_copy(update={"distractors": [*new, *left[:n_missing]]})


def _different(some: Sequence[DraftDistractor], but: set[str]) -> list[DraftDistractor]:
    """Those that are none of others, each once."""
    first: dict[str, DraftDistractor] = {}
    for each in some:
        first.setdefault(canonical(each.text), each)
    return [each for name, each in first.items() if name not in but]


def harder_fault(
    draft: HarderDraft,
    pair: QaPair,
    material: Material,
    config: QuestionConfig,
    what: Asked,
    *,
    is_model: bool,
) -> Fault | None:
    """What is wrong with a harder choice: all that may be wrong with a pair (`accept`)."""
    start_s, end_s = pair.about or (None, None)
    whole = Draft(
        style=pair.style,
        form=pair.form,
        question=draft.question,
        answer=pair.answer,
        distractors=draft.distractors,
        start_s=start_s,
        end_s=end_s,
        rationale=pair.rationale,
        references=DraftReferences.model_validate(pair.references.model_dump()),
        evidence=pair.evidence,
    )
    return draft_fault(whole, material, config, what, is_model=is_model)


def harder_pair(draft: HarderDraft, pair: QaPair, authorship: Authorship) -> QaPair:
    """A pair made harder; its answer and all else is what it was."""
    distractors = [
        Distractor.model_validate(clean(each.model_dump())) for each in draft.distractors
    ]
    seed = shuffle_seed("harden", pair.qa_id)
    return pair.model_copy(
        update={
            "question": clean(draft.question),
            "options": shuffled([pair.answer, *_texts(distractors)], seed),
            "distractors": distractors,
            "shuffle_seed": seed,
            "authorship": authorship,
        }
    )


def _texts(distractors: Sequence[Distractor]) -> list[str]:
    return [each.text for each in distractors]
