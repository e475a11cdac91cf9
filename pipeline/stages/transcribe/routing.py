"""Who hears a track: by the language that the listing states."""

from dataclasses import dataclass
from typing import Literal

from schemas.languages import PARAKEET_V3, read_language
from schemas.transcribe import RecogniserConfig, TranscribeConfig

Part = Literal["recogniser", "fallback"]


@dataclass(frozen=True)
class Route:
    """Who hears a track; None and a reason where nobody does.

    Attributes
    ----------
    part : str or None
        ``recogniser`` or ``fallback``.
    language : str or None
        The one language that the listing states.
    reason, detail : str
    """

    part: Part | None
    language: str | None = None
    reason: str = ""
    detail: str = ""


def route(stated: str | None, config: TranscribeConfig) -> Route:
    """Choose who hears a track.

    Parameters
    ----------
    stated : str or None
        The listing's `language`.
    config : TranscribeConfig

    Returns
    -------
    Route
        Reasons are ``no_model``, ``instrumental`` and ``language_not_supported``.
    """
    if config.recogniser is None:
        return Route(None, reason="no_model", detail="no `transcribe.recogniser` is configured")
    found = read_language(stated)
    if found.is_instrumental:
        return Route(None, reason="instrumental", detail="the listing says so")
    language = found.codes[0] if len(found.codes) == 1 and not found.unknown else None
    if not found.unknown and all(knows(config.recogniser, code) for code in found.codes):
        return Route("recogniser", language)
    fallback = config.fallback
    if fallback is not None and all(knows(fallback, code) for code in found.codes):
        return Route("fallback", language)
    names = ", ".join([*found.codes, *found.unknown])
    return Route(None, language, "language_not_supported", f"{names}: no configured model knows it")


def knows(recogniser: RecogniserConfig, language: str) -> bool:
    """Whether a recogniser knows a language."""
    if recogniser.languages is not None:
        return language in recogniser.languages
    return recogniser.engine != "nemo" or language in PARAKEET_V3
