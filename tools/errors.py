"""Why a row was refused, or the work stopped, as exceptions."""


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


class StoreError(OSError):
    """The store cannot be read or written, e.g. the disk is full or the network is down."""


class UnreachableError(StoreError):
    """Audio is out of reach for a reason that is none of its file's: the work ends, not the row."""


class StoppedError(RuntimeError):
    """Someone stopped the build. What is done is kept; run again to go on from there."""
