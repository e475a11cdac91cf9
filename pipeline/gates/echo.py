"""The prompt's own words given back, and words that stand for no text."""

from collections.abc import Sequence

from pipeline.gates.asked import Asked
from schemas.text import normalised, words_of

_PLACEHOLDERS = frozenset(
    ("null", "nil", "nan", "n a", "na", "string", "str", "undefined", "todo", "tbd", "placeholder",
     "lorem ipsum")
)  # fmt: skip
_RUN = 5
_MIN_WORDS = 8
_MIN_SHARE = 0.2
_MIN_WHOLE = 4
"""Ours: a run of five words is shared by chance ("by what kind of voice"), so that a longer text is
an echo if runs cover eight words of it and a fifth, a short one if all of it stands in the prompt.
"""


def is_placeholder(text: str) -> bool:
    """Whether a text is one that forms are filled with where nothing is said.

    Examples
    --------
    >>> is_placeholder("null"), is_placeholder("..."), is_placeholder("A null metre")
    (True, True, False)
    """
    said = normalised(text)
    return said in _PLACEHOLDERS or bool(text.strip() and not said)


def echo(text: str, asked: Asked) -> str | None:
    """What of a text stands in the prompt itself, in words; None if it is little.

    Parameters
    ----------
    text : str
    asked : Asked
    """
    words = words_of(text)
    if len(words) >= _MIN_WHOLE and asked.says(text):
        return "all of it stands in the prompt"
    shared = in_runs(words, asked.wording, _RUN)
    if sum(shared) >= max(_MIN_WORDS, _MIN_SHARE * len(words)):
        return f"{sum(shared)} of {len(words)} words stand in the prompt, in runs of {_RUN} or more"
    return None


def in_runs(words: Sequence[str], wording: str, run: int) -> list[bool]:
    """Of each word, whether a run of so many words with it stands in the wording.

    Parameters
    ----------
    words : sequence of str
    wording : str
        Words with one space around each.
    run : int
    """
    shared = [False] * len(words)
    for start in range(len(words) - run + 1):
        if f" {' '.join(words[start : start + run])} " in wording:
            shared[start : start + run] = [True] * run
    return shared
