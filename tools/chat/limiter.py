"""RPM and TPM over a sliding window: reserved before a request, reconciled after."""

import asyncio
import time
from collections import deque
from dataclasses import dataclass

WINDOW_S = 60.0
_MARGIN_S = 1.0
_LOOK_AGAIN_S = 0.05


@dataclass(slots=True)
class Reservation:
    """A request that was let go, and its tokens as far as they are known."""

    at_s: float
    tokens: int
    is_counted: bool = True


class Limiter:
    """Lets requests go so that no minute holds more than the endpoint allows.

    Parameters
    ----------
    requests_per_minute, tokens_per_minute : int or None
        None is no limit.
    window_s : float, optional
        A minute. A margin is added to it, since requests arrive later than they leave.

    Notes
    -----
    Requests are let go in the order in which they ask. A reservation larger than the whole
    limit is let go when nothing else is in the window. A sliding window, since a leaky bucket
    lets up to twice the limit pass in the minute after a rest.
    """

    def __init__(
        self,
        requests_per_minute: int | None,
        tokens_per_minute: int | None,
        *,
        window_s: float = WINDOW_S,
    ) -> None:
        self._max_requests = requests_per_minute
        self._max_tokens = tokens_per_minute
        self._window_s = window_s + _MARGIN_S
        self._recent: deque[Reservation] = deque()
        self._tokens = 0
        self._turn = asyncio.Lock()
        self._not_before_s = 0.0

    async def reserve(self, tokens: int) -> Reservation:
        """Wait until a request with so many tokens may go."""
        if self._max_requests is None and self._max_tokens is None:
            while (wait_s := self._not_before_s - time.monotonic()) > 0:
                await asyncio.sleep(wait_s)
            return Reservation(0.0, 0, is_counted=False)
        async with self._turn:
            while (wait_s := self._wait_s(tokens)) > 0:
                await asyncio.sleep(wait_s)
            reservation = Reservation(time.monotonic(), tokens)
            self._recent.append(reservation)
            self._tokens += tokens
            return reservation

    def reconcile(self, reservation: Reservation, tokens: int) -> None:
        """Replace the estimate by what the server counted."""
        if reservation.is_counted:
            self._tokens += tokens - reservation.tokens
            reservation.tokens = tokens

    def pause(self, seconds: float) -> None:
        """Let nothing go for a while: the server asked for it."""
        self._not_before_s = max(self._not_before_s, time.monotonic() + seconds)

    def _wait_s(self, tokens: int) -> float:
        now_s = time.monotonic()
        while self._recent and self._recent[0].at_s <= now_s - self._window_s:
            oldest = self._recent.popleft()
            oldest.is_counted = False
            self._tokens -= oldest.tokens
        if now_s < self._not_before_s:
            return self._not_before_s - now_s
        if not self._recent:
            return 0.0
        until_oldest_leaves_s = self._recent[0].at_s + self._window_s - now_s
        if self._max_requests is not None and len(self._recent) >= self._max_requests:
            return until_oldest_leaves_s
        if self._max_tokens is not None and self._tokens + tokens > self._max_tokens:
            return min(until_oldest_leaves_s, _LOOK_AGAIN_S)
        return 0.0
