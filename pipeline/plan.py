"""What a build has to do: the address of every (stage, partition), and which are not done yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.prompts import load_prompt
from pipeline.shards import committed, read_commit
from pipeline.stage import Stage
from pipeline.stages import STAGES
from schemas.config import CorpusConfig
from schemas.digest import combine, digest
from schemas.roles import RoleConfig
from schemas.shards import Commit, Partition, Snapshot
from tools.store import Store


@dataclass(frozen=True)
class Step:
    """One stage over one partition."""

    stage: Stage
    partition: Partition
    address: str


def fingerprint(stage: Stage, config: CorpusConfig) -> str:
    """Digest of all that decides a stage's rows, apart from the tracks themselves.

    Its version, its section of the config, its prompt and model, and the same of the stages it
    reads.
    """
    section = getattr(config, stage.name).model_dump(mode="json")
    upstream = [fingerprint(each, config) for each in STAGES if each.name in stage.reads]
    parts = [stage.name, stage.version, section, upstream]
    if stage.asks is not None:
        role: RoleConfig = getattr(config.roles, stage.asks.role)
        sound = role.sends_audio_as if "audio" in stage.reads else None
        parts += [load_prompt(stage.asks.prompt).digest, role.decides, sound]
    return digest(parts)


def steps(snapshot: Snapshot, config: CorpusConfig, stages: Sequence[Stage] = STAGES) -> list[Step]:
    """All steps of a build, partition by partition, each in the order of the stages."""
    prints = {stage.name: fingerprint(stage, config) for stage in stages}
    return [
        Step(stage, partition, _address(stage, partition, prints[stage.name]))
        for partition in snapshot.partitions
        for stage in stages
    ]


def upstream(step: Step, config: CorpusConfig) -> list[Step]:
    """The steps whose rows a step reads, done or not."""
    return [
        Step(stage, step.partition, _address(stage, step.partition, fingerprint(stage, config)))
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


def _address(stage: Stage, partition: Partition, stage_fingerprint: str) -> str:
    inputs: list[Any] = [partition.audio_digest]
    if "tracks" in stage.reads:
        inputs.append(partition.tracks_address)
    if retries := {k: n for k, n in partition.retries.items() if k in _all_reads(stage)}:
        inputs.append(retries)
    return digest([stage_fingerprint, partition.partition, inputs])[:32]


def _all_reads(stage: Stage) -> set[str]:
    """A stage and all stages before it that it rests on."""
    names = {stage.name}
    for each in reversed(STAGES):
        if each.name in names:
            names.update(each.reads)
    return names
