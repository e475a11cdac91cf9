"""What a build tells Prefect beside its state: events that automations can react to."""

from collections.abc import Sequence

from prefect.events import emit_event

from pipeline.corpus.outcomes import StepFailure
from pipeline.release.thresholds import refusal_words, refuses_too_much
from pipeline.views.status import Status
from schemas.config import CorpusConfig

TAG = "partimento"
"""Of all runs of ours, beside the name of their corpus: automations know them by both."""
BUDGET_REACHED = "partimento.budget-reached"
TOO_MUCH_REFUSED = "partimento.too-much-refused"
RELEASED = "partimento.released"


def resource_id(corpus: str) -> str:
    """What events of a corpus are about."""
    return f"partimento.corpus.{corpus}"


def tell(corpus: str, event: str, **payload: object) -> None:
    """Send an event about a corpus."""
    resource = {"prefect.resource.id": resource_id(corpus), "prefect.resource.name": corpus}
    emit_event(event, resource=resource, payload=payload)


def tell_of_build(
    config: CorpusConfig, status: Status | None, failures: Sequence[StepFailure]
) -> None:
    """Tell that a budget was reached, or that more was refused than is allowed."""
    for each in failures:
        if each.error == "BudgetReachedError":
            tell(config.name, BUDGET_REACHED, words=each.why)
            break
    wanted = config.release.thresholds
    if status is not None and refuses_too_much(status, wanted):
        tell(
            config.name,
            TOO_MUCH_REFUSED,
            words=refusal_words(status, wanted),
            refused_share=status.refused_share,
            max_refused_share=wanted.max_refused_share,
        )
