"""The engine `builtin/facts`: says what can be said from measurements, with no model at all."""

from collections.abc import Callable, Mapping

from pydantic import BaseModel

from schemas.sound import ClipDescriptors
from tools.chat.engine import Attempt, AttemptOptions, RunOnClip, SoundForm
from tools.chat.faults import BadRequestFault
from tools.chat.reading import answer_text
from tools.chat.request import ChatRequest, Reply
from tools.descriptors import describe_clip

NAME = "builtin/facts"
BuiltinAnswers = Mapping[str, Callable[..., BaseModel | str]]
"""By prompt: ``answer(descriptors, *facts)`` as text or as the request's form. The descriptors are
those of the clip, or None."""


class BuiltinEngine:
    """Answers by prompt; the same request gives the same words.

    Parameters
    ----------
    hear : RunOnClip
        Where clips are decoded.
    answers : BuiltinAnswers
    """

    def __init__(self, hear: RunOnClip, answers: BuiltinAnswers) -> None:
        self._hear, self._answers = hear, answers

    async def prepare(self, request: ChatRequest, sound: SoundForm) -> Attempt:
        """Measure the clip, if there is one."""
        answer = self._answers.get(request.prompt)
        if answer is None:
            detail = f"{NAME} has no answer to the prompt `{request.prompt}`: configure a model"
            raise BadRequestFault("no_model", detail)
        found: ClipDescriptors | None = None
        if request.clip is not None:
            found = await self._hear(describe_clip, request.clip)

        async def attempt(_: AttemptOptions) -> Reply:
            return Reply(answer_text(answer(found, *request.facts)), "stop", NAME, 0, 0)

        return attempt

    async def check(self) -> None:
        """It can always be asked."""

    async def close(self) -> None:
        """Nothing to let go of."""
