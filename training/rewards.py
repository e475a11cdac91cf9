"""What an answer is worth: its form, its truth, and what it says of the music.

Each reward gives one value a completion, or None where it does not apply. Source: *Music Flamingo*,
section on GRPO. What counts as said, and the tolerances, are ours: the paper's are not published.
"""

import re
from collections.abc import Sequence
from typing import Any

from schemas.options import chosen_option, same_answer
from schemas.structured import AcceptedEntry
from schemas.thinking import parse_thought
from training.caption_claims import asserted, can_be_read, mentioned

Completions = Sequence[list[dict[str, str]]]
_ANSWER = re.compile(r"<answer>(.*?)</answer>", re.DOTALL)


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
    """The share of a caption's categories that the answer asserts rightly (`caption_claims`).

    None for questions, and for rows whose words are in letters that cannot be read here.
    """
    return [_share(said(each), row, asserted) for each, row in _rows(completions, categories)]


def mention_reward(
    completions: Completions, categories: Sequence[list[dict[str, Any]] | None], **_: Any
) -> list[float | None]:
    """The paper's definition: matching words / number of categories, however they are said."""
    return [_share(said(each), row, mentioned) for each, row in _rows(completions, categories)]


def said(completion: list[dict[str, str]]) -> str:
    """The words of a completion in conversational form."""
    return completion[-1]["content"]


def answer_of(text: str) -> str:
    """What stands between the answer tags after the thought.

    Nothing where there are no such tags, where the thought does not end, and where there are
    several answers: the last of many is no answer.
    """
    _, _, spoken = text.rpartition("</think>")
    if "<think>" in spoken:
        return ""
    found = _ANSWER.findall(spoken)
    return found[0].strip() if len(found) == 1 else ""


def is_right(answer: str, gold: str, options: list[str] | None) -> bool:
    """Whether an answer, a letter or a text, is the gold one.

    Parameters
    ----------
    answer, gold : str
        Compared as `schemas.options` has it.
    options : list of str or None
        In the order of their letters.
    """
    if not options:
        return bool(answer) and same_answer(answer, gold)
    chosen = chosen_option(answer, options)
    return chosen is not None and chosen == chosen_option(gold, options)


def _has_form(text: str) -> bool:
    try:
        parse_thought(text)
    except ValueError:
        return False
    return True


def _rows(
    completions: Completions, categories: Sequence[list[dict[str, Any]] | None]
) -> list[tuple[list[dict[str, str]], list[AcceptedEntry]]]:
    return [
        (each, [AcceptedEntry.model_validate(entry) for entry in entries or []])
        for each, entries in zip(completions, categories, strict=True)
    ]


def _share(text: str, entries: list[AcceptedEntry], judge: Any) -> float | None:
    if not entries or not can_be_read(entries):
        return None
    return sum(judge(answer_of(text), entries)) / len(entries)
