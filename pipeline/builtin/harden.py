"""Harder choices without a model: the same is asked in other words, among more options."""

from collections.abc import Sequence

from pipeline.builtin.question import drafts_of
from pipeline.engine.together import label
from pipeline.stages.harden.drafts import HarderDraft, HarderDrafts
from pipeline.stages.question.drafts import Draft
from pipeline.stages.question.material import Material
from schemas.qa import QaPair
from schemas.sections import QuestionConfig

_N_DRAWS = 8
"""Ours: a moment of the track that is drawn is seldom drawn again at once."""


def harden(pairs: Sequence[QaPair], material: Material, config: QuestionConfig) -> HarderDrafts:
    """Pairs as facts tell them in another draw; those that they do not tell again are left out.

    Parameters
    ----------
    pairs : sequence of QaPair
        Choices about one track.
    material : Material
    config : QuestionConfig
        How many options a harder choice has.
    """
    draws = [
        draft
        for seed in range(1, _N_DRAWS + 1)
        for skill in dict.fromkeys(pair.skill for pair in pairs)
        for draft in drafts_of(skill, material, config.model_copy(update={"seed": seed}))
    ]
    found = (next((each for each in draws if _is_harder(each, pair)), None) for pair in pairs)
    return HarderDrafts(
        pairs=[
            HarderDraft(id=label(place), question=each.question, distractors=each.distractors)
            for place, each in enumerate(found, 1)
            if each is not None
        ]
    )


def _is_harder(draft: Draft, pair: QaPair) -> bool:
    """Whether it asks the same with the same answer, in other words or among other options."""
    is_same = (draft.style, draft.form, draft.answer, draft.about) == (
        pair.style,
        pair.form,
        pair.answer,
        pair.about,
    )
    texts = {pair.answer, *(each.text for each in draft.distractors)}
    return is_same and (draft.question != pair.question or texts != set(pair.options or ()))
