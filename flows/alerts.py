"""Automations of a corpus: who is told of failures, budgets and refusals, and of runs that died."""

from datetime import timedelta
from typing import Any

from prefect.automations import (
    AutomationCore,
    ChangeFlowRunState,
    DoNothing,
    EventTrigger,
    Posture,
)
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import StateType
from prefect.events.actions import ActionTypes, SendNotification

from flows.deployed import HEARTBEAT_S
from flows.events import BUDGET_REACHED, TAG, TOO_MUCH_REFUSED, resource_id

_RUNS = {"prefect.resource.id": "prefect.flow-run.*"}
_ENDS = {f"prefect.flow-run.{each}" for each in ("Completed", "Failed", "Cancelled", "Crashed")}
_BEAT = "prefect.flow-run.heartbeat"
_DEAD_AFTER = timedelta(seconds=3 * HEARTBEAT_S)


def create_alerts(corpus: str, block: str | None) -> list[str]:
    """Tell of a build that failed, a budget that was reached, and of too much that was refused.

    Parameters
    ----------
    corpus : str
    block : str or None
        ``TYPE/NAME`` of a notification block, e.g. ``slack-webhook/mine``. None: an alert that
        fires is an event in the UI, and nobody is told.

    Returns
    -------
    list of str
        Names of the automations. Those of before are replaced.

    Raises
    ------
    ValueError
        If there is no such block.
    """
    found = [
        AutomationCore(
            name=_name(corpus, "a run failed"),
            description="A flow of the corpus failed or crashed; its first artifact says why.",
            trigger=EventTrigger(
                expect={"prefect.flow-run.Failed", "prefect.flow-run.Crashed"},
                match=_RUNS,
                match_related=_of_tag(corpus),
                posture=Posture.Reactive,
                threshold=1,
            ),
            actions=[_action(block, f"{corpus}: a run failed", _FAILED)],
        ),
        _of_event(corpus, block, BUDGET_REACHED, "the budget is reached"),
        _of_event(corpus, block, TOO_MUCH_REFUSED, "too much was refused"),
    ]
    for each in found:
        _replace(each)
    return [each.name for each in found]


def bury_the_dead(corpus: str) -> str:
    """Let a run that gives no sign of life be crashed, so that the next one may begin.

    A run whose machine is lost says nothing, and Prefect's server takes it for running for ever.
    """
    dead = AutomationCore(
        name=_name(corpus, "a run died without a word"),
        description="No heartbeat for three of its periods: the run is crashed, its slot is free.",
        trigger=EventTrigger(
            after={_BEAT},
            expect={_BEAT, *_ENDS},
            match=_RUNS,
            match_related=_of_tag(corpus),
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=_DEAD_AFTER,
        ),
        actions=[
            ChangeFlowRunState(
                state=StateType.CRASHED, message="no sign of life: its machine or process is lost"
            )
        ],
    )
    _replace(dead)
    return dead.name


def remove_alerts(corpus: str) -> list[str]:
    """Take all automations of a corpus back."""
    ours = _name(corpus, "")
    removed = []
    with get_client(sync_client=True) as client:
        for each in client.read_automations():
            if each.name.startswith(ours):
                client.delete_automation(each.id)
                removed.append(each.name)
    return removed


_FAILED = (
    "{{ flow_run.name }}\n{{ flow_run.state.name }}: {{ flow_run.state.message }}\n"
    "{{ (flow_run|ui_url) or '' }}"  # a server that was not told of PREFECT_UI_URL knows no link
)


def _name(corpus: str, what: str) -> str:
    return f"{TAG} {corpus}: {what}"


def _of_tag(corpus: str) -> dict[str, Any]:
    return {"prefect.resource.id": f"prefect.tag.{corpus}", "prefect.resource.role": "tag"}


def _of_event(corpus: str, block: str | None, event: str, what: str) -> AutomationCore:
    return AutomationCore(
        name=_name(corpus, what),
        description=f"The event {event}.",
        trigger=EventTrigger(
            expect={event},
            match={"prefect.resource.id": resource_id(corpus)},
            posture=Posture.Reactive,
            threshold=1,
        ),
        actions=[_action(block, f"{corpus}: {what}", "{{ event.payload.words }}")],
    )


def _action(block: str | None, subject: str, body: str) -> ActionTypes:
    if block is None:
        return DoNothing()
    kind, _, name = block.partition("/")
    with get_client(sync_client=True) as client:
        found = client.read_block_document_by_name(name, kind)
    return SendNotification(block_document_id=found.id, subject=subject, body=body)


def _replace(automation: AutomationCore) -> None:
    with get_client(sync_client=True) as client:
        for each in client.read_automations_by_name(automation.name):
            client.delete_automation(each.id)
        client.create_automation(automation)
