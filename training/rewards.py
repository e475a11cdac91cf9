"""What an answer is worth: its form, its truth, and what it says of the music.

Each reward gives one value a completion, or None where it does not apply, which TRL leaves out.
Source: *Music Flamingo*, design 4. The tolerances are ours; the paper's are not published.
"""

import re
import string
import unicodedata
from collections.abc import Sequence
from typing import Any

from pipeline.lint import key_claims, tempo_claims
from schemas.structured import AcceptedEntry
from schemas.thinking import parse_thought
from schemas.tolerance import key_relation, tempo_tolerance_bpm

Completions = Sequence[list[dict[str, str]]]
_ANSWER = re.compile(r"<answer>(.*?)</answer>", re.DOTALL)
# "(A) text", "A. text", "A: text", "A) text", or the letter alone.
_LETTERED = re.compile(r"\(?([A-Z])\)?(?:[.:)\s]\s*(.*))?", re.DOTALL)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_SIGNS = str.maketrans({"♯": "#", "♭": "b", "\u2019": "'", "\u2013": "-", "\u2014": "-"})


def format_reward(completions: Completions, **_: Any) -> list[float]:
    """1 for exactly a published form, ``<think>…</think>`` and ``<answer>…</answer>``, else 0."""
    return [float(_has_form(said(each))) for each in completions]


def accuracy_reward(
    completions: Completions,
    gold_answer: Sequence[str | None],
    options: Sequence[list[str] | None],
    **_: Any,
) -> list[float | None]:
    """1 for the right answer to a question, 0 for another or none; None where there is no gold."""
    rows = zip(completions, gold_answer, options, strict=True)
    return [
        None if gold is None else float(is_right(answer_of(said(each)), gold, choices))
        for each, gold, choices in rows
    ]


def structure_reward(
    completions: Completions, categories: Sequence[list[dict[str, Any]] | None], **_: Any
) -> list[float | None]:
    """The share of a caption's categories that the answer names rightly; None for questions."""
    return [
        None if not entries else _share(answer_of(said(each)), entries)
        for each, entries in zip(completions, categories, strict=True)
    ]


def said(completion: list[dict[str, str]]) -> str:
    """The words of a completion in conversational form."""
    return completion[-1]["content"]


def answer_of(text: str) -> str:
    """What stands between the last answer tags; nothing where there are none."""
    found = _ANSWER.findall(text)
    return found[-1].strip() if found else ""


def is_right(answer: str, gold: str, options: list[str] | None) -> bool:
    """Whether an answer, a letter or a text, is the gold one.

    Parameters
    ----------
    answer, gold : str
        Compared without case, punctuation at the ends and spelling of accidentals; keys also by
        what they sound like. Case counts where options differ in nothing else (``CM7``, ``Cm7``).
    options : list of str or None
        In the order of their letters. A text goes before a letter: ``A`` among chords is a chord.
    """
    if not options:
        return bool(answer) and (_folded(answer) == _folded(gold) or _is_same_key(answer, gold))
    chosen = chosen_option(answer, options)
    return chosen is not None and chosen == chosen_option(gold, options)


def chosen_option(answer: str, options: Sequence[str]) -> int | None:
    """Index of the option that an answer names, by text or by letter; None for no single one."""
    index = _by_text(answer, options)
    if index is not None:
        return index
    lettered = _LETTERED.fullmatch(answer.strip())
    if lettered is None:
        return None
    position = string.ascii_uppercase.index(lettered[1])
    if position >= len(options):
        return None
    return position if not lettered[2] or _by_text(lettered[2], options) == position else None


def is_named(entry: AcceptedEntry, text: str) -> bool:
    """Whether a text says what an entry accepts: as whole words, a tempo or a key by its value.

    Of tempi and of keys the first that the text states counts, so that nothing is gained by naming
    many.
    """
    if entry.category == "bpm":
        return _states_tempo(text, entry)
    if entry.category == "key":
        return any(_is_same_key(text, each) for each in entry.accepted)
    words = f" {_words(text)} "
    return any(f" {_words(each)} " in words for each in entry.accepted if _words(each))


def _has_form(text: str) -> bool:
    try:
        parse_thought(text)
    except ValueError:
        return False
    return True


def _share(text: str, entries: list[dict[str, Any]]) -> float:
    accepted = [AcceptedEntry.model_validate(entry) for entry in entries]
    return sum(is_named(entry, text) for entry in accepted) / len(accepted)


def _by_text(answer: str, options: Sequence[str]) -> int | None:
    for normal in (_plain, _folded):
        found = [i for i, option in enumerate(options) if normal(option) == normal(answer)]
        if len(found) == 1:
            return found[0]
    return None


def _states_tempo(text: str, entry: AcceptedEntry) -> bool:
    stated = tempo_claims(text)
    accepted = [float(found[0]) for each in entry.accepted if (found := _NUMBER.search(each))]
    return bool(stated) and any(
        abs(stated[0].bpm - bpm) <= (entry.tolerance_bpm or tempo_tolerance_bpm(bpm))
        for bpm in accepted
    )


def _is_same_key(text: str, other: str) -> bool:
    """Whether the first keys that two texts state sound the same."""
    stated, wanted = key_claims(text), key_claims(other)
    if not stated or not wanted:
        return False
    one, two = stated[0], wanted[0]
    return key_relation(one.tonic, one.mode, two.tonic, two.mode) == "right"


def _plain(text: str) -> str:
    """A text without what does not matter: width of signs, spaces, punctuation around it."""
    text = unicodedata.normalize("NFKC", text).translate(_SIGNS)
    return " ".join(text.split()).strip(" .,;:!?\"'*`()[]")


def _folded(text: str) -> str:
    return _plain(text).casefold()


def _words(text: str) -> str:
    """The words of a text, without case and punctuation; accidentals and metres stay whole."""
    return " ".join(re.findall(r"[^\W_]+(?:[#/'+-][^\W_]+)*#?", _folded(text)))
