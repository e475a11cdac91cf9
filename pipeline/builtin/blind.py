"""Guesses without a model: none."""

from pipeline.engine.together import label
from pipeline.stages.blind.attempts import Guess, Guesses, LabelledGuess


def no_guess(n: int) -> Guess | Guesses:
    """What is answered to so many questions."""
    if n == 1:
        return Guess(option=None)
    return Guesses(answers=[LabelledGuess(id=label(k), option=None) for k in range(1, n + 1)])
