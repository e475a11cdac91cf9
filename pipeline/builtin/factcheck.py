"""Steps of a chain without a model: what `lint` found of them, and the chain without the wrong."""

from collections.abc import Sequence

from pipeline.stages.difficulty.samples import Sample
from pipeline.stages.factcheck.requests import Check
from pipeline.stages.reason.chain import Chain, DraftStep
from schemas.lint import Finding
from schemas.thought import CheckRound, StepOpinion

_WHY = "No model listened: this is what the facts say of {n} claims."


def check(findings: Sequence[Finding]) -> Check:
    """What can be said of a step without hearing it."""
    found = {each.verdict for each in findings}
    verdict: StepOpinion = (
        "wrong" if "wrong" in found else "right" if "right" in found else "cannot_tell"
    )
    return Check(verdict=verdict, why=_WHY.format(n=len(findings)))


def rewrite(last: CheckRound, sample: Sample) -> Chain:
    """A chain without the steps in which errors were found."""
    kept = [
        DraftStep(text=step.text, evidence=step.evidence)
        for step, verdict in zip(last.steps, last.verdicts, strict=True)
        if verdict.opinion in ("right", "cannot_tell")
    ]
    return Chain(steps=kept, answer=sample.gold_answer)
