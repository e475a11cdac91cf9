"""Why a row was refused, as an exception."""


class RefusedError(Exception):
    """One row cannot be processed; the run goes on.

    Parameters
    ----------
    reason : str
        Short code to count by, e.g. ``undecodable``.
    detail : str, optional
        What happened, in words.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail
