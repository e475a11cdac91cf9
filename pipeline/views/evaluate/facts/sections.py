"""Sections of the form against references, by mir_eval."""

import numpy as np

from pipeline.views.evaluate.facts.judgement import Judgement
from pipeline.views.evaluate.facts.reference import ReferenceFacts
from schemas.facts import MusicFacts
from schemas.form import is_sure_start

CLOSE_S = 3.0
"""Within it of a true boundary, one is right; of MIREX."""
_WINDOWS_S = (0.5, CLOSE_S)


def judge_form(reference: ReferenceFacts, facts: MusicFacts, max_wrong: float) -> list[Judgement]:
    """Judgements of where sections begin, without the first: within `CLOSE_S` of a true start."""
    if not reference.sections or facts.sections is None:
        return []
    true_s = np.array([each.start_s for each in reference.sections[1:]])
    found = []
    for section in facts.sections[1:]:
        is_right = bool((np.abs(true_s - section.start_s) <= CLOSE_S).any())
        is_stated = is_sure_start(section, max_wrong)
        kind = "" if is_right else "no_section_starts"
        found.append(Judgement(section.start_p_right, is_stated, is_right, kind))
    return found


def section_scores(reference: ReferenceFacts, facts: MusicFacts) -> dict[str, float | None]:
    """F-measures of boundaries, without the first and the last, and of pairs of alike frames."""
    import mir_eval

    sections = facts.sections
    if not reference.sections:
        return {}
    names = [f"sections, F at {window_s:g} s" for window_s in _WINDOWS_S]
    if not sections:
        return dict.fromkeys([*names, "sections, pairwise F"])
    true_s = np.array([(each.start_s, each.end_s) for each in reference.sections])
    heard_s = np.array([(each.start_s, each.end_s) for each in sections])
    found: dict[str, float | None] = {}
    for name, window_s in zip(names, _WINDOWS_S, strict=True):
        *_, f_measure = mir_eval.segment.detection(true_s, heard_s, window=window_s, trim=True)
        found[name] = float(f_measure)
    true_labels = [_same(each.label) for each in reference.sections]
    heard_labels = [_same(each.letter) for each in sections]
    true_s, true_labels = mir_eval.util.adjust_intervals(true_s, true_labels, t_min=0.0)
    heard_s, heard_labels = mir_eval.util.adjust_intervals(
        heard_s, heard_labels, t_min=0.0, t_max=true_s.max()
    )
    *_, pairwise = mir_eval.segment.pairwise(true_s, true_labels, heard_s, heard_labels)
    return {**found, "sections, pairwise F": float(pairwise)}


def _same(label: str) -> str:
    """Varied repetitions are the same: A' is A."""
    return label.rstrip("'")
