"""What is asked about chains: whether a step is right, and to write a chain again."""

from dataclasses import dataclass
from functools import partial

from pydantic import BaseModel, ConfigDict

from pipeline.engine.stage import ModelRequest, one_row
from pipeline.lint import Evidence, lint_text
from pipeline.prompts import load_prompt
from pipeline.stages.difficulty.samples import Sample
from pipeline.stages.factcheck.verdicts import opinion_of
from pipeline.stages.question.material import Material, shown_known
from pipeline.stages.reason.chain import Chain, DraftStep, chain_fault, chain_form, steps_of
from schemas.captions import Authorship
from schemas.lint import Finding
from schemas.provenance import Rejection
from schemas.thought import CheckRound, StepOpinion, StepVerdict, ThoughtStep
from schemas.usage import Usage
from tools.chat.request import Answer, ChatRequest, Clip

CHECK_PROMPT, REWRITE_PROMPT = "check", "rewrite"


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
    system, user = load_prompt(CHECK_PROMPT).render(task=sample.shown, step=step.text)
    return ModelRequest(
        row_id=row_id,
        track_id=sample.track_id,
        chat=ChatRequest(system, user, lambda _: plain_check(findings), form=Check, clip=clip),
        read=one_row(row_id, partial(_checked, findings)),
        role="checker",
        prompt=CHECK_PROMPT,
    )


def plain_check(findings: list[Finding]) -> Check:
    """What can be said of a step without hearing it: what `lint` found."""
    found = {each.verdict for each in findings}
    verdict: StepOpinion = (
        "wrong" if "wrong" in found else "right" if "right" in found else "cannot_tell"
    )
    why = "No model listened: this is what the facts say of {n} claims."
    return Check(verdict=verdict, why=why.format(n=len(findings)))


def rewrite_request(
    row_id: str, last: CheckRound, sample: Sample, material: Material, max_chords: int
) -> ModelRequest[Rewritten]:
    """Ask for a chain again, with the verdicts in hand; the answer becomes a `Rewritten`."""
    known = shown_known(material, max_chords, sample.span)
    checked = [
        {"step": step.text, "evidence": step.evidence, "verdict": verdict.opinion,
         "because": _reasons(verdict)}
        for step, verdict in zip(last.steps, last.verdicts, strict=True)
    ]  # fmt: skip
    most = len(last.steps)
    system, user = load_prompt(REWRITE_PROMPT).render(
        known=known, task=sample.shown, checked=checked, max_steps=most
    )
    form = chain_form(tuple(known), sample.pair is not None)
    return ModelRequest(
        row_id=row_id,
        track_id=sample.track_id,
        chat=ChatRequest(system, user, lambda _: plain_rewrite(last, sample), form=form),
        read=partial(_rewritten, row_id, sample, tuple(known), most),
        role="reasoner",
        prompt=REWRITE_PROMPT,
    )


def plain_rewrite(last: CheckRound, sample: Sample) -> Chain:
    """A chain without the steps in which errors were found."""
    kept = [
        DraftStep(text=step.text, evidence=step.evidence)
        for step, verdict in zip(last.steps, last.verdicts, strict=True)
        if verdict.opinion in ("right", "cannot_tell")
    ]
    return Chain(steps=kept, answer=sample.gold_answer)


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
    max_steps: int,
    answer: Answer,
    authorship: Authorship,
) -> dict[str, Rewritten | Rejection]:
    chain = answer.value
    assert isinstance(chain, Chain)
    if fault := chain_fault(chain, sample, known, max_steps):
        reason, detail = fault
        raw = chain.model_dump_json()
        rejection = Rejection(row_id=row_id, reason=reason, detail=detail, raw=raw)
        return {row_id: rejection}
    return {row_id: Rewritten(steps_of(chain), authorship, answer.usage)}
