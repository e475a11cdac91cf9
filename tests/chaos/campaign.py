"""What a campaign of faults reports."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Campaign:
    """Faults of one kind, made many times.

    Attributes
    ----------
    name : str
    tried : int
        Faults that were made.
    outcomes : dict of str to int
        What came of them; they sum to `tried`.
    faults : list of str
        What must not happen and did, each with what repeats it (seed, round, input).
    """

    name: str
    tried: int
    outcomes: dict[str, int]
    faults: list[str] = field(default_factory=list)
