"""Which pairs are asked for: shares of skills and forms that hold over the corpus, and styles."""

from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import TypeVar, get_args

from pipeline.stages.question.styles import Style
from schemas.digest import digest
from schemas.qa import SKILLS, QaForm
from schemas.sections import QuestionConfig

Name = TypeVar("Name", bound=str)


def allot(
    track_id: str, styles: Sequence[Style], n_pairs: int, config: QuestionConfig
) -> list[tuple[Style, QaForm]]:
    """The style, and so the skill, and the form of every pair of a track.

    Systematic sampling: the shares are laid on a line, and marked at equal distances from an
    offset that the track's id decides. A track has its shares to within one pair, and a corpus has
    them exactly, on average. The styles of a skill take turns, in an order that the id decides.

    Parameters
    ----------
    track_id : str
    styles : sequence of Style
        Those that suit the track; shares of skills without one go to the others.
    n_pairs : int
    config : QuestionConfig

    Returns
    -------
    list of (Style, QaForm)
        `n_pairs` of them; none if all their shares are 0.
    """
    shares = config.skills.model_dump()
    skills = {style.skill for style in styles}
    weights = {skill: shares[skill] for skill in SKILLS if skill in skills and shares[skill]}
    if not weights:
        return []
    chosen = [_at(weights, mark) for mark in _marks(n_pairs, [config.seed, track_id, "skill"])]
    share = config.multiple_choice_share
    choice, free = get_args(QaForm)
    form_weights: dict[QaForm, float] = {choice: share, free: 1 - share}
    forms = [_at(form_weights, mark) for mark in _marks(n_pairs, [config.seed, track_id, "form"])]
    # Skills come sorted, and so do forms: without this all open questions were of the last skill.
    order = sorted(range(n_pairs), key=lambda each: digest([config.seed, track_id, each]))
    turns = {
        skill: cycle(
            sorted(
                (style for style in styles if style.skill == skill),
                key=lambda style: digest([config.seed, track_id, style.name]),
            )
        )
        for skill in weights
    }
    return [(next(turns[skill]), forms[place]) for skill, place in zip(chosen, order, strict=True)]


def _marks(n: int, seed: Sequence[object]) -> list[float]:
    offset = int(digest(list(seed))[:13], 16) / 16**13
    return [(each + offset) / n for each in range(n)]


def _at(weights: Mapping[Name, float], mark: float) -> Name:
    """The name whose stretch of the line a mark from 0 to 1 falls into."""
    names = [name for name in weights if weights[name]]
    total, reached = sum(weights.values()), 0.0
    for name in names:
        reached += weights[name] / total
        if mark < reached:
            return name
    return names[-1]
