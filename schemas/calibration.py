"""How evidence becomes a chance of being right: choice models fitted on exact truth.

A fact is one of several candidates: a tempo among its halves and doubles, a key among 24. Each
candidate has features; the chance of candidate c is ``exp(w·x_c) / sum(exp(w·x_k))``.

Source: D. McFadden, "Conditional Logit Analysis of Qualitative Choice Behavior", 1974. Wrong
shares are q-values: J. D. Storey, "A Direct Approach to False Discovery Rates", 2002.
"""

from pydantic import Field, model_validator

from schemas.record import Record


class WrongShareAt(Record):
    """A point of the curve from a value's chance to its q-value."""

    p_right: float = Field(ge=0, le=1)
    q_value: float = Field(ge=0, le=1)


class ChoiceModel(Record):
    """Weights of the features of candidates, and how wrong what is stated would be."""

    weights: dict[str, float] = Field(description="By feature; a candidate without one has 0.")
    curve: list[WrongShareAt] = Field(
        min_length=1, description="On examples whose sources were left out, by rising chance."
    )
    coarse_curve: list[WrongShareAt] = Field(
        default=[], description="The same of the coarser fact; empty where the field has none."
    )
    penalty: float = Field(
        default=1e-3, gt=0, description="On squared weights, with which they were fitted."
    )
    n_examples: int = Field(ge=0)
    sources: list[str] = Field(description="Corpora that it was fitted on.")

    @model_validator(mode="after")
    def _rising(self) -> "ChoiceModel":
        for curve in (self.curve, self.coarse_curve):
            chances = [each.p_right for each in curve]
            if chances != sorted(chances):
                raise ValueError("a curve must be in order of its chances")
        return self


class Calibration(Record):
    """The models of all fields that are stated."""

    tempo: ChoiceModel
    metre: ChoiceModel
    key: ChoiceModel
    tuning: ChoiceModel
    chords: ChoiceModel
    boundaries: ChoiceModel
    returns: ChoiceModel
    instruments: dict[str, ChoiceModel] = Field(description="By name, e.g. `drums`.")
