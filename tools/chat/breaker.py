"""Stops a step whose endpoint refuses every request alike: then the fault is not the rows'."""

from tools.chat.faults import BadRequestFault
from tools.chat.request import EndpointError

_N_ALIKE = 8
"""Ours: so many odd rows at the very start of a role are unlikely, and so few cost nothing."""


class Breaker:
    """Counts what an endpoint refuses as long as it has answered nothing.

    Parameters
    ----------
    where : str
        The role and its endpoint, for the message.
    has_answered_before : bool
        The role's model answered in an earlier build: a sign of life is enough.
    """

    def __init__(self, where: str, *, has_answered_before: bool) -> None:
        self.has_answered_before = has_answered_before
        self._where = where
        self._has_answered = False
        self._refusals: list[BadRequestFault] = []

    def answered(self) -> None:
        """Tell that there was an answer, of whatever use."""
        self._has_answered = True

    def refused(self, fault: BadRequestFault) -> None:
        """Tell that the endpoint refuses a request for good."""
        self._refusals.append(fault)

    def is_suspected(self, *, is_end: bool) -> bool:
        """Whether all was refused alike so far.

        Parameters
        ----------
        is_end : bool
            A step has no more requests: few are enough then.
        """
        n_least = 1 if is_end else _N_ALIKE
        is_enough = len(self._refusals) >= n_least
        return is_enough and not self._has_answered and len({e.reason for e in self._refusals}) == 1

    def error(self) -> EndpointError:
        """The endpoint's own words."""
        return EndpointError(
            f"{self._where}: none of {len(self._refusals)} requests was answered, all were "
            f"refused alike: {self._refusals[0].detail}"
        )
