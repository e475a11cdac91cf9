"""Times that are no right answer: far from what is asked for, and clear of all changes."""

from collections.abc import Sequence

from pipeline.builtin.clock import clock
from pipeline.builtin.question.writing import QuestionWriter, Wrong
from pipeline.stages.question.material import Material

CLEAR_OF_CHANGES_S = 5.0
"""Ours: so near a change, a time may be taken for it."""
_OFFSETS_S = (8.0, 13.0, 21.0, 34.0, 55.0)
_RELATED_S = 15.0


def other_times(
    material: Material, write: QuestionWriter, right_s: float, changes: Sequence[float]
) -> list[Wrong]:
    """Wrong times around a right one.

    Parameters
    ----------
    material : Material
    write : QuestionWriter
    right_s : float
    changes : sequence of float
        Times, s, that none of them is near.
    """
    wrong: list[Wrong] = []
    for offset_s in _OFFSETS_S:
        for sign in (-1, 1):
            time_s = right_s + sign * offset_s * write.between(0.9, 1.1)
            is_free = all(abs(time_s - change) > CLEAR_OF_CHANGES_S for change in changes)
            if 3 < time_s < material.duration_s - 3 and is_free:
                wrong.append((clock(time_s), "related" if offset_s < _RELATED_S else "unrelated"))
    return wrong
