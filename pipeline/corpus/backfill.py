"""A part of a build: one stage, and what it rests on, over some partitions, without a new ingest.

It does what a build would do of these steps, under the same addresses: what is done is not done
again, and a build afterwards goes on from there.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from pipeline.corpus.build import BuildError, Runner, run_steps
from pipeline.corpus.corpus import Corpus
from pipeline.corpus.models import keys_from_environment
from pipeline.corpus.placement import Placement
from pipeline.corpus.retry import retry
from pipeline.corpus.threads import Threads
from pipeline.corpus.workers import Observer, at_work
from pipeline.engine.plan import Step
from pipeline.engine.snapshots import latest_snapshot, read_snapshot, snapshot_paths
from pipeline.engine.stage import Stage, check_sections
from pipeline.engine.store_format import open_store
from pipeline.stages import STAGES, roles_of, stages_until
from schemas.config import ConfigError, CorpusConfig
from tools.store import Store


@dataclass(frozen=True)
class Range:
    """Which partitions are meant; all bounds are inclusive, and none is no bound.

    Attributes
    ----------
    first, last : str or None
        Names of partitions, e.g. ``p000003``.
    ingested_from, ingested_to : date or None
        Days (UTC) of the snapshot in which a partition was there for the first time.
    reasons : collection of str
        What the stage refused, or left null, for one of these is sent again.
    """

    first: str | None = None
    last: str | None = None
    ingested_from: date | None = None
    ingested_to: date | None = None
    reasons: Collection[str] = field(default=())


def backfill(
    config: CorpusConfig,
    stage: str,
    wanted: Range,
    *,
    stages: Sequence[Stage] = STAGES,
    keys: Mapping[str, str] | None = None,
    observer: Observer | None = None,
    runner: Runner | None = None,
    placement: Placement | None = None,
) -> Corpus:
    """Bring a stage up to date over some partitions; done twice, it does nothing the second time.

    With reasons, what was refused for one of them is sent again first. Where the stage was not done
    since, because an earlier backfill was ended, that one is gone on with.

    Parameters
    ----------
    config : CorpusConfig
    stage : str
        Its steps, and those that they rest on, are run.
    wanted : Range
    stages, keys, observer, runner, placement
        As `pipeline.corpus.build.build`.

    Returns
    -------
    Corpus

    Raises
    ------
    ConfigError
        If there is no such stage, or no such partition.
    BuildError
        If nothing is built yet, or steps failed.
    MissingToolError, EndpointError, ConflictError
        As a build.
    """
    check_sections(config, stages)
    run = stages_until(stage, stages)
    observer, runner = observer or Observer(), runner or Threads()
    if keys is None:
        keys = keys_from_environment(config, roles_of(run, config.roles))
    store = open_store(config.store)
    partitions = choose_partitions(store, wanted)
    if wanted.reasons:
        retry(config, stage, wanted.reasons, partitions)
    snapshot = latest_snapshot(store)
    assert snapshot is not None
    with at_work(config, store, observer, keys, placement) as workers:
        outcome = run_steps(
            workers,
            runner,
            snapshot,
            run,
            stage,
            lambda plan: rested_on(plan, run, stage, partitions),
        )
    return outcome.corpus(stages)


def choose_partitions(store: Store, wanted: Range) -> list[str]:
    """Names of the partitions of the newest snapshot that lie within bounds, in order.

    Raises
    ------
    BuildError
        If nothing is built yet.
    ConfigError
        If a partition is named that there is not, or none is left.
    """
    snapshot = latest_snapshot(store)
    if snapshot is None:
        raise BuildError("nothing is built yet: run `partimento build`")
    names = [each.partition for each in snapshot.partitions]
    for bound in (wanted.first, wanted.last):
        if bound is not None and bound not in names:
            some = f"{names[0]} to {names[-1]}" if names else "none"
            raise ConfigError(f"there is no partition {bound!r}, only {some}")
    first, last = wanted.first or "", wanted.last or names[-1]
    found = [name for name in names if first <= name <= last]
    if wanted.ingested_from is not None or wanted.ingested_to is not None:
        days = _days_of_ingest(store)
        from_, to = wanted.ingested_from or date.min, wanted.ingested_to or date.max
        found = [name for name in found if from_ <= days[name] <= to]
    if not found:
        raise ConfigError(f"no partition of {len(names)} lies within these bounds")
    return found


def rested_on(
    plan: Sequence[Step], stages: Sequence[Stage], stage: str, partitions: Collection[str]
) -> list[Step]:
    """The steps of a stage over some partitions, and all that these rest on.

    A corpus-wide stage rests on all partitions up to the one that it is done for.

    Parameters
    ----------
    plan : sequence of Step
        All steps, partition by partition.
    stages : sequence of Stage
    stage : str
    partitions : collection of str
    """
    by_name = {each.name: each for each in stages}
    makers = {each.makes: each.name for each in stages}
    order = list(dict.fromkeys(step.partition.partition for step in plan))
    place = {name: number for number, name in enumerate(order)}
    wanted: dict[str, set[int]] = {}
    todo = [(stage, {place[name] for name in partitions})]
    while todo:
        name, places = todo.pop()
        if by_name[name].run_all is not None and places:
            places = set(range(max(places) + 1))
        if new := places - wanted.get(name, set()):
            wanted[name] = wanted.get(name, set()) | new
            todo += [(makers[m], new) for m in by_name[name].reads if m in makers]
    return [
        step for step in plan if place[step.partition.partition] in wanted.get(step.stage.name, ())
    ]


def _days_of_ingest(store: Store) -> dict[str, date]:
    """By partition: the day of the first snapshot that has it."""
    found: dict[str, date] = {}
    for path in snapshot_paths(store):
        snapshot = read_snapshot(store, path)
        day = date.fromisoformat(snapshot.created_at[:10])
        for each in snapshot.partitions:
            found.setdefault(each.partition, day)
    return found
