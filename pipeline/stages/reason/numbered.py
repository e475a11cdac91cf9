"""A chain of thought in numbered steps, each with what it rests on, and what is wrong with one."""

from collections.abc import Collection
from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, create_model

from pipeline.engine.ask import at_most
from pipeline.gates import Asked, Fault, phrase_fault, prose_fault
from pipeline.prompts import clean

OTHER_EVIDENCE = ("question", "steps")
_MAX_STEP = 1500
TOKENS_PER_STEP = 250
"""Ours: three long sentences, and what they rest on."""


class DraftStep(BaseModel):
    """One step."""

    model_config = ConfigDict(extra="forbid")
    text: str
    evidence: list[str]


class NumberedChain(BaseModel):
    """Steps, and the answer that they lead to; null for captions."""

    model_config = ConfigDict(extra="forbid")
    steps: list[DraftStep]
    answer: str | None


@cache
def numbered_form(
    known: tuple[str, ...], max_steps: int, *, is_choice: bool
) -> type[NumberedChain]:
    """The form for a sample of which so much is known; there are few of them.

    The names stand in the JSON schema, but are checked by `steps_fault`: what is wrong with a
    chain is then told by its kind.
    """
    names = {"enum": [*known, *OTHER_EVIDENCE]}
    evidence = at_most(
        list[Annotated[str, Field(json_schema_extra=names)]], len(known) + len(OTHER_EVIDENCE)
    )
    step = create_model("DraftStep", __base__=DraftStep, evidence=(evidence, ...))
    answer: Any = (str if is_choice else None, ...)
    steps = at_most(list[step], max_steps)
    return create_model("NumberedChain", __base__=NumberedChain, steps=(steps, ...), answer=answer)


def steps_fault(chain: NumberedChain, known: Collection[str], max_steps: int) -> Fault | None:
    """What is wrong with steps, apart from what they say.

    Returns
    -------
    (str, str) or None
        ``no_steps``, ``too_many_steps``, ``bad_step`` or ``no_evidence``.
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
    return None


def steps_words_fault(chain: NumberedChain, what: Asked) -> Fault | None:
    """What is wrong with the words of a model's chain, whatever they say: see `pipeline.gates`."""
    for number, step in enumerate(chain.steps, 1):
        if fault := phrase_fault(step.text, what):
            reason, detail = fault
            return reason, f"step {number}: {detail}"
    return prose_fault("\n".join(step.text for step in chain.steps), what)
