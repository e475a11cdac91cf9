"""What a benchmark asks, in one form for all of them."""

import string
from dataclasses import dataclass, field
from typing import Literal

Scoring = Literal["choice", "label", "judge", "wer"]


@dataclass(frozen=True)
class Item:
    """A sound, what is asked about it, and what is expected.

    Parameters
    ----------
    item_id : str
    audio : str
        Path, relative to the benchmark's folder.
    prompt : str
    expected : str
        An option, a label, a reference caption or answer, or what is sung.
    scoring : str
        ``choice`` and ``label`` count right answers, ``judge`` is asked, ``wer`` counts errors.
    options : tuple of str
        Of a choice; all labels of a classification.
    start_s, end_s : float or None
        Stretch that is heard.
    """

    item_id: str
    audio: str
    prompt: str
    expected: str
    scoring: Scoring
    options: tuple[str, ...] = field(default=())
    start_s: float | None = None
    end_s: float | None = None


def choice_prompt(question: str, options: tuple[str, ...]) -> str:
    """A multiple-choice question as Audio Flamingo's benchmarks put it."""
    lettered = zip(string.ascii_uppercase, options, strict=False)
    listed = "\n".join(f"({letter}) {option}" for letter, option in lettered)
    return f"{question}\nChoose the correct option from the following options:\n{listed}"


def label_prompt(question: str, labels: tuple[str, ...]) -> str:
    """A classification, with all labels named."""
    return f"{question}\nAnswer with one of: {', '.join(labels)}."
