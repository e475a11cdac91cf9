"""What is registered of a corpus on a Prefect server: a deployment for every flow, and removal."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import DeploymentUpdate, WorkPoolCreate
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.deployments.runner import RunnerDeployment
from prefect.exceptions import ObjectNotFound
from prefect.flows import Flow
from prefect.types.entrypoint import EntrypointType
from prefect.utilities.callables import ParameterSchema, parameter_schema
from prefect.workers.process import ProcessWorker

from flows.events import TAG
from pipeline.corpus.corpus import Corpus
from pipeline.corpus.last_build import as_built
from pipeline.corpus.retry import MAY_PASS, reasons_of
from pipeline.engine.store_format import open_store
from pipeline.release.folder import list_releases
from schemas.config import CorpusConfig

FLOWS = {
    "build": "flows.build.build_corpus",
    "backfill": "flows.backfill.backfill_corpus",
    "retry": "flows.retry.retry_corpus",
    "release": "flows.release.release_corpus",
    "report": "flows.report.report_corpus",
    "export": "flows.export.export_corpus",
}
_CHOSEN = {"export": ("release",), "retry": ("reasons",), "backfill": ("reasons",)}
"""Parameters whose values the corpus knows, by flow."""
HEARTBEAT_S = 30
"""The least that Prefect takes: a run that gives no sign is known as dead after three of them."""
_JOB_VARIABLES = {
    "env": {
        "DO_NOT_TRACK": "1",  # Prefect is imported there before anything of ours
        "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": str(HEARTBEAT_S),
    }
}


class NameTakenError(ValueError):
    """Another config has deployments under the name."""


def register(
    config: CorpusConfig, config_path: Path, pool: str, cron: str | None, *, then_release: bool
) -> list[str]:
    """Register all flows of a corpus; those that are there already are brought up to date.

    Parameters
    ----------
    config : CorpusConfig
    config_path : Path
        As the worker finds it.
    pool : str
        Name of the work pool; one of processes is made where there is none.
    cron : str or None
        When to build, in UTC.
    then_release : bool
        Whether builds end in a release, by default.

    Returns
    -------
    list of str
        Names of the deployments.

    Raises
    ------
    NameTakenError
        If another config has deployments under this corpus's name.
    """
    with get_client(sync_client=True) as client:
        _require_free_name(client, config.name, config_path)
        _require_pool(client, pool)
    names = []
    for name in FLOWS:
        deployed = _deployment(name, config, config_path, pool)
        if name == "build":
            deployed.parameters["then_release"] = then_release
        schedules = _schedules(deployed.full_name)
        if cron and name == "build":
            schedules = [{"schedule": {"cron": cron, "timezone": "UTC"}}]
        cast(Any, deployed).apply(schedules=schedules)
        names.append(deployed.full_name)
    refresh_choices(config)
    return names


def remove(corpus: str) -> list[str]:
    """Take the deployments of a corpus back, with their schedules.

    Returns
    -------
    list of str
        Those that there were.
    """
    found = []
    with get_client(sync_client=True) as client:
        for name in FLOWS:
            try:
                there = client.read_deployment_by_name(f"{name}/{corpus}")
            except ObjectNotFound:
                continue
            client.delete_deployment(there.id)
            found.append(f"{name}/{corpus}")
    return found


def refresh_choices(config: CorpusConfig) -> None:
    """Let the forms list the releases and the reasons of refusals that there are."""
    found = choices_of(config)
    with get_client(sync_client=True) as client:
        for flow, parameters in _CHOSEN.items():
            try:
                there = client.read_deployment_by_name(f"{flow}/{config.name}")
            except ObjectNotFound:
                continue
            choices = {name: found[name] for name in parameters}
            schema = with_choices(parameter_schema(_flow(flow)), choices)
            fields = {"parameter_openapi_schema": schema.model_dump()}
            client.update_deployment(there.id, DeploymentUpdate.model_validate(fields))


def choices_of(config: CorpusConfig) -> dict[str, list[str]]:
    """The releases of a corpus, and the reasons for which it can be tried again."""
    releases = [each.manifest.name for each in list_releases(open_store(config.store))]
    built = Corpus.find(as_built(config)[0])
    there = [] if built is None else reasons_of(built)
    return {"release": releases, "reasons": list(dict.fromkeys([*there, *MAY_PASS]))}


def with_choices(schema: ParameterSchema, choices: Mapping[str, Sequence[str]]) -> ParameterSchema:
    """A form some of whose parameters are one, or a list, of the values that there are."""
    for name, values in choices.items():
        if not values:
            continue
        one = {"type": "string", "enum": list(values)}
        field = schema.properties[name]
        if field.get("type") == "array":
            field["items"] = one
        else:
            field["anyOf"] = [one, {"type": "null"}]
    return schema


def _flow(name: str) -> Flow[Any, Any]:
    module, _, attribute = FLOWS[name].rpartition(".")
    return cast(Flow[Any, Any], getattr(import_module(module), attribute))


def _deployment(name: str, config: CorpusConfig, config_path: Path, pool: str) -> RunnerDeployment:
    return RunnerDeployment.from_flow(
        _flow(name),
        name=config.name,
        parameters={"config_path": str(config_path.resolve())},
        tags=[TAG, config.name],
        work_pool_name=pool,
        job_variables=_JOB_VARIABLES,
        entrypoint_type=EntrypointType.MODULE_PATH,
        concurrency_limit=ConcurrencyLimitConfig(
            limit=1, collision_strategy=ConcurrencyLimitStrategy.ENQUEUE
        ),
    )


def _schedules(full_name: str) -> list[dict[str, Any]]:
    """Schedules that a deployment has: whoever registers it without them takes them from it."""
    with get_client(sync_client=True) as client:
        try:
            there = client.read_deployment_by_name(full_name)
        except ObjectNotFound:
            return []
    kept = {"schedule", "active", "max_scheduled_runs", "parameters", "slug"}
    return [each.model_dump(include=kept) for each in there.schedules]


def _require_free_name(client: SyncPrefectClient, corpus: str, config_path: Path) -> None:
    """Make sure that no other team's schedules, runs and alerts become those of this corpus."""
    try:
        there = client.read_deployment_by_name(f"build/{corpus}")
    except ObjectNotFound:
        return
    theirs = there.parameters.get("config_path")
    if theirs is not None and Path(theirs).resolve() != config_path.resolve():
        raise NameTakenError(
            f"a corpus named {corpus!r} is deployed on this server already, of {theirs}: give this "
            "one another `name`, or, if it is the same, take that back first (`partimento deploy "
            f"{config_path} --remove`; its schedule goes, too)"
        )


def _require_pool(client: SyncPrefectClient, pool: str) -> None:
    try:
        client.read_work_pool(pool)
    except ObjectNotFound:
        template = ProcessWorker.get_default_base_job_template()
        client.create_work_pool(
            WorkPoolCreate(name=pool, type="process", base_job_template=template)
        )
