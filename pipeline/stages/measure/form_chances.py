"""Chances of a form's parts: that a section begins where it is said, and that music returns."""

from pipeline.stages.measure.chances import Features, chances, q_value
from pipeline.stages.measure.form import Form
from schemas.calibration import Calibration, ChoiceModel
from schemas.facts import Section


def with_chances(form: Form, calibration: Calibration) -> list[Section]:
    """The sections of a form, each with its chances."""
    found = []
    for i, section in enumerate(form.sections):
        known: dict[str, float] = {}
        if i > 0:
            p_right, q = _certainty(calibration.boundaries, form.boundaries[i - 1])
            known |= {"start_p_right": p_right, "start_q_value": q}
        if i in form.returns:
            p_right, q = _certainty(calibration.returns, form.returns[i])
            known |= {"letter_p_right": p_right, "letter_q_value": q}
        found.append(Section.model_validate(dict(section) | known))
    return found


def _certainty(model: ChoiceModel, evidence: Features) -> tuple[float, float]:
    """The chance that it is so, against that it is not, and its q-value."""
    p_right = float(chances(model, [evidence, {}])[0])
    return p_right, q_value(model, p_right)
