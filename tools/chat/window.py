"""How many requests are under way at once: more while answers come in time, fewer when not.

As TCP finds what a way can carry (additive increase, multiplicative decrease; RFC 5681): doubled
every round until the first sign of too much, then one more a round. A server that answers one at
a time is not buried under a queue whose end comes too late.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

_FIRST = 4
"""Ours: on a server with one slot the last of four still comes in time where one takes 30 s."""
_IN_TIME = 0.5
"""Ours: an answer that took more of the time limit is no reason to ask more at once."""


class Window:
    """A semaphore whose size follows how the endpoint fares.

    Parameters
    ----------
    most : int
        It never grows beyond this.
    time_limit_s : float
        Of an attempt.
    """

    def __init__(self, most: int, time_limit_s: float) -> None:
        self._most, self._time_limit_s = most, time_limit_s
        self._size = float(min(_FIRST, most))
        self._is_steady = False
        self._shrunk_s = 0.0
        self._n_taken = 0
        self._changed = asyncio.Condition()

    @property
    def size(self) -> int:
        """How many may be under way now."""
        return int(self._size)

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Wait for a place, and hold it."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._n_taken < self.size)
            self._n_taken += 1
        try:
            yield
        finally:
            self._n_taken -= 1
            async with self._changed:
                self._changed.notify_all()

    def answered(self, sent_s: float) -> None:
        """Tell that a request was answered that was sent at a time of `time.monotonic`."""
        if time.monotonic() - sent_s <= _IN_TIME * self._time_limit_s:
            more = 1 / self._size if self._is_steady else 1
            self._size = min(self._most, self._size + more)

    def overloaded(self, sent_s: float) -> None:
        """Tell that a request came to nothing by too much load: halved once for all of a round."""
        if sent_s >= self._shrunk_s:
            self._size = max(1.0, self._size / 2)
            self._shrunk_s, self._is_steady = time.monotonic(), True
