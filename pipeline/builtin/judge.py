"""Scores without a judge: what lint says, and no more. Nothing is heard."""

from collections.abc import Sequence

from pipeline.engine.together import label
from pipeline.stages.judge.votes import Judgement, Judgements
from schemas.quality import LintVerdict

_UNREAD = "No model judged, and no claim was looked for: the text is not in English."
_WHY = "No model judged: the scores say what the facts say of {n} claims, and nothing was heard."


def judge(verdicts: Sequence[LintVerdict]) -> Judgements:
    """Marks from the claims that lint found.

    Parameters
    ----------
    verdicts : sequence of LintVerdict
        Of the texts, in the order in which they are shown.

    Returns
    -------
    Judgements
        `correct` and `grounded` are 5 without a wrong claim, and lose
        two marks for each; `grounded` is 4 where most claims cannot be checked, or none was looked
        for. `complete` and `clear` cannot be told without reading, and are 4: what the templates
        promise.
    """
    return Judgements(texts=[_judged(label(n), each) for n, each in enumerate(verdicts, 1)])


def _judged(name: str, verdict: LintVerdict) -> Judgement:
    of = {"right": 0, "wrong": 0, "uncheckable": 0}
    for each in verdict.findings:
        of[each.verdict] += 1
    correct = max(1, 5 - 2 * of["wrong"])
    is_open = of["uncheckable"] > of["right"] or not verdict.is_checked
    return Judgement(
        id=name,
        grounded=min(correct, 4 if is_open else 5),
        correct=correct,
        complete=4,
        clear=4,
        why=_WHY.format(n=len(verdict.findings)) if verdict.is_checked else _UNREAD,
    )
