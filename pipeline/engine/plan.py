"""What a build has to do: the address of every (stage, partition), and which are not done yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.engine.shards import committed, read_commit
from pipeline.engine.stage import Stage
from pipeline.prompts import load_prompt
from pipeline.stages import STAGES
from schemas.config import CorpusConfig
from schemas.digest import combine, digest
from schemas.roles import RoleConfig
from schemas.shards import Commit, Partition, Snapshot
from tools.store import Store


@dataclass(frozen=True)
class Step:
    """One stage over one partition.

    Attributes
    ----------
    stage : Stage
    partition : Partition
    address : str
    histories : mapping of str to str
        By corpus-wide stage, a digest of all that it reads of the partitions up to this one.
    """

    stage: Stage
    partition: Partition
    address: str
    histories: Mapping[str, str]


def fingerprint(stage: Stage, config: CorpusConfig) -> str:
    """Digest of all that decides a stage's rows, apart from the tracks themselves.

    Its version, its section of the config, its prompt and models, and the same of the stages it
    reads.
    """
    return _fingerprints(config)[stage.name]


def _fingerprints(config: CorpusConfig) -> dict[str, str]:
    found: dict[str, str] = {}
    for stage in STAGES:
        section = getattr(config, stage.name).model_dump(mode="json")
        upstream = [found[each] for each in found if each in stage.reads]
        parts = [stage.name, stage.version, section, upstream]
        if stage.asks is not None:
            prompts = (stage.asks.prompt, *stage.asks.also_prompts)
            parts += [load_prompt(prompt).digest for prompt in prompts]
            names = [stage.asks.role, *stage.asks.also]
            roles: list[RoleConfig | None] = [getattr(config.roles, name) for name in names]
            for role in filter(None, roles):
                parts += [role.decides, role.sends_audio_as if "audio" in stage.reads else None]
        found[stage.name] = digest(parts)
    return found


def steps(snapshot: Snapshot, config: CorpusConfig, stages: Sequence[Stage] = STAGES) -> list[Step]:
    """All steps of a build, partition by partition, each in the order of the stages."""
    prints = _fingerprints(config)
    found: list[Step] = []
    histories: Mapping[str, str] = {}
    for partition in snapshot.partitions:
        histories = _histories(histories, partition, prints)
        found += [_step(stage, partition, histories, prints) for stage in stages]
    return found


def upstream(step: Step, config: CorpusConfig) -> list[Step]:
    """The steps whose rows a step reads, done or not; of its own partition."""
    prints = _fingerprints(config)
    return [
        _step(stage, step.partition, step.histories, prints)
        for stage in STAGES
        if stage.name in step.stage.reads
    ]


def pending(store: Store, all_steps: Sequence[Step]) -> list[Step]:
    """The steps that have no commit record yet."""
    done = {stage.name: committed(store, stage.name) for stage in STAGES}
    return [
        step
        for step in all_steps
        if (step.partition.partition, step.address) not in done[step.stage.name]
    ]


def phases(todo: Sequence[Step]) -> list[list[Step]]:
    """Steps in groups that must follow each other: each corpus-wide stage is a group of its own."""
    names = [stage.name for stage in STAGES]
    barriers = [names.index(stage.name) for stage in STAGES if stage.run_all is not None]
    groups: dict[tuple[int, bool], list[Step]] = {}
    for step in todo:
        place = names.index(step.stage.name)
        group = (sum(barrier < place for barrier in barriers), place in barriers)
        groups.setdefault(group, []).append(step)
    return [groups[group] for group in sorted(groups)]


def finished(store: Store, all_steps: Sequence[Step]) -> list[Commit]:
    """Commit records of the steps that are done, in order."""
    missing = {(step.stage.name, step.address) for step in pending(store, all_steps)}
    return [
        read_commit(store, step.stage.name, step.partition.partition, step.address)
        for step in all_steps
        if (step.stage.name, step.address) not in missing
    ]


def track_commits(store: Store, snapshot: Snapshot) -> list[Commit]:
    """Commit records of the snapshot's `tracks` shards."""
    return [
        read_commit(store, "tracks", partition.partition, partition.tracks_address)
        for partition in snapshot.partitions
    ]


def build_hash(commits: Sequence[Commit]) -> str:
    """Content hash of a whole build: of every row of every stage."""
    stages = sorted({commit.stage for commit in commits})
    totals = {
        stage: combine(commit.content_hash for commit in commits if commit.stage == stage)
        for stage in stages
    }
    return digest(totals)


def _histories(
    before: Mapping[str, str], partition: Partition, prints: Mapping[str, str]
) -> dict[str, str]:
    """By corpus-wide stage: digest of what it reads, up to a partition and with it."""
    names = (stage.name for stage in STAGES if stage.run_all is not None)
    return {
        name: digest([before.get(name, ""), prints[name], _inputs(partition, name)])
        for name in names
    }


def _step(
    stage: Stage, partition: Partition, histories: Mapping[str, str], prints: Mapping[str, str]
) -> Step:
    inputs = _inputs(partition, stage.name)
    inputs += [histories[name] for name in histories if name in _BEHIND[stage.name]]
    address = digest([prints[stage.name], partition.partition, inputs])[:32]
    return Step(stage, partition, address, histories)


def _inputs(partition: Partition, name: str) -> list[Any]:
    """What decides a stage's rows of a partition, apart from the config."""
    inputs: list[Any] = [partition.audio_digest]
    if "tracks" in _BEHIND[name]:
        inputs.append(partition.tracks_address)
    if retries := {k: n for k, n in partition.retries.items() if k in _BEHIND[name]}:
        inputs.append(retries)
    return inputs


def _all_reads(stage: Stage) -> set[str]:
    """A stage and all before it that it rests on."""
    names = {stage.name}
    for each in reversed(STAGES):
        if each.name in names:
            names.update(each.reads)
    return names


_BEHIND = {stage.name: _all_reads(stage) for stage in STAGES}
