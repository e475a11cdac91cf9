"""What a flow run is called once it is known what it does."""

from prefect.client.orchestration import get_client
from prefect.runtime import flow_run

_MOST_LETTERS = 200


def name_run(name: str) -> None:
    """Give the flow run that this is another name."""
    with get_client(sync_client=True) as client:
        client.update_flow_run(flow_run.id, name=name[:_MOST_LETTERS])
