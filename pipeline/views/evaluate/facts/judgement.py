"""One value of the facts, judged by a reference."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Judgement:
    """A value of the facts that a reference judges.

    Attributes
    ----------
    p_right : float or None
        The value's chance; None where nothing was measured.
    is_stated, is_right : bool
    kind : str
        Of the error; empty where it is right.
    """

    p_right: float | None
    is_stated: bool
    is_right: bool
    kind: str = ""


class Certain(Protocol):
    """A value that carries its chance."""

    @property
    def p_right(self) -> float:
        """Chance of being right."""
        ...

    @property
    def q_value(self) -> float:
        """Share of wrong ones among all values at least as likely."""
        ...


NOTHING_MEASURED = Judgement(None, False, False)


def judgement(value: Certain, max_wrong: float, kind: str) -> Judgement:
    """A value's judgement; it is right where there is no kind of error."""
    return Judgement(value.p_right, value.q_value <= max_wrong, not kind, kind)
