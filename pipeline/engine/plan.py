"""What a build has to do: the address of every (stage, partition), and which are not done yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.engine.commit_pages import read_commits
from pipeline.engine.shards import committed
from pipeline.engine.stage import Stage, section
from pipeline.prompts import load_prompt
from schemas.config import CorpusConfig
from schemas.digest import combine, digest
from schemas.record import Record
from schemas.roles import RoleConfig
from schemas.shards import Commit, Partition, Snapshot
from schemas.texts import BroughtText
from schemas.tracks import Track
from tools.store import Store

TRACKS, TEXTS = "tracks", "texts"
INGESTED: dict[type[Record], str] = {Track: TRACKS, BroughtText: TEXTS}
"""Where the rows of ingest stand among those of the stages."""


@dataclass(frozen=True)
class ShardName:
    """Which shard of a partition holds the rows of a model."""

    stage: str
    address: str
    model: type[Record]


@dataclass(frozen=True)
class Step:
    """One stage over one partition.

    Attributes
    ----------
    stage : Stage
    partition : Partition
    address : str
    inputs : tuple of ShardName
        What it reads of its partition: of the stages in order, and of ingest.
    """

    stage: Stage
    partition: Partition
    address: str
    inputs: tuple[ShardName, ...]

    @property
    def key(self) -> tuple[str, str]:
        """Stage and partition."""
        return self.stage.name, self.partition.partition

    @property
    def scope(self) -> str:
        """Where its answers are logged."""
        return f"{self.partition.partition}/{self.stage.name}"

    @property
    def upstream(self) -> tuple[str, ...]:
        """Addresses of the steps that it reads."""
        return tuple(each.address for each in self.inputs if each.model not in INGESTED)


def stage_digests(stages: Sequence[Stage], config: CorpusConfig) -> dict[str, str]:
    """Digest of all that decides a stage's rows, apart from the tracks themselves, by stage.

    Its version, its section of the config, its prompt and models, and the same of the stages it
    reads.
    """
    found: dict[str, str] = {}
    for stage in stages:
        values = section(config, stage).model_dump(mode="json")
        upstream = [found[each.name] for each in stages if each.makes in stage.reads]
        parts: list[Any] = [stage.name, stage.version, values, upstream]
        if stage.asks is not None:
            names = [stage.asks.role, *stage.asks.also]
            roles: list[RoleConfig | None] = [getattr(config.roles, name) for name in names]
            if any(roles):
                prompts = (stage.asks.prompt, *stage.asks.also_prompts)
                parts += [load_prompt(prompt).digest for prompt in prompts]
            for role in filter(None, roles):
                parts += [role.decides, role.sends_audio_as if stage.hears else None]
        found[stage.name] = digest(parts)
    return found


def steps(stages: Sequence[Stage], snapshot: Snapshot, config: CorpusConfig) -> list[Step]:
    """All steps of a build, partition by partition, each in the order of the stages.

    Parameters
    ----------
    stages : sequence of Stage
        In order, each after those that it reads.
    snapshot : Snapshot
    config : CorpusConfig
    """
    digests = stage_digests(stages, config)
    behind = _behind(stages)
    found: list[Step] = []
    histories: Mapping[str, str] = {}
    for partition in snapshot.partitions:
        histories = {
            stage.name: digest(
                [
                    histories.get(stage.name, ""),
                    digests[stage.name],
                    _inputs(partition, behind[stage.name]),
                ]
            )
            for stage in stages
            if stage.run_all is not None
        }
        shards: dict[type[Record], ShardName] = {
            Track: ShardName(TRACKS, partition.tracks_address, Track)
        }
        if partition.texts_address is not None:
            shards[BroughtText] = ShardName(TEXTS, partition.texts_address, BroughtText)
        for stage in stages:
            inputs = _inputs(partition, behind[stage.name])
            inputs += [histories[name] for name in histories if name in behind[stage.name]]
            address = digest([digests[stage.name], partition.partition, inputs])[:32]
            read = tuple(each for model, each in shards.items() if model in stage.reads)
            found.append(Step(stage, partition, address, read))
            shards[stage.makes] = ShardName(stage.name, address, stage.makes)
    return found


def pending(store: Store, all_steps: Sequence[Step]) -> list[Step]:
    """The steps that have no commit record yet."""
    done = {name: committed(store, name) for name in {step.stage.name for step in all_steps}}
    return [
        step
        for step in all_steps
        if (step.partition.partition, step.address) not in done[step.stage.name]
    ]


def phases(stages: Sequence[Stage], todo: Sequence[Step]) -> list[list[Step]]:
    """Steps in groups that must follow each other: each corpus-wide stage is a group of its own."""
    names = [stage.name for stage in stages]
    barriers = [names.index(stage.name) for stage in stages if stage.run_all is not None]
    groups: dict[tuple[int, bool], list[Step]] = {}
    for step in todo:
        place = names.index(step.stage.name)
        group = (sum(barrier < place for barrier in barriers), place in barriers)
        groups.setdefault(group, []).append(step)
    return [groups[group] for group in sorted(groups)]


def finished(store: Store, all_steps: Sequence[Step], left: Sequence[Step]) -> list[Commit]:
    """Commit records of the steps that are done, in order; `left` is what `pending` gives."""
    missing = {(step.stage.name, step.address) for step in left}
    done = (step for step in all_steps if (step.stage.name, step.address) not in missing)
    return read_commits(store, [(*step.key, step.address) for step in done])


def track_commits(store: Store, snapshot: Snapshot) -> list[Commit]:
    """Commit records of the snapshot's `tracks` shards, and of its `texts`."""
    tracks = [(TRACKS, each.partition, each.tracks_address) for each in snapshot.partitions]
    texts = [
        (TEXTS, each.partition, each.texts_address)
        for each in snapshot.partitions
        if each.texts_address is not None
    ]
    return read_commits(store, tracks + texts)


def build_hash(commits: Sequence[Commit]) -> str:
    """Content hash of a whole build: of every row of every stage."""
    stages = sorted({commit.stage for commit in commits})
    totals = {
        stage: combine(commit.content_hash for commit in commits if commit.stage == stage)
        for stage in stages
    }
    return digest(totals)


def _inputs(partition: Partition, behind: set[str]) -> list[Any]:
    """What decides a stage's rows of a partition, apart from the config."""
    inputs: list[Any] = [partition.audio_digest]
    if TRACKS in behind:
        inputs.append(partition.tracks_address)
    if TEXTS in behind and partition.texts_address is not None:
        inputs.append(partition.texts_address)
    if retries := {k: n for k, n in partition.retries.items() if k in behind}:
        inputs.append(retries)
    return inputs


def _behind(stages: Sequence[Stage]) -> dict[str, set[str]]:
    """By stage: its name and those of all that it rests on."""
    found: dict[str, set[str]] = {}
    for stage in stages:
        names = {stage.name, *(name for row, name in INGESTED.items() if row in stage.reads)}
        for each in stages:
            if each.makes in stage.reads:
                names |= found[each.name]
        found[stage.name] = names
    return found
