"""A chain as a model writes it, and what is wrong with one."""

from collections.abc import Collection
from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, create_model

from pipeline.engine.ask import at_most
from pipeline.gates import Asked, Fault, phrase_fault, prose_fault
from pipeline.prompts import clean
from pipeline.stages.blind.attempts import chosen
from pipeline.stages.difficulty.samples import Sample
from schemas.thinking import Thought, format_thought
from schemas.thought import ThoughtStep

OTHER_EVIDENCE = ("question", "steps")
_MAX_STEP = 1500
TOKENS_PER_STEP = 250
"""Ours: three long sentences, and what they rest on."""


class DraftStep(BaseModel):
    """One step."""

    model_config = ConfigDict(extra="forbid")
    text: str
    evidence: list[str]


class Chain(BaseModel):
    """Steps, and the answer that they lead to; null for captions."""

    model_config = ConfigDict(extra="forbid")
    steps: list[DraftStep]
    answer: str | None


@cache
def chain_form(known: tuple[str, ...], is_choice: bool, max_steps: int) -> type[Chain]:
    """The form for a sample of which so much is known; there are few of them.

    The names stand in the JSON schema, but are checked by `chain_fault`: what is wrong with a
    chain is then told by its kind.
    """
    names = {"enum": [*known, *OTHER_EVIDENCE]}
    evidence = at_most(
        list[Annotated[str, Field(json_schema_extra=names)]], len(known) + len(OTHER_EVIDENCE)
    )
    step = create_model("DraftStep", __base__=DraftStep, evidence=(evidence, ...))
    answer: Any = (str if is_choice else None, ...)
    steps = at_most(list[step], max_steps)
    return create_model("Chain", __base__=Chain, steps=(steps, ...), answer=answer)


def chain_fault(
    chain: Chain, sample: Sample, known: Collection[str], max_steps: int
) -> Fault | None:
    """What is wrong with a chain, apart from what its steps say.

    Parameters
    ----------
    chain : Chain
    sample : Sample
    known : collection of str
        Names of facts.
    max_steps : int

    Returns
    -------
    (str, str) or None
        Reason and detail: ``no_steps``, ``too_many_steps``, ``bad_step``, ``no_evidence``,
        ``not_gold``, or ``bad_text`` for tags of the text form within a text.
    """
    if not chain.steps:
        return "no_steps", "the chain is empty"
    if len(chain.steps) > max_steps:
        return "too_many_steps", f"{len(chain.steps)} steps, at most {max_steps} are asked for"
    for number, step in enumerate(chain.steps, 1):
        if not 0 < len(clean(step.text)) <= _MAX_STEP:
            return "bad_step", f"step {number} is empty or longer than {_MAX_STEP} characters"
        unknown = set(step.evidence) - set(known) - set(OTHER_EVIDENCE)
        if not step.evidence or unknown:
            listed = ", ".join(sorted(unknown)) or "nothing is named"
            return "no_evidence", f"step {number} rests on what is not known: {listed}"
    if sample.pair is not None:
        choice = chosen(chain.answer, sample.options or [])
        if choice != sample.gold_answer:
            return "not_gold", f"{chain.answer!r} instead of {sample.gold_answer!r}"
    try:
        completion_of(steps_of(chain), sample.answer, is_choice=sample.pair is not None)
    except ValueError as error:
        return "bad_text", str(error)
    return None


def words_fault(chain: Chain, what: Asked) -> Fault | None:
    """What is wrong with the words of a model's chain, whatever they say: see `pipeline.gates`."""
    for number, step in enumerate(chain.steps, 1):
        if fault := phrase_fault(step.text, what):
            reason, detail = fault
            return reason, f"step {number}: {detail}"
    return prose_fault("\n".join(step.text for step in chain.steps), what)


def steps_of(chain: Chain) -> list[ThoughtStep]:
    """The steps of a chain without fault."""
    return [
        ThoughtStep(text=clean(step.text), evidence=list(dict.fromkeys(step.evidence)))
        for step in chain.steps
    ]


def completion_of(steps: Collection[ThoughtStep], answer: str, *, is_choice: bool) -> str:
    """Steps and answer in the published text form.

    Raises
    ------
    ValueError
        If there are no steps, or a text holds a tag of the form.
    """
    thinking = "\n".join(f"{number}. {step.text}" for number, step in enumerate(steps, 1))
    return format_thought(Thought(thinking=thinking, answer=answer, is_bridged=is_choice))
