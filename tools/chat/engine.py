"""What an engine is: something that makes one attempt at one request. It knows no stage."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from schemas.dialect import Dialect
from schemas.roles import SoundWay
from tools.chat.request import ChatRequest, Clip, Reply

T = TypeVar("T")


@dataclass(frozen=True)
class AttemptOptions:
    """How an attempt is made.

    Attributes
    ----------
    dialect : Dialect
        How the endpoint is asked.
    max_output_tokens : int
    repair : tuple of (str, str) or None
        The model's last answer and what is wrong with it, for a second try that sees both.
    n_before : int
        Unusable answers before: a seed is moved on by them, or it would draw the same again.
    """

    dialect: Dialect
    max_output_tokens: int
    repair: tuple[str, str] | None = None
    n_before: int = 0


@dataclass(frozen=True)
class SoundForm:
    """How a role's clips are sent.

    Attributes
    ----------
    audio_format : str
        ``flac``, ``wav``, ``mp3`` or ``opus``.
    sample_rate_hz : int
    max_mb : float
        As sent.
    way : str
        ``bytes``; ``file_url``: whole files are not sent, but named by their ``file://`` address;
        ``url``: clips are put into the store, and named by a signed address.
    """

    audio_format: str
    sample_rate_hz: int
    max_mb: float
    way: SoundWay = "bytes"


Attempt = Callable[[AttemptOptions], Awaitable[Reply]]


class Engine(Protocol):
    """A model in reach, whatever it is."""

    async def prepare(self, request: ChatRequest, sound: SoundForm) -> Attempt:
        """Make ready what every attempt needs, e.g. the sound, before any limit is reserved.

        Parameters
        ----------
        request : ChatRequest
        sound : SoundForm
            How a clip is sent, by an engine that sends it.

        Returns
        -------
        callable
            ``await attempt(options)`` makes one attempt and gives the `Reply`. It raises a `Fault`
            (`tools.chat.faults`) if the model cannot be asked, or does not answer.

        Raises
        ------
        BadRequestFault
            If the clip cannot be heard.
        """
        ...

    async def check(self) -> None:
        """Make sure that it can be asked, at no cost.

        Raises
        ------
        LastingFault, PassingFault
            If it cannot.
        """
        ...

    async def close(self) -> None:
        """Let go of connections and models."""
        ...


class RunOnClip(Protocol):
    """Runs a function on a clip where native code may crash without harm."""

    async def __call__(self, function: Callable[[Clip], T], clip: Clip) -> T:
        """Result of ``function(clip)``.

        Raises
        ------
        BadRequestFault
            If the clip cannot be decoded.
        """
        ...
