"""How answers are scored: right options and labels, word errors, a judge's marks."""

import re
from collections.abc import Sequence

import jiwer

from pipeline.lint import read
from schemas.options import chosen_option
from schemas.text import sung_words
from training.caption_claims import mentions
from training.evaluation.items import Item
from training.prose import Prose
from training.rewards import answer_of


def final_answer(said: str) -> str:
    """What a model finally says: between the answer tags, if it thinks aloud.

    A thought that was cut off says nothing, and neither does an answer that was.
    """
    if "<answer>" in said:
        return answer_of(said)
    return "" if is_cut(said) else re.sub(r"<think>.*</think>", "", said, flags=re.DOTALL).strip()


def is_cut(said: str) -> bool:
    """Whether a thought or an answer was begun and not ended: more tokens are needed."""
    return any(said.count(f"<{tag}>") > said.count(f"</{tag}>") for tag in ("think", "answer"))


def is_right(item: Item, said: str) -> bool:
    """Whether an answer names the expected option or label.

    An option is named by its text or letter; a label also by being the only one that is said, and
    not denied.
    """
    answer = final_answer(said)
    chosen = chosen_option(answer, item.options)
    if chosen is None and item.scoring == "label":
        named = [label for label in item.options if _is_said(answer, label)]
        return len(named) == 1 and named[0] == item.expected
    return chosen is not None and chosen == chosen_option(item.expected, item.options)


def word_error_rate(expected: Sequence[str], said: Sequence[str]) -> float:
    """Errors a hundred words of a whole benchmark; of characters where no spaces are written.

    Parameters
    ----------
    expected, said : sequence of str
        Compared by their `sung_words`.
    """
    references = [" ".join(sung_words(text)) for text in expected]
    answers = [" ".join(sung_words(final_answer(text))) for text in said]
    return 100 * float(jiwer.wer(references, answers))


def _is_said(answer: str, label: str) -> bool:
    text = answer.replace("_", " ")
    prose = Prose(read(text), "en")
    spans = list(mentions(text, label.replace("_", " ")))
    return bool(spans) and not any(
        prose.denies(*span) or prose.passage.is_set_aside(*span) for span in spans
    )
