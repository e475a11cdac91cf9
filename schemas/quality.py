"""What was found of the texts: findings against the facts, guesses without hearing, verdicts.

A text is the rich caption of a track (``row_id`` is the track id), another caption of it (its own
``row_id``), or a `QaPair` (its ``qa_id``).

Example
-------
``{"row_id": "9f…-q03", "kind": "qa", "decision": "accepted", "ballots": [{"judge": "judge",
"scores": {"grounded": 5, …}, "accepts": true, …}], "blind": {"n_tries": 4, "n_right": 1, …}, …}``
"""

from typing import Annotated, Literal, get_args

from pydantic import Field

from schemas.captions import Authorship
from schemas.lint import Finding
from schemas.provenance import Unmeasured
from schemas.qa import Distractor, QaPair
from schemas.record import Record
from schemas.usage import Usage

TextKind = Literal["caption", "qa"]
Criterion = Literal["grounded", "correct", "complete", "clear"]
CRITERIA: tuple[Criterion, ...] = get_args(Criterion)
HIGHEST_MARK = 5
Mark = Annotated[int, Field(ge=1, le=HIGHEST_MARK)]
"""From 1, the worst: of a judge, and of how hard a row is."""


class LintVerdict(Record):
    """A text that no fact speaks against, with every claim that was found in it."""

    row_id: str = Field(description="Track id of a caption, or qa_id.")
    track_id: str
    kind: TextKind
    is_checked: bool = Field(
        default=True,
        description="False: in a language in which no claims are found; nobody checked.",
    )
    findings: list[Finding] = Field(description="Claims and what the facts say of them.")


class Kept(Record):
    """A pair that is not one of too many alike."""

    qa_id: str
    track_id: str
    template: str = Field(description="The question's words, without numbers and fillers.")


class BlindTry(Record):
    """What a model chose without hearing."""

    shuffle_seed: int = Field(description="The options' order follows from it.")
    choice: str | None = Field(description="Text of the option; null for none of them.")


class BlindResult(Record):
    """How often a pair was answered right without hearing."""

    qa_id: str
    track_id: str
    n_tries: int = Field(description="Usable answers.")
    n_right: int | None = Field(description="Null where nobody tried.")
    most_right: int = Field(description="More, and words alone give the answer away.")
    tries: list[BlindTry]
    unmeasured: list[Unmeasured] = Field(
        description="Why `n_right` is null: `no_model`, `open_question`, `no_usable_answer`."
    )
    authorship: Authorship | None = Field(description="Null for open questions.")
    usage: Usage

    @property
    def is_guessed(self) -> bool:
        """Whether words alone give the answer away."""
        return (self.n_right or 0) > self.most_right


class Hardened(Record):
    """A choice that words gave away, in the words and with the options that give nothing away."""

    qa_id: str
    track_id: str
    question: str
    options: list[str] = Field(description="As shown, shuffled. The answer is what it was.")
    distractors: list[Distractor]
    shuffle_seed: int
    findings: list[Finding] = Field(description="Of `lint`.")
    blind: BlindResult = Field(description="Of the harder choice.")
    authorship: Authorship = Field(description="Who made it harder.")
    usage: Usage = Field(description="Of making it harder; that of the guesses is in `blind`.")

    def of(self, pair: QaPair) -> QaPair:
        """The pair, harder."""
        return pair.model_copy(
            update={
                "question": self.question,
                "options": self.options,
                "distractors": self.distractors,
                "shuffle_seed": self.shuffle_seed,
                "authorship": self.authorship,
            }
        )


class Scores(Record):
    """A judge's marks, 1 (bad) to 5 (faultless)."""

    grounded: Mark = Field(description="Everything said can be heard.")
    correct: Mark = Field(description="What is said, or the answer, is right.")
    complete: Mark = Field(description="Nothing that matters is missing.")
    clear: Mark = Field(description="Unambiguous and well said.")


class Ballot(Record):
    """One judge's vote."""

    judge: str = Field(description="The role: `judge`, `judge_2`, `judge_3`.")
    scores: Scores
    why: str
    accepts: bool = Field(description="Every score reaches its threshold.")
    heard_start_s: float = Field(
        description="The stretch of the track that the judge heard; what it heard of recording 2 "
        "stands in the `Comparison`."
    )
    heard_end_s: float
    place: int = Field(description="Of the text among those that were judged together, from 1.")
    n_together: int = Field(description="Texts that were judged together.")
    authorship: Authorship = Field(description="`builtin/facts` heard nothing.")


class Quality(Record):
    """The verdict on a text that reached the judges, accepted or not."""

    row_id: str = Field(description="Track id of a caption, or qa_id.")
    track_id: str
    kind: TextKind
    decision: Literal["accepted", "rejected", "unjudged"] = Field(
        description="`unjudged`: nothing speaks against it, but a model wrote it and none heard it."
    )
    ballots: list[Ballot] = Field(description="Of the judges that gave a usable answer.")
    findings: list[Finding] = Field(description="Of `lint`.")
    blind_tries: int | None = Field(description="Null for captions.")
    blind_right: int | None = Field(description="Null for captions, and where nobody tried.")
    usage: Usage
