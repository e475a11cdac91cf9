"""Beats and downbeats against references, by mir_eval."""

from collections.abc import Sequence

import numpy as np

from pipeline.views.evaluate.facts.reference import ReferenceFacts
from schemas.facts import MusicFacts


def beat_scores(reference: ReferenceFacts, facts: MusicFacts) -> dict[str, float | None]:
    """F-measures within 70 ms; of beats also the shares at the right and any usual level."""
    import mir_eval

    found: dict[str, float | None] = {}
    if reference.beats_s:
        heard = None if facts.beats is None else [each.time_s for each in facts.beats]
        names = ("beats, F", "beats, CMLt", "beats, AMLt")
        found |= dict.fromkeys(names)
        if heard is not None:
            true_s, heard_s = _trimmed(reference.beats_s), _trimmed(heard)
            _, cmlt, _, amlt = mir_eval.beat.continuity(true_s, heard_s)
            values = (mir_eval.beat.f_measure(true_s, heard_s), cmlt, amlt)
            found |= {name: float(each) for name, each in zip(names, values, strict=True)}
    if reference.downbeats_s:
        first = None if facts.beats is None else [b.time_s for b in facts.beats
                                                  if b.bar_position == 1]  # fmt: skip
        found["downbeats, F"] = None
        if first is not None:
            score = mir_eval.beat.f_measure(_trimmed(reference.downbeats_s), _trimmed(first))
            found["downbeats, F"] = float(score)
    return found


def _trimmed(times_s: Sequence[float]) -> np.ndarray:
    """Without the first five seconds, as is usual: trackers and listeners need some time."""
    import mir_eval

    trimmed: np.ndarray = mir_eval.beat.trim_beats(np.array(sorted(times_s), float))
    return trimmed
