"""What is asked about chains: whether a step is right, and to write a chain again."""

from dataclasses import dataclass
from functools import partial

from pydantic import BaseModel, ConfigDict

from pipeline.engine.ask import asked, chat_request
from pipeline.engine.stage import ModelRequest, one_row
from pipeline.gates import Asked
from pipeline.lint import Evidence, lint_text
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
from schemas.thought import CheckRound, StepOpinion, StepVerdict, ThoughtStep
from schemas.usage import Usage
from tools.chat.request import Answer, ChatRequest, Clip

CHECK_PROMPT, REWRITE_PROMPT = "check", "rewrite"
_MOST_TOKENS = 500
"""Ours: a verdict and a sentence."""


class Check(BaseModel):
    """A verdict on one step, and what decides it."""

    model_config = ConfigDict(extra="forbid")
    why: str
    verdict: StepOpinion


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
    row_id: str, step: ThoughtStep, sample: Sample, evidence: Evidence, clip: Clip
) -> ModelRequest[CheckedStep]:
    """Ask whether a step is right; the answer becomes a `CheckedStep`."""
    findings = lint_text(step.text, evidence)
    return ModelRequest(
        row_id=row_id,
        track_id=sample.track_id,
        chat=chat_request(
            CHECK_PROMPT,
            {"task": sample.shown, "step": step.text},
            form=Check,
            clip=clip,
            facts=(findings,),
            most_tokens=_MOST_TOKENS,
        ),
        read=one_row(row_id, partial(_checked, findings)),
        role="checker",
    )


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


def _checked(findings: list[Finding], answer: Answer, authorship: Authorship) -> CheckedStep:
    assert isinstance(answer.value, Check)
    verdict = StepVerdict(
        opinion=opinion_of(answer.value.verdict, findings),
        why=answer.value.why,
        heard=answer.value.verdict,
        findings=findings,
        authorship=authorship,
    )
    return CheckedStep(verdict, answer.usage)


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
