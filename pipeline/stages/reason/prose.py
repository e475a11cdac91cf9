"""A chain of thought in prose, as *Music Flamingo* has them, and what is wrong with one."""

from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict, create_model

from pipeline.gates import Asked, Fault, Length, named_source, prose_fault, restated
from pipeline.prompts import readable

MAX_WORDS = 249
"""Fewer than 250: *Music Flamingo*, Figures 25 and 26."""
MOST_TOKENS = 3 * MAX_WORDS
"""Ours: names of chords and times have more tokens than words do."""


class ProseChain(BaseModel):
    """Thoughts in prose, and the answer that they lead to; null for captions."""

    model_config = ConfigDict(extra="forbid")
    thinking: str
    answer: str | None


@cache
def prose_form(*, is_choice: bool) -> type[ProseChain]:
    """The form of a chain in prose."""
    answer: Any = (str if is_choice else None, ...)
    return create_model("ProseChain", __base__=ProseChain, answer=answer)


def prose_of(chain: ProseChain) -> str:
    """Its thoughts as they are kept: paragraphs stay, all other white space is one space."""
    lines = (" ".join(readable(line).split()) for line in chain.thinking.splitlines())
    return "\n".join(filter(None, lines))


def length_fault(chain: ProseChain) -> Fault | None:
    """``no_steps`` or ``too_long``."""
    thinking = prose_of(chain)
    if not thinking:
        return "no_steps", "the chain is empty"
    return Length(1, MAX_WORDS).fault(thinking)


def prose_words_fault(chain: ProseChain, what: Asked, caption: str) -> Fault | None:
    """What is wrong with the words of a model's chain, whatever they say of the music.

    Parameters
    ----------
    chain : ProseChain
    what : Asked
    caption : str
        Of the track.

    Returns
    -------
    (str, str) or None
        That of `pipeline.gates.prose_fault`, or ``tells_of_metadata`` or
        ``restates_caption``.
    """
    thinking = prose_of(chain)
    if not thinking:
        return None  # it is no chain: see `length_fault`
    if fault := prose_fault(thinking, what, Length(1, MAX_WORDS)):
        return fault
    if found := named_source(thinking):
        return "tells_of_metadata", f"{found!r} is not heard"
    if found := restated(thinking, caption):
        return "restates_caption", found
    return None
