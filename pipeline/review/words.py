"""A calibration in words, as Markdown."""

from collections.abc import Sequence

from pipeline.review.agreement import Rates
from pipeline.review.calibration import Calibration, Point

_MOST_POINTS = 12


def in_words(found: Calibration, name: str) -> str:
    """A calibration as Markdown, with the advice first.

    Parameters
    ----------
    found : Calibration
    name : str
        Of the corpus.

    Returns
    -------
    str
    """
    parts = [f"# {name}: people and the judge", advice(found), counted(found)]
    agreements = [*found.between, *([found.with_judge] if found.with_judge else [])]
    if agreements:
        lines = [
            f"| {_safe(each.first)} | {_safe(each.second)} | {each.n} | {each.share:.0%} | "
            f"{_kappa(each.kappa)} |"
            for each in agreements
        ]
        head = "| | | rows | agree | Cohen's kappa |\n|---|---|---|---|---|"
        parts.append("\n".join([head, *lines]))
    if found.curve:
        names = "| score at least | precision | 95 % | recall | 95 % | kept |"
        parts.append("\n".join([names, 6 * "|---" + "|", *map(_line, thinned(found.curve))]))
    if found.reasons:
        why = ", ".join(f"{n} {reason.replace('_', ' ')}" for reason, n in found.reasons.items())
        parts.append(f"What people found wrong: {why}.")
    return "\n\n".join(parts) + "\n"


def advice(found: Calibration) -> str:
    """What to do, in a sentence or two."""
    if found.too_few:
        return (
            f"**Too few verdicts to set a threshold: {found.too_few}.** Go on with "
            "`partimento review`."
        )
    if found.proposal is None:
        return (
            f"**No thresholds reach a precision of {found.wanted_precision:.0%}.** The judge "
            "does not tell good rows from bad ones well enough."
        )
    what = in_rates(found.proposal.rates)
    settings = ", ".join(
        f"min_{name}: {least}" for name, least in found.proposal.thresholds.items()
    )
    if found.proposal.is_sure:
        return f"**Proposed thresholds of the judge: {settings}** ({what})."
    return (
        f"**Likely thresholds of the judge: {settings}** ({what}). The lower end of the interval "
        f"does not reach {found.wanted_precision:.0%}: more verdicts would tell."
    )


def in_rates(rates: Rates) -> str:
    """Rates in words."""
    return (
        f"precision {rates.precision:.0%}, {rates.precision_low:.0%} to "
        f"{rates.precision_high:.0%}; recall {rates.recall:.0%}; {rates.share_kept:.0%} of the "
        "rows kept"
    )


def counted(found: Calibration) -> str:
    """What the numbers rest on."""
    text = f"{found.n_verdicts} verdicts on {found.n_rows} rows, {found.n_good} of them good"
    if found.n_tied:
        text += f", {found.n_tied} on which people are split"
    text += f"; {found.n_scored} rows have a score of the judge."
    if found.now is not None:
        text += f" The judge as it decides now: {in_rates(found.now)}."
    if found.n_outdated:
        text += f" {found.n_outdated} verdicts are on texts that have changed, and do not count."
    if found.n_bulk:
        text += f" {found.n_bulk} verdicts were given in bulk, and do not count."
    return text


def thinned(points: Sequence[Point]) -> list[Point]:
    """At most a dozen points, evenly, with both ends."""
    if len(points) <= _MOST_POINTS:
        return list(points)
    step = (len(points) - 1) / (_MOST_POINTS - 1)
    return [points[round(i * step)] for i in range(_MOST_POINTS)]


def _line(point: Point) -> str:
    rates = point.rates
    return (
        f"| {point.threshold:.3g} | {rates.precision:.0%} | {rates.precision_low:.0%} to "
        f"{rates.precision_high:.0%} | {rates.recall:.0%} | {rates.recall_low:.0%} to "
        f"{rates.recall_high:.0%} | {rates.share_kept:.0%} |"
    )


def _kappa(kappa: float | None) -> str:
    return "none: all the same" if kappa is None else f"{kappa:.2f}"


def _safe(name: str) -> str:
    """A reviewer's name inside a Markdown table."""
    return "".join(f"\\{c}" if c in "\\|`*_<>[]()#&!~" else c for c in name)
