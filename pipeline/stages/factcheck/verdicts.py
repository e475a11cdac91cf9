"""The rule by which checked chains are kept, rewritten or discarded."""

from collections.abc import Sequence
from fractions import Fraction

from schemas.lint import Finding
from schemas.thought import RoundOutcome, StepOpinion


def opinion_of(heard: StepOpinion, findings: Sequence[Finding]) -> StepOpinion:
    """What a step is, by the checker's ears and the facts.

    Parameters
    ----------
    heard : StepOpinion
        The checker's.
    findings : sequence of Finding
        Of `lint`. A claim against the facts makes the step wrong, whatever was heard; claims that
        the facts confirm make it right where hearing could not tell.
    """
    found = {each.verdict for each in findings}
    if "wrong" in found:
        return "wrong"
    return "right" if heard == "cannot_tell" and "right" in found else heard


def wrong_share(opinions: Sequence[StepOpinion]) -> Fraction:
    """Share of wrong steps among all, exactly; 0 for none."""
    return Fraction(opinions.count("wrong"), max(1, len(opinions)))


def judge_round(
    opinions: Sequence[StepOpinion], max_wrong_share: float, n_rewrites_left: int
) -> tuple[RoundOutcome, str]:
    """What becomes of a checked chain.

    Parameters
    ----------
    opinions : sequence of StepOpinion
        One a step.
    max_wrong_share : float
        As it is written, so that 0.3 is 30 % and no more (*Music Flamingo*: over 30 % is
        discarded).
    n_rewrites_left : int

    Returns
    -------
    outcome : RoundOutcome
    reason : str
        Of what is discarded: ``no_steps``, ``wrong_share`` or ``not_corrected``; else empty.

    Examples
    --------
    >>> judge_round(["right"] * 7 + ["wrong"] * 3, 0.3, 1)
    ('rewritten', '')
    """
    if not opinions:
        return "discarded", "no_steps"
    if wrong_share(opinions) > Fraction(str(max_wrong_share)):
        return "discarded", "wrong_share"
    if not {"wrong", "minor_error"} & set(opinions):
        return "kept", ""
    return ("rewritten", "") if n_rewrites_left > 0 else ("discarded", "not_corrected")
