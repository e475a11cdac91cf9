"""What the templates share: a write that draws words, and drafts with typed distractors."""

import random
from collections.abc import Callable, Sequence
from typing import TypeVar

from pipeline.builtin.clock import clock
from pipeline.stages.question.drafts import Draft, DraftDistractor, DraftReferences
from pipeline.stages.question.similarity import chord_of
from schemas.digest import digest
from schemas.options import canonical
from schemas.qa import DistractorKind
from schemas.sections import QuestionConfig

T = TypeVar("T")
Span = tuple[float, float]
Wrong = tuple[str, DistractorKind]
WrongOptions = Callable[[int], Sequence[Wrong]] | Sequence[Wrong]


class QuestionWriter:
    """Draws words and options, always the same for one track and seed.

    Parameters
    ----------
    track_id : str
    config : QuestionConfig
    """

    def __init__(self, track_id: str, config: QuestionConfig) -> None:
        self._chance = random.Random(digest([config.seed, track_id, "plain"]))
        self._config = config

    def some(self, items: Sequence[T], n: int) -> list[T]:
        """Up to `n` of the items, in a drawn order."""
        return self._chance.sample(items, min(n, len(items)))

    def mixed(self, items: Sequence[T]) -> list[T]:
        """The items in a drawn order."""
        return self.some(items, len(items))

    def phrase(self, *choices: str, **values: object) -> str:
        """One of several phrasings, filled in."""
        return self._chance.choice(choices).format(**values)

    def one(self, items: Sequence[T]) -> T:
        """One of the items."""
        return self._chance.choice(items)

    def number(self, low: int, high: int) -> int:
        """A drawn whole number, both ends included."""
        return self._chance.randint(low, high)

    def between(self, low: float, high: float) -> float:
        """A drawn number."""
        return self._chance.uniform(low, high)

    def choice(
        self,
        style: str,
        question: str,
        answer: str,
        wrong: WrongOptions,
        evidence: Sequence[str],
        span: Span | None = None,
    ) -> list[Draft]:
        """A multiple choice of as many options as are drawn; none if there are too few.

        Parameters
        ----------
        style, question, answer : str
        wrong : callable or sequence of Wrong
            Wrong options, so many at most; of a sequence some are drawn.
        evidence : sequence of str
        span : (float, float), optional
            What it is about, s.
        """
        n = self.number(self._config.min_options, self._config.max_options) - 1
        offered = wrong(n) if callable(wrong) else self.mixed(wrong)
        seen, chosen = {canonical(answer)}, list[DraftDistractor]()
        for text, kind in offered:
            if canonical(text) not in seen:
                seen.add(canonical(text))
                chosen.append(DraftDistractor(text=text, kind=kind))
        if len(chosen) < self._config.min_options - 1:
            return []
        return [_draft(style, "multiple_choice", question, answer, chosen[:n], evidence, span)]

    def open(
        self,
        style: str,
        question: str,
        answer: str,
        evidence: Sequence[str],
        span: Span | None = None,
    ) -> list[Draft]:
        """An open question."""
        return [_draft(style, "open", question, answer, [], evidence, span)]


def stretch(span: Span) -> str:
    """A stretch of time, e.g. ``0:00 to 0:30``."""
    return f"{clock(span[0])} to {clock(span[1])}"


def _draft(
    style: str,
    form: str,
    question: str,
    answer: str,
    distractors: list[DraftDistractor],
    evidence: Sequence[str],
    span: Span | None,
) -> Draft:
    start_s, end_s = (None, None) if span is None else (round(span[0], 2), round(span[1], 2))
    return Draft(
        style=style,
        form=form,
        question=question,
        answer=answer,
        distractors=distractors,
        start_s=start_s,
        end_s=end_s,
        rationale=None,
        references=DraftReferences(
            seconds=[each for each in (start_s, end_s) if each is not None],
            bars=[],
            chords=[answer] if "chords" in evidence and chord_of(answer) else [],
        ),
        evidence=list(evidence),
    )
