"""How right measured facts are, held against references."""

from pydantic import Field

from schemas.record import Record
from schemas.sections import MaxWrong


class Share(Record):
    """A share and its 95 % interval (Wilson)."""

    value: float
    low: float
    high: float


class CoverageAt(Record):
    """How much could be stated if a bound were chosen with the references at hand."""

    max_wrong: float
    share: float = Field(description="Of all that the references judge, 0 to 1.")


class ReliabilityPoint(Record):
    """Values whose chances are alike; both shares are equal where chances are honest."""

    n: int
    mean_p_right: float
    share_right: float


class FieldEvaluation(Record):
    """One field of the facts: what is stated of it, and how much of that is wrong."""

    field: str
    n: int = Field(description="What references judge: tracks; of `chords`, chords.")
    n_measured: int = Field(description="Those that have a value.")
    n_stated: int = Field(description="Those whose value is sure enough to be stated.")
    n_wrong: int = Field(description="Of the stated ones.")
    wrong: Share | None = Field(description="Of the stated ones; null where none is stated.")
    kinds: dict[str, int] = Field(description="Kinds of errors, of the wrong ones stated.")
    coverage: list[CoverageAt]
    calibration_error: float | None = Field(
        description="Expected calibration error of `p_right`; null where nothing is measured."
    )
    reliability: list[ReliabilityPoint]


class MeanScore(Record):
    """A score of the field's literature, as a mean over tracks."""

    name: str
    n: int = Field(description="Tracks with a reference.")
    n_measured: int = Field(description="Those that were scored: the others have no value.")
    mean: float
    low: float | None = Field(description="Of the 95 % interval of the mean; null for one track.")
    high: float | None


class Unheard(Record):
    """A file that has references and could not be heard."""

    name: str
    why: str


class FactsEvaluation(Record):
    """Measured facts against references."""

    name: str = Field(description="Of the corpus or folder.")
    made_at: str
    version: str = Field(description="What measured: the digest or version of `measure`.")
    n_tracks: int
    n_references: int = Field(description="Tracks that have any reference.")
    max_wrong: MaxWrong = Field(description="What bounded the stated values.")
    fields: list[FieldEvaluation]
    scores: list[MeanScore]
    unheard: list[Unheard]
