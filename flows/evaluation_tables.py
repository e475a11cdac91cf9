"""Rich tables of measured facts against references."""

from collections.abc import Sequence

from rich.markup import escape
from rich.table import Table

from pipeline.views.evaluate.facts.own_fit import FittedField
from pipeline.views.evaluate.facts.words import field_cells, field_columns, score_cells
from schemas.evaluation import FactsEvaluation


def fields_table(found: FactsEvaluation) -> Table:
    """What is stated of each field, and how much of it is wrong."""
    table = Table(*field_columns(found), title=escape(f"{found.name}: what may be stated"))
    for field in found.fields:
        table.add_row(*map(escape, field_cells(field)))
    return table


def scores_table(found: FactsEvaluation) -> Table:
    """Scores of the literature, over all that was measured, stated or not."""
    table = Table("score", "tracks", "mean", "95 %", title="scores of all that is measured")
    for score in found.scores:
        table.add_row(*score_cells(score))
    return table


def fitted_table(fitted: Sequence[FittedField]) -> Table:
    """What a calibration was fitted on."""
    table = Table("field", "examples", "sources", "", "calibration error on sources left out")
    for each in fitted:
        error = "" if each.calibration_error is None else f"{each.calibration_error:.3f}"
        done = "fitted" if each.is_fitted else "too few: the package's own stays"
        table.add_row(each.field, str(each.n_examples), str(each.n_sources), done, error)
    return table
