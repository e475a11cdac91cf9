"""An evaluation in words, for the terminal, the report and the card."""

from dataclasses import dataclass

from schemas.evaluation import FactsEvaluation, FieldEvaluation, MeanScore, Share


def field_columns(found: FactsEvaluation) -> list[str]:
    """Heads of a table of fields."""
    bounds = [f"coverage at {each.max_wrong:.0%} wrong" for each in found.fields[0].coverage]
    return ["field", "stated", "wrong when stated (95 %)", "kind", *bounds, "calibration error"]


def field_cells(field: FieldEvaluation) -> list[str]:
    """One field's row."""
    kinds = [f"{kind} {n}" for kind, n in field.kinds.items()]
    error = "" if field.calibration_error is None else f"{field.calibration_error:.3f}"
    return [
        field.field,
        f"{field.n_stated} of {field.n}",
        "" if field.wrong is None else f"{field.n_wrong}: {percent(field.wrong)}",
        ", ".join(kinds),
        *(f"{each.share:.0%}" for each in field.coverage),
        error,
    ]


def score_cells(score: MeanScore) -> list[str]:
    """One score's row."""
    reach = "" if score.low is None else f"{score.low:.3f} to {score.high:.3f}"
    return [score.name, f"{score.n_measured} of {score.n}", f"{score.mean:.3f}", reach]


def percent(share: Share) -> str:
    """A share with its interval."""
    return f"{share.value:.0%} ({share.low:.0%} to {share.high:.0%})"


def summary(found: FactsEvaluation) -> str:
    """What was compared."""
    return (
        f"{found.n_references} of {found.n_tracks} tracks have references; stated is what has a "
        "q-value within `describe.max_wrong`"
    )


@dataclass(frozen=True)
class EvaluationTable:
    """An evaluation as a page shows it."""

    summary: str
    columns: list[str]
    fields: list[list[str]]
    scores: list[list[str]]


def evaluation_table(found: FactsEvaluation | None) -> EvaluationTable | None:
    """What a page shows; None where nothing was evaluated."""
    if found is None:
        return None
    return EvaluationTable(
        summary=f"{summary(found)}; evaluated on {found.made_at[:10]}",
        columns=field_columns(found) if found.fields else [],
        fields=[field_cells(each) for each in found.fields],
        scores=[score_cells(each) for each in found.scores],
    )
