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
from pipeline.stages.question.material import fewer_chords, shown_known
from pipeline.stages.reason.chain import ChainTask, Written, written
from pipeline.stages.reason.numbered import NumberedChain
from pipeline.stages.reason.prose import ProseChain
from schemas.captions import Authorship
from schemas.lint import Finding
from schemas.provenance import Rejection
from schemas.sections import FactcheckConfig
from schemas.thought import CheckRound, StepOpinion, StepVerdict, ThoughtStep
from schemas.usage import Usage
from tools.chat.request import Answer, ChatRequest, Clip

CHECK_PROMPT, CONFIRM_PROMPT = "check", "confirm"
REWRITE_PROMPT, REWRITE_NUMBERED_PROMPT = "rewrite", "rewrite_numbered"
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
    thinking : str or None
        All of a chain in prose, whose sentences lean on each other; None where they do not.
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
    thinking: str | None
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

    text: Written
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
        {
            "task": first.sample.shown,
            "thoughts": first.thinking,
            "step": first.step.text,
            "heard": heard,
        }
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
    """The steps to check under what they are about, each with its label.

    Of a chain in prose, all of it stands there where some of its steps do not.
    """
    chains: dict[str, dict[str, Any]] = {}
    for place, each in enumerate(group, 1):
        chain = chains.setdefault(each.sample.row_id, {"about": each.sample.shown, "steps": []})
        chain["steps"].append({"id": label(place), "step": each.step.text})
        if each.thinking is not None:
            chain["thoughts"] = each.thinking
    for chain in chains.values():
        shown = " ".join(each["step"] for each in chain["steps"])
        if shown.split() == chain.get("thoughts", "").split():
            del chain["thoughts"]
    return list(chains.values())


def rewrite_request(
    row_id: str, last: CheckRound, task: ChainTask, max_chords: int
) -> ModelRequest[Rewritten]:
    """Ask for a chain again, with the verdicts in hand; the answer becomes a `Rewritten`."""
    chat = _rewrite_chat(last, task, max_chords)
    return ModelRequest(
        row_id=row_id,
        track_id=task.sample.track_id,
        chat=chat,
        read=partial(_rewritten, row_id, task, asked(chat)),
        role="reasoner",
    )


def _rewrite_chat(last: CheckRound, task: ChainTask, max_chords: int) -> ChatRequest:
    known = shown_known(task.material, max_chords, task.sample.span)
    is_prose = task.form == "prose"
    checked = [
        {"step": step.text, **({} if is_prose else {"evidence": step.evidence}),
         "verdict": verdict.opinion, "because": _reasons(verdict)}
        for step, verdict in zip(last.steps, last.verdicts, strict=True)
    ]  # fmt: skip
    fewer = fewer_chords(task.material, max_chords)
    return chat_request(
        REWRITE_PROMPT if is_prose else REWRITE_NUMBERED_PROMPT,
        {"known": known, "task": task.sample.shown, "checked": checked, **task.limits},
        form=task.answer_form,
        facts=(last, task),
        most_tokens=task.most_tokens,
        refuses=task.words_fault,
        shorter=partial(_rewrite_chat, last, task, fewer) if fewer else None,
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
    row_id: str, task: ChainTask, what: Asked, answer: Answer, authorship: Authorship
) -> dict[str, Rewritten | Rejection]:
    chain = answer.value
    assert isinstance(chain, ProseChain | NumberedChain)
    if fault := task.fault(chain, what if authorship.is_model else None):
        reason, detail = fault
        raw = chain.model_dump_json()
        rejection = Rejection(row_id=row_id, reason=reason, detail=detail, raw=raw)
        return {row_id: rejection}
    text = written(chain, task.material.duration_s)
    return {row_id: Rewritten(text, authorship, answer.usage)}
