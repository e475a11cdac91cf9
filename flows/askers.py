"""Steps that ask models, in actors on a Ray cluster, made at first use."""

import threading
import time
from collections import Counter
from collections.abc import Mapping
from typing import Any

from flows.accounts import NAMESPACE, Accounts, accounts_name
from flows.asking_process import FLUSH_S, AskingActor
from flows.remote_calls import result_of
from pipeline.corpus.workers import Workers
from pipeline.engine.plan import Step
from schemas.sections import StepResources
from schemas.shards import Commit
from tools.chat.answer_cache import AnswerCacheInUseError
from tools.store import StoreError

MODELS = "models"
"""In `execution.resources`, what stages that ask models take, where they are not named."""
_NAME_FREE_S = 30.0
"""Ours: so long Ray may take to see that a driver is gone."""
_CLOSE_LIMIT_S = 60.0
_MOST_WAITING = 1_000_000
_GB = 1 << 30


class Askers:
    """The asking actors of a build, made at first use.

    Parameters
    ----------
    ray : module
    resources : mapping of str to StepResources
        By stage, and `MODELS`.
    """

    def __init__(self, ray: Any, resources: Mapping[str, StepResources]) -> None:
        self._ray, self._resources = ray, resources
        self._lock = threading.Lock()
        self._accounts: Any = None
        self._actors: dict[str, list[Any]] = {}
        self._n_under_way: Counter[Any] = Counter()

    def run_step(self, workers: Workers, step: Step) -> Commit:
        """Run a step in the actor of its stage that has the least to do."""
        with self._lock:
            actors = self._actors_of(workers, step.stage.name)
            actor = min(actors, key=lambda each: self._n_under_way[each])
            self._n_under_way[actor] += 1
        try:
            commit: Commit = result_of(actor.run_step.remote(workers.config, step))
            return commit
        finally:
            with self._lock:
                self._n_under_way[actor] -= 1

    def missing_recognisers(self, workers: Workers) -> list[str]:
        """What recognisers are not at hand on the node of the first actor that transcribes."""
        with self._lock:
            actor = self._actors_of(workers, "transcribe")[0]
        missing: list[str] = result_of(actor.missing_recognisers.remote())
        return missing

    def stop(self) -> None:
        """End all work: who waits for it gets a `StoppedError`."""
        for actor in self._all:
            actor.stop.remote()

    def close(self) -> None:
        """Have all logged and noted, and end the actors.

        Raises
        ------
        StoreError
            If that cannot be done: what was bought last may be asked again.
        """
        closing = [actor.close.remote() for actor in self._all]
        try:
            for each in closing:
                result_of(each, _CLOSE_LIMIT_S)
        except self._ray.exceptions.RayError as error:
            raise StoreError(
                f"an actor that asked models did not end in order ({error}): what it bought in the "
                f"last {FLUSH_S:g} s may be asked again"
            ) from None
        finally:
            self._end_all()

    def _end_all(self) -> None:
        for actor in (*self._all, *filter(None, [self._accounts])):
            self._ray.kill(actor)
        self._actors, self._accounts = {}, None

    @property
    def _all(self) -> list[Any]:
        return [actor for pool in self._actors.values() for actor in pool]

    def _actors_of(self, workers: Workers, stage: str) -> list[Any]:
        pool = stage if stage in self._resources else MODELS
        if pool not in self._actors:
            self._accounts = self._accounts or self._new_accounts(workers)
            resources = self._resources[pool]
            self._actors[pool] = [
                self._new_actor(workers, f"{pool}-{number}", resources)
                for number in range(resources.actors)
            ]
        return self._actors[pool]

    def _new_actor(self, workers: Workers, place: str, resources: StepResources) -> Any:
        config = workers.config
        execution = config.execution.model_copy(update={"workers": resources.cpus})
        own = config.model_copy(update={"execution": execution})
        remote = self._ray.remote(AskingActor).options(
            num_cpus=0,  # it waits; cores that it held for good would be missing to all steps
            num_gpus=resources.gpus,
            memory=int(resources.memory_gb * _GB),
            scheduling_strategy="SPREAD",
            max_concurrency=execution.steps_at_once + 3,  # and to be stopped, closed, asked
            max_restarts=-1,
            max_task_retries=-1,
        )
        dialects = workers.models.cache.dialects()
        return remote.remote(
            own, place, list(config.roles.configured), dialects, accounts_name(config)
        )

    def _new_accounts(self, workers: Workers) -> Any:
        """The build's accounts, on this node: a second build of the corpus finds the name taken."""
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        config, cache = workers.config, workers.models.cache
        workers.answer_log.flush()
        here = self._ray.get_runtime_context().get_node_id()
        remote = self._ray.remote(Accounts).options(
            name=accounts_name(config),
            namespace=NAMESPACE,
            num_cpus=0,
            max_concurrency=_MOST_WAITING,
            scheduling_strategy=NodeAffinitySchedulingStrategy(here, soft=False),
        )
        until_s = time.monotonic() + _NAME_FREE_S
        while True:
            try:
                return remote.remote(config, cache.pledged())
            except ValueError:
                if time.monotonic() > until_s:
                    raise AnswerCacheInUseError(
                        f"{config.name}: another build of this corpus is asking models on this "
                        "cluster; together they would ask twice and overspend. Run again when it "
                        "has ended"
                    ) from None
                time.sleep(1.0)
