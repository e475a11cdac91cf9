"""Questions and answers about music, in five skills.

Example
-------
``{"qa_id": "9f…-q03", "skill": "harmony", "form": "multiple_choice", "question": "Which chord
sounds around 1:30?", "options": ["G:min", "D", …], "answer": "D", "about_start_s": 88.0, …}``
"""

from typing import Literal, get_args

from pydantic import Field

from schemas.captions import Authorship
from schemas.record import Record
from schemas.usage import Usage

Skill = Literal["temporal", "attributes", "harmony", "lyrics", "structure"]
"""Temporal understanding; attribute recognition; harmony and theory; lyric and vocal grounding;
comparative and structural reasoning (*Music Flamingo*)."""
SKILLS: tuple[Skill, ...] = get_args(Skill)
QaForm = Literal["multiple_choice", "open"]
QaType = Literal["open", "multiple_choice", "count", "time", "chord", "technique", "comparison"]
"""What an answer is, as *Music Flamingo* sorts pairs: the form where it is nothing of the rest."""
DistractorKind = Literal["related", "other_place", "unrelated"]


class Distractor(Record):
    """A wrong option, and what makes it tempting."""

    text: str
    kind: DistractorKind = Field(
        description="`related`: near, but wrong for this track; `other_place`: right for another "
        "part of it; `unrelated`."
    )


class References(Record):
    """What an answer points at in the recording; each was held against the facts."""

    seconds: list[float] = Field(description="From the start of the track.")
    bars: list[int] = Field(description="Counted from 1, the first that is heard whole.")
    chords: list[str]


class QaPair(Record):
    """A question about a track, its answer, and the facts it rests on."""

    qa_id: str = Field(
        description="`<track_id>-q<number, 2 digits>`; of a brought one 10 hex digits."
    )
    track_id: str
    skill: Skill
    form: QaForm
    type: QaType
    style: str = Field(
        description="What is asked: a name of `pipeline.stages.question.styles`, or `brought`."
    )
    question: str
    answer: str = Field(description="In words; of a multiple choice, the text of the option.")
    options: list[str] | None = Field(description="As shown, shuffled; null for open questions.")
    distractors: list[Distractor] | None = Field(description="The wrong options, with their kind.")
    shuffle_seed: int | None = Field(description="The options' order follows from it.")
    about_start_s: float | None = Field(
        description="Stretch that the question is about, s; null: the whole track. What training "
        "hears is decided in a release."
    )
    about_end_s: float | None
    rationale: str | None = Field(
        description="Why the answer is right, as one who heard it says; null of `builtin/facts`."
    )
    references: References
    evidence: list[str] = Field(
        min_length=1,
        description="Facts it rests on, e.g. `tempo`, `chords`, `lyrics`; `brought`: not known.",
    )
    origin: str | None = Field(
        default=None, description="The set that brought it; null: written here."
    )
    licence: str | None = Field(default=None, description="Of a brought pair's words.")
    authorship: Authorship
    usage: Usage

    @property
    def about(self) -> tuple[float, float] | None:
        """The stretch that the question is about, s; None for the whole track."""
        if self.about_start_s is None or self.about_end_s is None:
            return None
        return self.about_start_s, self.about_end_s
