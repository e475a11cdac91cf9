"""Questions without a model: from facts, in varied words, the same for the same facts."""

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
    material: Material, wanted: Sequence[tuple[Skill, QaForm]], config: QuestionConfig
) -> Drafts:
    """Pairs from facts.

    Parameters
    ----------
    material : Material
    wanted : sequence of (Skill, QaForm)
        The pairs that are asked for.
    config : QuestionConfig

    Returns
    -------
    Drafts
        One a wanted pair, as far as the facts go: of the other form where there are none of this.
    """
    write = QuestionWriter(material.track_id, config)
    pools: dict[tuple[str, str], list[Draft]] = {}
    for skill in dict.fromkeys(skill for skill, _ in wanted):
        for draft in _interleaved(material, _TEMPLATES[skill], write):
            pools.setdefault((skill, draft.form), []).append(draft)
    pairs = []
    for skill, form in wanted:
        other = "open" if form == "multiple_choice" else "multiple_choice"
        pool = pools.get((skill, form)) or pools.get((skill, other))
        if pool:
            pairs.append(pool.pop(0))
    return Drafts(pairs=pairs)


def _interleaved(
    material: Material,
    templates: Sequence[Callable[[Material, QuestionWriter], list[Draft]]],
    write: QuestionWriter,
) -> list[Draft]:
    """One of every template, then a second of every one, and so on; in an order of its own."""
    written = write.mixed([template(material, write) for template in templates])
    return [draft for row in zip_longest(*written) for draft in row if draft is not None]
