"""Steps on a Ray cluster: each runs wholly where Ray puts it, and only its commit comes back."""

import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import polars as pl

from flows.askers import MODELS, Askers
from flows.cluster_pool import ClusterPool
from flows.node import inspect_batch, run_steps, work_through
from pipeline.corpus.placement import Local, Placement
from pipeline.corpus.workers import Workers
from pipeline.engine.plan import Step
from pipeline.engine.stage import Executor
from schemas.config import ConfigError
from schemas.sections import ExecutionConfig, StepResources
from schemas.shards import Commit
from tools.errors import StoppedError
from tools.process_pool import ProcessPool

_INGEST = "ingest"
_KNOCK_LIMIT_S = 10.0
_GB = 1 << 30


def placement_of(execution: ExecutionConfig) -> Placement:
    """The placement that a config asks for.

    Raises
    ------
    ConfigError
        If there is no such cluster, or Ray is not installed.
    """
    return OnRay(execution) if execution.placement == "ray" else Local()


@contextmanager
def executor_of(execution: ExecutionConfig) -> Iterator[Executor]:
    """Worker processes here, or a whole cluster, as a config says.

    Raises
    ------
    ConfigError
        As `placement_of`.
    """
    placed = placement_of(execution)
    if isinstance(placed, OnRay):
        yield placed.pool()
    else:
        with ProcessPool(execution.workers) as pool:
            yield pool


class OnRay:
    """Files' inspection and steps on a Ray cluster: those that ask models in actors, see `Askers`.

    Ray runs a step again elsewhere whose node or worker is lost. A commit is created if absent, so
    nothing is done twice.

    Parameters
    ----------
    execution : ExecutionConfig

    Raises
    ------
    ConfigError
        If there is no such cluster, none of its nodes can take a step, or Ray is not installed.
    """

    def __init__(self, execution: ExecutionConfig) -> None:
        try:
            import ray
        except ModuleNotFoundError:
            raise ConfigError("execution.placement: ray: install `partimento[ray]`") from None
        address = execution.ray_address
        try:
            _knock(address)
            ray.init(address=address, log_to_driver=False, ignore_reinit_error=True)
        except (OSError, RuntimeError, ValueError) as error:
            raise ConfigError(
                f"execution.ray_address: no Ray cluster at {address!r} ({error}): "
                "`ray start --head` starts one"
            ) from None
        self._ray: Any = ray
        default = execution.resources.get("default", StepResources())
        self._resources = {"default": default, MODELS: default} | execution.resources
        self._askers = Askers(ray, self._resources)
        _require_room(self._ray.nodes(), self._resources)
        self._together: dict[str, _Together] = {}
        self._under_way: set[Any] = set()
        self._is_stopped = False

    def expect(self, steps: Sequence[Step]) -> None:
        """Put those that hear the same tracks, and need nothing of their own, into one task."""
        groups: dict[str, list[Step]] = {}
        for step in steps:
            is_first = step.stage.hears and step.stage.asks is None and not step.upstream
            if is_first and step.stage.name not in self._resources:
                groups.setdefault(step.partition.partition, []).append(step)
        for group in groups.values():
            together = _Together(tuple(group))
            self._together |= {step.address: together for step in group}

    def run_step(self, workers: Workers, step: Step) -> Commit:
        """Run one stage over one partition, on a node."""
        if step.stage.asks is not None:
            commit = self._askers.run_step(workers, step)
        else:
            commit = self._run_task(workers, step)
        workers.observer.advance(step.stage.name, step.partition.n_tracks)
        return commit

    def _run_task(self, workers: Workers, step: Step) -> Commit:
        """Run a step in a task, with those that hear the same; one that is tried again, alone."""
        together = self._together.pop(step.address, None) or _Together((step,))
        with together.lock:
            if together.work is None:
                names = "-".join(each.stage.name for each in together.steps[:1])
                resources = self._resources_of(step.stage.name)
                together.work = self._submit(
                    f"{names}-{step.partition.partition}",
                    resources,
                    run_steps,
                    workers.config,
                    together.steps,
                    resources.cpus,
                )
        outcome: Commit | Exception = self._wait(together.work)[step.address]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def inspect(self, workers: Workers, files: pl.DataFrame) -> pl.DataFrame:
        """Hash and decode one batch of new files, on a node."""
        resources = self._resources_of(_INGEST)
        found: pl.DataFrame = self._wait(
            self._submit(_INGEST, resources, inspect_batch, workers.config, files, resources.cpus)
        )
        workers.observer.advance(_INGEST, len(files))
        return found

    def missing_recognisers(self, workers: Workers) -> list[str]:
        """What recognisers are not at hand on the node that would transcribe."""
        if not workers.recognisers.processes:
            return []
        return self._askers.missing_recognisers(workers)

    def executor(self, _workers: Workers) -> Executor:
        """Whoever works through many items has the cluster do it, batch by batch."""
        return self.pool()

    def pool(self) -> ClusterPool:
        """All cores of the cluster, for items of one kind."""
        resources = self._resources["default"]
        n_cores = int(self._ray.cluster_resources().get("CPU", 1))
        submit = partial(self._submit, "items", resources, work_through)
        return ClusterPool(submit, self._wait, self.stop, resources.cpus, n_cores)

    def stop(self) -> None:
        """Cancel what is under way; what was bought is kept."""
        self._is_stopped = True
        self._askers.stop()
        for each in list(self._under_way):
            self._ray.cancel(each, force=True)

    def close(self) -> None:
        """End the actors; what they bought is in the store."""
        self._askers.close()

    def _resources_of(self, name: str) -> StepResources:
        return self._resources.get(name, self._resources["default"])

    def _submit(
        self, name: str, resources: StepResources, function: Callable[..., Any], *values: Any
    ) -> Any:
        remote = self._ray.remote(function).options(
            name=name,
            num_cpus=resources.cpus,
            num_gpus=resources.gpus,
            memory=int(resources.memory_gb * _GB),
        )
        if self._is_stopped:
            raise StoppedError("stopped")
        work = remote.remote(*values)
        self._under_way.add(work)
        return work

    def _wait(self, work: Any) -> Any:
        try:
            return self._ray.get(work)
        except self._ray.exceptions.TaskCancelledError:
            raise StoppedError("stopped") from None
        except self._ray.exceptions.RayTaskError as error:
            if isinstance(error.cause, Exception):
                raise error.cause from None
            raise
        finally:
            self._under_way.discard(work)


def _knock(address: str) -> None:
    """Make sure that somebody listens there: Ray would wait for minutes, and then end us.

    Raises
    ------
    OSError
        If nobody does.
    """
    host, _, port = address.rpartition(":")
    if host and port.isdigit():
        socket.create_connection((host, int(port)), _KNOCK_LIMIT_S).close()


def _require_room(nodes: list[dict[str, Any]], resources: Mapping[str, StepResources]) -> None:
    """Make sure that some node can take each kind of step: others would wait for ever."""
    rooms = [each["Resources"] for each in nodes if each["Alive"]]
    for name, wanted in resources.items():
        if not any(
            room.get("CPU", 0) >= wanted.cpus
            and room.get("GPU", 0) >= wanted.gpus
            and room.get("memory", 0) >= wanted.memory_gb * _GB
            for room in rooms
        ):
            most = max((int(room.get("CPU", 0)) for room in rooms), default=0)
            raise ConfigError(
                f"execution.resources: no node of the cluster has {wanted.cpus} cores, "
                f"{wanted.gpus:g} GPUs and {wanted.memory_gb:g} GB for a step ({name}); "
                f"the largest has {most} cores"
            )


@dataclass
class _Together:
    """Steps that one task runs, and the task once it is placed."""

    steps: tuple[Step, ...]
    lock: threading.Lock = field(default_factory=threading.Lock)
    work: Any = None
