"""What a release is made of: a snapshot, the finished shards of the stages, and their story."""

from collections import Counter

from pipeline.corpus.corpus import Corpus
from pipeline.engine.stage import Stage, section
from pipeline.prompts import load_prompt
from schemas.config import CorpusConfig
from schemas.digest import combine
from schemas.manifest import RoleModel, StageLineage
from schemas.roles import RoleConfig


class ReleaseError(ValueError):
    """A release cannot be made or read; the message says why and what to do."""


def open_released(config: CorpusConfig, *, allow_partial: bool) -> Corpus:
    """The corpus as it is built now, to be released.

    Raises
    ------
    ReleaseError
        If nothing is built, or some steps are not done and that is not allowed.
    DamagedError
        If a file of it is missing or cut, or a record is not as it was written.
    """
    corpus = Corpus.find(config)
    if corpus is None or not corpus.snapshot.partitions:
        raise ReleaseError(f"{config.name}: there is nothing to release; run `partimento build`")
    if corpus.pending and not allow_partial:
        raise ReleaseError(
            f"{config.name}: {len(corpus.pending)} of {len(corpus.steps)} steps are not done; run "
            "`partimento build`, or release what there is with --partial"
        )
    corpus.check_files()
    return corpus


def lineage(corpus: Corpus) -> list[StageLineage]:
    """The stages as they made what is released, in order."""
    return [_stage(stage, corpus) for stage in corpus.stages]


def _stage(stage: Stage, corpus: Corpus) -> StageLineage:
    config, commits = corpus.config, corpus.commits_of(stage.makes)
    reasons: Counter[str] = Counter()
    for commit in commits:
        reasons.update(commit.reasons)
    names = (stage.asks.role, *stage.asks.also) if stage.asks else ()
    models = {
        name: player
        for name in names
        if (player := _player(getattr(config.roles, name))) is not None
    }
    prompt = load_prompt(stage.asks.prompt) if stage.asks and models else None
    return StageLineage(
        stage=stage.name,
        version=stage.version,
        digest=corpus.digests[stage.name],
        config=section(config, stage).model_dump(mode="json"),
        prompt=f"{prompt.name}@{prompt.version}" if prompt else None,
        prompt_hash=prompt.digest if prompt else None,
        models=models,
        n_in=sum(commit.n_in for commit in commits),
        n_accepted=sum(commit.n_accepted for commit in commits),
        n_rejected=sum(commit.n_rejected for commit in commits),
        reasons=dict(reasons.most_common()),
        content_hash=combine(commit.content_hash for commit in commits),
    )


def _player(role: RoleConfig | None) -> RoleModel | None:
    if role is None:
        return None
    sampling = role.sampling.model_dump(mode="json") if role.is_paid else None
    return RoleModel(engine=role.engine, model=role.model, sampling=sampling)
