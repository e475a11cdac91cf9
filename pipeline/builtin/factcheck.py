"""Steps of a chain without a model: what `lint` found of them, and the chain without the wrong."""

from collections.abc import Sequence

from pipeline.engine.together import label
from pipeline.stages.factcheck.requests import Check, Checks, Confirmation
from pipeline.stages.reason.chain import ChainTask
from pipeline.stages.reason.numbered import DraftStep, NumberedChain
from pipeline.stages.reason.prose import ProseChain
from schemas.lint import Finding
from schemas.thought import CheckRound, StepOpinion, ThoughtStep

_WHY = "No model listened: this is what the facts say of {n} claims."


def check(findings: Sequence[Sequence[Finding]]) -> Checks:
    """What can be said of steps without hearing them.

    Parameters
    ----------
    findings : sequence of sequence of Finding
        Of each step.
    """
    return Checks(
        steps=[
            Check(id=label(n), verdict=_opinion(each), why=_WHY.format(n=len(each)))
            for n, each in enumerate(findings, 1)
        ]
    )


def confirm(findings: Sequence[Sequence[Finding]]) -> Confirmation:
    """What can be said of one step without hearing it."""
    opinion = _opinion(findings[0])
    return Confirmation(answer={"right": "yes", "wrong": "no"}.get(opinion))


def _opinion(findings: Sequence[Finding]) -> StepOpinion:
    found = {each.verdict for each in findings}
    return "wrong" if "wrong" in found else "right" if "right" in found else "cannot_tell"


def rewrite_prose(last: CheckRound, task: ChainTask) -> ProseChain:
    """A chain in prose without the sentences and clauses in which errors were found."""
    texts = (step.text for step in _kept(last))
    whole = (f"{text.rstrip(',;')}." if text.endswith((",", ";")) else text for text in texts)
    return ProseChain(thinking=" ".join(whole), answer=task.sample.gold_answer)


def rewrite_numbered(last: CheckRound, task: ChainTask) -> NumberedChain:
    """A numbered chain without the steps in which errors were found."""
    kept = [DraftStep(text=step.text, evidence=step.evidence) for step in _kept(last)]
    return NumberedChain(steps=kept, answer=task.sample.gold_answer)


def _kept(last: CheckRound) -> list[ThoughtStep]:
    return [
        step
        for step, verdict in zip(last.steps, last.verdicts, strict=True)
        if verdict.opinion in ("right", "cannot_tell")
    ]
