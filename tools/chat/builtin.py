"""The engine `builtin/facts`: says what can be said from measurements, with no model at all."""

from schemas.sound import ClipDescriptors
from tools.chat.engine import Attempt, Hear, Manner
from tools.chat.reading import answer_text
from tools.chat.request import ChatRequest, Reply
from tools.descriptors import describe_clip

NAME = "builtin/facts"


class BuiltinEngine:
    """Answers by the request's own `plain` function; the same request gives the same words.

    Parameters
    ----------
    hear : Hear
        Where clips are decoded.
    """

    def __init__(self, hear: Hear) -> None:
        self._hear = hear

    async def prepare(self, request: ChatRequest) -> Attempt:
        """Measure the clip, if there is one."""
        found: ClipDescriptors | None = None
        if request.clip is not None:
            found = await self._hear(describe_clip, request.clip)

        async def attempt(_: Manner) -> Reply:
            return Reply(answer_text(request.plain(found)), "stop", NAME, 0, 0)

        return attempt

    async def check(self) -> None:
        """It can always be asked."""

    async def close(self) -> None:
        """Nothing to let go of."""
