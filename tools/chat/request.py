"""What is asked of a model, and what comes back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from schemas.digest import digest
from schemas.roles import RoleConfig
from schemas.usage import Usage
from tools.chat.forms import json_schema
from tools.errors import RefusedError
from tools.remote.audio import Audio


@dataclass(frozen=True)
class Clip:
    """A stretch of a recording that the model hears.

    Attributes
    ----------
    track_id : str
        Stands for the bytes of the file.
    audio : Audio
        Where the file lies now.
    start_s, end_s : float
    """

    track_id: str
    audio: Audio
    start_s: float
    end_s: float


@dataclass(frozen=True)
class ChatRequest:
    """One question.

    Attributes
    ----------
    system, user : str
        The prompt.
    form : type[BaseModel] or None
        The form of the answer; None for plain text.
    clip : Clip or None
        What the model hears.
    second : Clip or None
        Another recording that it hears behind that.
    prompt : str
        Name of the prompt that `system` and `user` are from.
    facts : tuple
        What the engine `builtin/facts` makes its answer from; no other engine sees them.
    most_tokens : int or None
        Tokens of the longest answer that can be used; None where nothing is known of it.
    refuses : callable or None
        ``refuses(value)`` gives a reason and words where a model's answer is of no use though it is
        in the form, else None: it is asked for again.
    shorter : callable or None
        ``shorter()`` gives the same question with less of its material, for a model whose context
        it overflows; None where nothing can be left out.
    language : str or None
        ISO 639-1 code of what is sung, for endpoints that only transcribe.
    """

    system: str
    user: str
    form: type[BaseModel] | None = None
    clip: Clip | None = None
    prompt: str = ""
    facts: tuple[Any, ...] = ()
    most_tokens: int | None = None
    refuses: "Callable[[Any], tuple[str, str] | None] | None" = None
    shorter: "Callable[[], ChatRequest] | None" = None
    language: str | None = None
    second: Clip | None = None

    @property
    def clips(self) -> tuple[Clip, ...]:
        """All that is heard, in its order."""
        return tuple(each for each in (self.clip, self.second) if each is not None)

    def key(self, role: RoleConfig) -> str:
        """Digest of all that decides the answer: engine, model, sampling, prompt, sound, form.

        The output limit is none of it: an answer that is kept ended by itself.
        """
        heard = [
            [clip.track_id, clip.start_s, clip.end_s, role.sends_audio_as] for clip in self.clips
        ]
        return digest(
            [
                role.decides_answers,
                self.system,
                self.user,
                heard[0] if heard else None,
                self.form and json_schema(self.form),
                *([] if self.language is None else [self.language]),
                *heard[1:],
            ]
        )


@dataclass(frozen=True)
class Answer:
    """A valid answer.

    Attributes
    ----------
    value : BaseModel or str
        Of the form that was asked for.
    model : str
        As the server names it.
    usage : Usage
        What it cost, when it was bought.
    """

    value: BaseModel | str
    model: str
    usage: Usage


@dataclass(frozen=True)
class Reply:
    """A model's words as they came, not yet judged.

    Attributes
    ----------
    text : str
    finish : str
        Why it ended: ``stop``, ``length`` (broke off), ``content_filter``, or ``refusal``.
    model : str
    input_tokens, output_tokens : int or None
        None where the server does not count.
    reasoning : str or None
        What the model thought before it answered, where the server tells it. Never an answer.
    called : str or None
        What the model gave to the tool that a form is offered as.
    audio_tokens, cached_tokens : int or None
        Of the input; None where the server does not tell.
    bytes_sent : int
        The body of the request.
    """

    text: str
    finish: str
    model: str
    input_tokens: int | None = None
    output_tokens: int | None = None
    reasoning: str | None = None
    called: str | None = None
    audio_tokens: int | None = None
    cached_tokens: int | None = None
    bytes_sent: int = 0

    @property
    def said(self) -> str:
        """All there is to show of a reply that is of no use: its text, or thoughts without one.

        Halves of a character are shown as their numbers: no file can hold them.
        """
        words = self.text or self.called or self.reasoning or ""
        return words.encode("utf-8", "backslashreplace").decode()


class AnswerError(RefusedError):
    """The model gave no usable answer to this request, in as many attempts as allowed.

    Parameters
    ----------
    reason : str
        ``refused``, ``filtered``, ``cut_off``, ``stopped``, ``empty``, ``invalid``,
        ``bad_request``, ``context_overflow``, ``too_large``, ``forbidden``, ``server_error``,
        ``timed_out``, ``unreachable``, ``broken_response`` or a clip's own fault.
    detail : str
    raw : str or None
        The model's last words.
    """

    def __init__(self, reason: str, detail: str, raw: str | None = None) -> None:
        super().__init__(reason, detail)
        self.raw = raw


class EndpointError(RuntimeError):
    """The endpoint cannot be used now. Nothing is wrong with the rows: the step must wait."""


class BudgetReachedError(RuntimeError):
    """The next request would cost more than the budget allows. All that was bought is kept."""
