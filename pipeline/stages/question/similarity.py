"""When two questions are the same, or two options."""

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from schemas.options import canonical
from schemas.text import folded

_FILLERS = frozenset(
    [
        "a",
        "about",
        "an",
        "and",
        "are",
        "around",
        "as",
        "at",
        "be",
        "by",
        "can",
        "do",
        "does",
        "for",
        "from",
        "given",
        "hear",
        "heard",
        "in",
        "is",
        "it",
        "its",
        "listen",
        "listening",
        "music",
        "of",
        "on",
        "one",
        "or",
        "piece",
        "recording",
        "sound",
        "sounding",
        "sounds",
        "song",
        "that",
        "the",
        "there",
        "these",
        "this",
        "to",
        "track",
        "what",
        "when",
        "where",
        "which",
        "with",
        "you",
    ]
)
_NUMBER = re.compile(r"\d+(?:[:.,/]\d+)*")
_WORD = re.compile(r"[\w#♯♭]+")


def same_question(one: str, other: str, similarity: float) -> bool:
    """Whether two questions about one track ask the same: alike in words, equal in numbers."""
    return numbers(one) == numbers(other) and alike(template(one), template(other), similarity)


def alike(one: str, other: str, similarity: float) -> bool:
    """Whether two templates are alike, 0 to 1 by normalised insertions and deletions."""
    return one == other or fuzz.ratio(one, other) >= 100.0 * similarity


def numbers(question: str) -> list[str]:
    """The numbers and times of a question, sorted."""
    return sorted(_NUMBER.findall(question))


def template(question: str) -> str:
    """The words that make a question what it is: sorted, without numbers and fillers.

    Words may hold sharps and flats here, and end at an apostrophe: ``what's`` asks ``what``.

    Examples
    --------
    >>> template("Around 1:30, which chord sounds?") == template("Which chord is heard at 0:45?")
    True
    """
    text = _NUMBER.sub(" ", folded(question))
    return " ".join(sorted({word for word in _WORD.findall(text) if word not in _FILLERS}))


def chord_of(option: str) -> str | None:
    """The canonical chord that an option names, or None."""
    found = canonical(option)
    return found if found.startswith("chord ") else None


def key_of(option: str) -> str | None:
    """The canonical key that an option names, or None."""
    found = canonical(option)
    return found if found.startswith("key ") else None


def all_different(options: Sequence[str]) -> bool:
    """Whether no two options are the same."""
    return len({canonical(each) for each in options}) == len(options)
