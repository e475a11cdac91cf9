"""Times that are no right answer: clear of all changes, and anywhere in the track."""

from collections.abc import Sequence

from pipeline.builtin.clock import clock
from pipeline.builtin.question.writing import QuestionWriter, Wrong, WrongOptions
from pipeline.stages.question.material import Material

CLEAR_OF_CHANGES_S = 5.0
"""Ours: so near a change, a time may be taken for it."""
_EDGE_S = 3.0
_RELATED_S = 15.0
_DRAWS = 100


def other_times(
    material: Material,
    write: QuestionWriter,
    right_s: float,
    changes: Sequence[float],
    *,
    elsewhere: Sequence[float] = (),
    after_s: float = 0.0,
) -> WrongOptions:
    """Wrong times: of other changes, then of none, as likely anywhere in the track.

    Parameters
    ----------
    material : Material
    write : QuestionWriter
    right_s : float
    changes : sequence of float
        Times, s, that may be right, too.
    elsewhere : sequence of float, optional
        Those of them that surely are not.
    after_s : float, optional
        What the right one is after, as the question says.
    """
    taken, found = [right_s], list[Wrong]()
    for time_s in write.mixed(elsewhere):
        if _is_clear(time_s, taken, material):
            taken.append(time_s)
            found.append((clock(time_s), "other_place"))
    taken += changes
    for _ in range(_DRAWS):
        time_s = write.between(after_s, material.duration_s)
        if _is_clear(time_s, taken, material):
            taken.append(time_s)
            is_near = abs(time_s - right_s) < _RELATED_S
            found.append((clock(time_s), "related" if is_near else "unrelated"))
    return lambda _n: found


def _is_clear(time_s: float, taken: Sequence[float], material: Material) -> bool:
    is_inside = _EDGE_S < time_s < material.duration_s - _EDGE_S
    return is_inside and all(abs(time_s - each) > CLEAR_OF_CHANGES_S for each in taken)
