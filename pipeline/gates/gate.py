"""All gates over one text."""

from dataclasses import dataclass

from pipeline.gates.asked import Asked
from pipeline.gates.characters import odd_characters
from pipeline.gates.echo import echo, is_placeholder
from pipeline.gates.english import not_english
from pipeline.gates.repetition import repetition
from pipeline.gates.tokens import template_token

Fault = tuple[str, str]
"""A reason to count by, and what was found."""


@dataclass(frozen=True)
class Length:
    """Words that a text may have."""

    least: int
    most: int

    def fault(self, text: str) -> Fault | None:
        """``too_short`` or ``too_long``."""
        n_words = len(text.split())
        if self.least <= n_words <= self.most:
            return None
        reason = "too_short" if n_words < self.least else "too_long"
        return reason, f"{n_words} words, from {self.least} to {self.most} are taken"


def phrase_fault(text: str, asked: Asked) -> Fault | None:
    """What is wrong with a few words: an option, a part, a line of a list.

    Returns
    -------
    (str, str) or None
        ``template_token``, ``odd_characters``, ``placeholder`` or ``echoes_prompt``.
    """
    if token := template_token(text):
        return "template_token", f"{token!r} is a mark of chat templates, no word"
    if odd := odd_characters(text, asked.scripts):
        return "odd_characters", odd
    if is_placeholder(text):
        return "placeholder", f"{text!r} says nothing"
    if found := echo(text, asked):
        return "echoes_prompt", found
    return None


def prose_fault(
    text: str, asked: Asked, length: Length | None = None, *, is_english: bool = True
) -> Fault | None:
    """What is wrong with sentences, of English ones where no other language was asked for.

    Returns
    -------
    (str, str) or None
        That of `phrase_fault`, or ``too_short``, ``too_long``, ``repeats_itself`` or
        ``not_english``.
    """
    if fault := phrase_fault(text, asked):
        return fault
    if length is not None and (fault := length.fault(text)):
        return fault
    if found := repetition(text):
        return "repeats_itself", found
    if is_english and (found := not_english(text)):
        return "not_english", found
    return None
