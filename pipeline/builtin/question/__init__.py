"""Questions without a model: from facts, in varied words, the same for the same facts."""

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import zip_longest

from pipeline.builtin.question.attributes import ATTRIBUTES
from pipeline.builtin.question.harmony import HARMONY
from pipeline.builtin.question.lyrics import LYRICS
from pipeline.builtin.question.structure import STRUCTURE
from pipeline.builtin.question.temporal import TEMPORAL
from pipeline.builtin.question.writing import QuestionWriter
from pipeline.stages.question.drafts import Draft, Drafts
from pipeline.stages.question.material import Material
from pipeline.stages.question.styles import Style
from schemas.qa import QaForm, Skill
from schemas.sections import QuestionConfig

_TEMPLATES: dict[Skill, Sequence[Callable[[Material, QuestionWriter], list[Draft]]]] = {
    "temporal": TEMPORAL,
    "attributes": ATTRIBUTES,
    "harmony": HARMONY,
    "lyrics": LYRICS,
    "structure": STRUCTURE,
}


def write_drafts(
    material: Material, wanted: Sequence[tuple[Style, QaForm]], config: QuestionConfig
) -> Drafts:
    """Pairs from facts.

    Parameters
    ----------
    material : Material
    wanted : sequence of (Style, QaForm)
        The pairs that are asked for.
    config : QuestionConfig

    Returns
    -------
    Drafts
        One a wanted pair, as far as the facts go: where there are none of this style and form, of
        another style of its skill, and then of the other form.
    """
    write = QuestionWriter(material.track_id, config)
    left = {
        skill: _interleaved(material, _TEMPLATES[skill], write)
        for skill in dict.fromkeys(style.skill for style, _ in wanted)
    }
    pairs: list[Draft] = []
    used: Counter[str] = Counter()
    for style, form in wanted:
        if pool := left[style.skill]:
            best = max(
                pool,
                key=lambda each: (each.form == form, each.style == style.name, -used[each.style]),
            )
            pool.remove(best)
            pairs.append(best)
            used[best.style] += 1
    return Drafts(pairs=pairs)


def drafts_of(skill: Skill, material: Material, config: QuestionConfig) -> list[Draft]:
    """All that facts can ask in a skill, as the seed draws it."""
    write = QuestionWriter(material.track_id, config)
    return [draft for template in _TEMPLATES[skill] for draft in template(material, write)]


def _interleaved(
    material: Material,
    templates: Sequence[Callable[[Material, QuestionWriter], list[Draft]]],
    write: QuestionWriter,
) -> list[Draft]:
    """One of every template, then a second of every one, and so on; in an order of its own."""
    written = write.mixed([template(material, write) for template in templates])
    return [draft for row in zip_longest(*written) for draft in row if draft is not None]
