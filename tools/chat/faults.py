"""What can go wrong in one attempt, by whose fault it is. Decided by type, never by wording."""

from tools.chat.request import Reply


class Fault(Exception):  # noqa: N818 - a fault is no error until it lasts
    """An attempt that gave no usable answer.

    Parameters
    ----------
    reason : str
        Short code to count by.
    detail : str
        What happened, in words.

    Attributes
    ----------
    bytes_sent : int
        The body of the request.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail
        self.bytes_sent = 0


class PassingFault(Fault):
    """The endpoint failed in a way that can pass: try again later.

    Parameters
    ----------
    reason, detail : str
        ``rate_limited``, ``server_error``, ``timed_out``, ``unreachable`` or ``broken_response``.
    retry_after_s : float or None, optional
        How long the server asks to be left alone.
    may_cost : bool, optional
        The server may have worked, and be paid for it: an answer was lost on the way.
    may_be_request : bool, optional
        The server calls it its own fault, but what it cannot do may be just this request.
    """

    def __init__(
        self,
        reason: str,
        detail: str,
        retry_after_s: float | None = None,
        *,
        may_cost: bool = False,
        may_be_request: bool = False,
    ) -> None:
        super().__init__(reason, detail)
        self.retry_after_s = retry_after_s
        self.may_cost = may_cost
        self.may_be_request = may_be_request


class LastingFault(Fault):
    """The endpoint will refuse every request until someone mends it: key, model, quota."""


class BadRequestFault(Fault):
    """The request will be refused every time: it is too long, or its clip cannot be sent."""


class UnusableFault(Fault):
    """The model answered, and was paid, but not with an answer to the question.

    Parameters
    ----------
    reason, detail : str
        ``refused``, ``filtered``, ``stopped``, ``cut_off``, ``empty``, ``invalid``, or what the
        request says of an answer that is of no use to it.
    reply : Reply
        Its words.
    """

    def __init__(self, reason: str, detail: str, reply: Reply) -> None:
        super().__init__(reason, detail)
        self.reply = reply

    @property
    def is_whole(self) -> bool:
        """Whether there is a whole answer, which the model can be shown with what is wrong."""
        return self.reason not in ("refused", "filtered", "stopped", "cut_off", "empty")
