"""How hard samples are without a model: by skill, and one more for what rests on several facts."""

from collections.abc import Sequence

from pipeline.stages.difficulty.samples import Sample
from pipeline.stages.difficulty.stage import Mark, Marks
from schemas.qa import Skill
from schemas.quality import HIGHEST_MARK

# Ours: harmony and structure take more than one fact to answer, attributes are heard at once.
_MARKS: dict[Skill | None, int] = {
    "temporal": 3, "attributes": 2, "harmony": 4, "lyrics": 3, "structure": 4, None: 3,
}  # fmt: skip
_WHY = "No model rated it: the mark follows from its skill and the facts it rests on."


def rate(samples: Sequence[Sample]) -> Marks:
    """Marks of a track's samples, in their order."""
    return Marks(
        marks=[
            Mark(id=f"e{number}", difficulty=mark(sample), why=_WHY)
            for number, sample in enumerate(samples, 1)
        ]
    )


def mark(sample: Sample) -> int:
    """Mark of one sample, 1 to 5."""
    several = sample.pair is not None and len(sample.pair.evidence) > 1
    return min(HIGHEST_MARK, _MARKS[sample.skill] + several)
