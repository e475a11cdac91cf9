"""Chains of thought about accepted rows of MF-Skills, checked step by step.

A sample is an accepted caption (``row_id`` is the track id) or multiple choice (its ``qa_id``).

Example
-------
``{"row_id": "9f…-q03", "decision": "accepted", "completion": "<think>…</think> …",
"rounds": [{"steps": […], "verdicts": […], "outcome": "kept", …}], …}``
"""

from typing import Literal

from pydantic import Field

from schemas.captions import Authorship
from schemas.lint import Finding
from schemas.qa import Skill
from schemas.quality import TextKind
from schemas.record import Record
from schemas.usage import Usage

StepOpinion = Literal["right", "minor_error", "wrong", "cannot_tell"]
RoundOutcome = Literal["kept", "rewritten", "discarded"]
ChainForm = Literal["prose", "numbered"]


class Difficulty(Record):
    """How hard a sample is."""

    row_id: str = Field(description="Track id of a caption, or qa_id.")
    track_id: str
    kind: TextKind
    skill: Skill | None = Field(description="Null for captions.")
    difficulty: float = Field(ge=0, le=1, description="0 easy, 1 hard; see `method`.")
    method: Literal["student", "rating"] = Field(
        description="`student`: share of the tries that a model which hears got wrong; `rating`: "
        "by the reasoner's own mark, or by `builtin/facts` from skill and evidence."
    )
    n_tries: int | None = Field(description="Usable answers of the student; null for ratings.")
    n_wrong: int | None
    why: str
    authorship: Authorship
    usage: Usage


class Selected(Record):
    """A sample that chains of thought are written about."""

    row_id: str
    track_id: str
    kind: TextKind
    skill: Skill | None
    genre: str | None = Field(description="As the listing says; quotas are over these.")
    culture: str | None
    difficulty: float
    method: Literal["student", "rating"]
    rank: int = Field(description="Among the candidates of its partition, 1 is the hardest.")
    why: str


class ThoughtStep(Record):
    """One step of a chain: a sentence or clause of prose, or a numbered step."""

    text: str
    evidence: list[str] = Field(
        description="Of a numbered step what it rests on: names of facts, as in "
        "`QaPair.evidence`; `question`: the request and its options; `steps`: steps before it."
    )
    start_s: float | None = Field(
        description="First time that it names, s; null where it names none."
    )
    end_s: float | None = Field(description="Last time that it names; of a moment the same.")


class Trace(Record):
    """A chain of thought that leads to the accepted answer, not yet checked."""

    row_id: str
    track_id: str
    kind: TextKind
    skill: Skill | None
    prompt: str = Field(description="The request, its options, and the request to think.")
    options: list[str] | None
    gold_answer: str | None = Field(description="Null for captions.")
    about_start_s: float | None = Field(description="As of its pair; null: the whole track.")
    about_end_s: float | None
    form: ChainForm
    thinking: str = Field(description="The whole chain, as it was written.")
    steps: list[ThoughtStep]
    answer: str = Field(description="The option's text, or the accepted caption.")
    authorship: Authorship
    usage: Usage


class StepVerdict(Record):
    """What was found of a step."""

    opinion: StepOpinion = Field(description="The facts count before the checker's ears.")
    why: str
    heard: StepOpinion = Field(description="The checker's own opinion.")
    findings: list[Finding] = Field(description="Of `lint`.")
    authorship: Authorship = Field(description="The checker; `builtin/facts` heard nothing.")


class CheckRound(Record):
    """A chain as it was checked, and what came of it."""

    thinking: str
    steps: list[ThoughtStep]
    verdicts: list[StepVerdict] = Field(description="One a step, in order.")
    wrong_share: float
    outcome: RoundOutcome
    authorship: Authorship = Field(description="Who wrote the steps.")


class CheckedThought(Record):
    """A chain after its last check, accepted or not; accepted rows are MF-Think."""

    row_id: str
    track_id: str
    kind: TextKind
    skill: Skill | None
    decision: Literal["accepted", "rejected"]
    prompt: str
    completion: str | None = Field(
        description="`<think>…</think>`, then the answer (`schemas.thinking`); null if rejected."
    )
    options: list[str] | None
    gold_answer: str | None = Field(description="Null for captions.")
    about_start_s: float | None = Field(description="As of its pair; null: the whole track.")
    about_end_s: float | None
    form: ChainForm
    n_rewrites: int
    rounds: list[CheckRound]
    round_usage: list[Usage] = Field(
        description="Of each round: of checking its steps, and of the rewriting that followed."
    )
    authorship: Authorship = Field(description="Of the chain as it stands.")
    usage: Usage = Field(description="Of all rounds; that of writing it stands in `reason`.")
