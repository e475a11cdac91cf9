"""What is asked about chains: whether a step is right, and to write a chain again."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, create_model

from pipeline.engine.ask import asked, at_most, chat_request
from pipeline.engine.hearing import shown_span
from pipeline.engine.stage import ModelRequest
from pipeline.engine.together import by_label, group_id, label, left_out
from pipeline.gates import Asked
from pipeline.stages.difficulty.samples import Sample
from pipeline.stages.factcheck.verdicts import opinion_of
from pipeline.stages.question.material import Material, fewer_chords, shown_known
from pipeline.stages.reason.chain import (
    TOKENS_PER_STEP,
    Chain,
    chain_fault,
    chain_form,
    steps_of,
    words_fault,
)
from schemas.captions import Authorship
from schemas.lint import Finding
from schemas.provenance import Rejection
from schemas.sections import FactcheckConfig
from schemas.thought import CheckRound, StepOpinion, StepVerdict, ThoughtStep
from schemas.usage import Usage
from tools.chat.request import Answer, ChatRequest, Clip

CHECK_PROMPT, CONFIRM_PROMPT, REWRITE_PROMPT = "check", "confirm", "rewrite"
_MOST_TOKENS = 500
"""Ours: a verdict and a sentence."""


class Check(BaseModel):
    """A verdict on one step, and what decides it."""

    model_config = ConfigDict(extra="forbid")
    id: str
    why: str
    verdict: StepOpinion


class Checks(BaseModel):
    """Verdicts on all steps that were shown."""

    model_config = ConfigDict(extra="forbid")
    steps: list[Check]


@cache
def checks_form(n: int) -> type[Checks]:
    """The form for so many steps."""
    return create_model("Checks", __base__=Checks, steps=(at_most(list[Check], n), ...))


class Confirmation(BaseModel):
    """Whether one step is so; null for neither, which only an engine that hears nothing gives."""

    model_config = ConfigDict(extra="forbid")
    answer: Literal["yes", "no"] | None


@dataclass(frozen=True)
class StepQuestion:
    """A step that the checker is asked about.

    Attributes
    ----------
    row_id : str
        Of the request about it.
    step : ThoughtStep
    sample : Sample
        What the chain is about.
    clip : Clip
        What the checker hears.
    duration_s : float
        Of the track.
    findings : list of Finding
        What lint says of the step.
    """

    row_id: str
    step: ThoughtStep
    sample: Sample
    clip: Clip
    duration_s: float
    findings: list[Finding]


@dataclass(frozen=True)
class CheckedStep:
    """A verdict with its cost."""

    verdict: StepVerdict
    usage: Usage


@dataclass(frozen=True)
class Rewritten:
    """A chain that was written again."""

    steps: list[ThoughtStep]
    authorship: Authorship
    usage: Usage


def check_request(
    group: Sequence[StepQuestion], config: FactcheckConfig
) -> ModelRequest[CheckedStep]:
    """Ask whether steps are right; the answer becomes a `CheckedStep` each.

    Parameters
    ----------
    group : sequence of StepQuestion
        Of chains that hear the same; one only where `config.verdicts` is ``yes_no``.
    config : FactcheckConfig
    """
    first, is_plain = group[0], config.verdicts == "yes_no"
    span = (first.clip.start_s, first.clip.end_s)
    heard = shown_span(span, first.duration_s)
    values = (
        {"task": first.sample.shown, "step": first.step.text, "heard": heard}
        if is_plain
        else {"chains": _shown_chains(group), "n": len(group), "heard": heard}
    )
    return ModelRequest(
        row_id=group_id(group),
        track_id=first.sample.track_id,
        chat=chat_request(
            CONFIRM_PROMPT if is_plain else CHECK_PROMPT,
            values,
            form=Confirmation if is_plain else checks_form(len(group)),
            clip=first.clip,
            facts=(tuple(each.findings for each in group),),
            most_tokens=_MOST_TOKENS * len(group),
        ),
        read=partial(_confirmed if is_plain else _checked, group),
        role="checker",
    )


def _shown_chains(group: Sequence[StepQuestion]) -> list[dict[str, Any]]:
    """The steps to check under what they are about, each with its label."""
    chains: dict[str, dict[str, Any]] = {}
    for place, each in enumerate(group, 1):
        chain = chains.setdefault(each.sample.row_id, {"about": each.sample.shown, "steps": []})
        chain["steps"].append({"id": label(place), "step": each.step.text})
    return list(chains.values())


def rewrite_request(
    row_id: str, last: CheckRound, sample: Sample, material: Material, max_chords: int
) -> ModelRequest[Rewritten]:
    """Ask for a chain again, with the verdicts in hand; the answer becomes a `Rewritten`."""
    chat = _rewrite_chat(last, sample, material, max_chords)
    known, most = tuple(material.known), len(last.steps)
    return ModelRequest(
        row_id=row_id,
        track_id=sample.track_id,
        chat=chat,
        read=partial(_rewritten, row_id, sample, known, asked(chat), most),
        role="reasoner",
    )


def _rewrite_chat(
    last: CheckRound, sample: Sample, material: Material, max_chords: int
) -> ChatRequest:
    known = shown_known(material, max_chords, sample.span)
    checked = [
        {"step": step.text, "evidence": step.evidence, "verdict": verdict.opinion,
         "because": _reasons(verdict)}
        for step, verdict in zip(last.steps, last.verdicts, strict=True)
    ]  # fmt: skip
    most, fewer = len(last.steps), fewer_chords(material, max_chords)
    return chat_request(
        REWRITE_PROMPT,
        {"known": known, "task": sample.shown, "checked": checked, "max_steps": most},
        form=chain_form(tuple(known), sample.pair is not None, most),
        facts=(last, sample),
        most_tokens=TOKENS_PER_STEP * most,
        refuses=words_fault,
        shorter=partial(_rewrite_chat, last, sample, material, fewer) if fewer else None,
    )


def _reasons(verdict: StepVerdict) -> list[str]:
    wrong = [each for each in verdict.findings if each.verdict == "wrong"]
    said = [f"{each.code.replace('_', ' ')}: {each.quote}: {each.evidence}" for each in wrong]
    return [*said, verdict.why]


def _checked(
    group: Sequence[StepQuestion], answer: Answer, authorship: Authorship
) -> dict[str, CheckedStep | Rejection]:
    assert isinstance(answer.value, Checks)
    found = by_label(group, answer.value.steps)
    made: dict[str, CheckedStep | Rejection] = {}
    usage = answer.usage
    for each, check in found:
        verdict = _verdict(each, check.verdict, check.why, authorship)
        made[each.row_id] = CheckedStep(verdict, usage)
        usage = Usage()  # of the whole answer; it stands with the first step
    if not made:
        made[group_id(group)] = left_out(group, answer)
    return made


def _confirmed(
    group: Sequence[StepQuestion], answer: Answer, authorship: Authorship
) -> dict[str, CheckedStep | Rejection]:
    assert isinstance(answer.value, Confirmation)
    said = answer.value.answer
    heard: StepOpinion = "cannot_tell" if said is None else "right" if said == "yes" else "wrong"
    verdict = _verdict(
        group[0], heard, f"Asked whether it is so: {said or 'no answer'}.", authorship
    )
    return {group[0].row_id: CheckedStep(verdict, answer.usage)}


def _verdict(
    question: StepQuestion, heard: StepOpinion, why: str, authorship: Authorship
) -> StepVerdict:
    return StepVerdict(
        opinion=opinion_of(heard, question.findings),
        why=why,
        heard=heard,
        findings=question.findings,
        authorship=authorship,
    )


def _rewritten(
    row_id: str,
    sample: Sample,
    known: tuple[str, ...],
    what: Asked,
    max_steps: int,
    answer: Answer,
    authorship: Authorship,
) -> dict[str, Rewritten | Rejection]:
    chain = answer.value
    assert isinstance(chain, Chain)
    fault = chain_fault(chain, sample, known, max_steps)
    if fault is None and authorship.is_model:
        fault = words_fault(chain, what)
    if fault is not None:
        reason, detail = fault
        raw = chain.model_dump_json()
        rejection = Rejection(row_id=row_id, reason=reason, detail=detail, raw=raw)
        return {row_id: rejection}
    return {row_id: Rewritten(steps_of(chain), authorship, answer.usage)}
